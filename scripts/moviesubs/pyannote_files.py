"""Loading pyannote.audio's checkpoints without running code that they bring along: which classes they may hold besides
tensors.
"""

import logging
from importlib import import_module

#: plain records and containers; found with `torch.serialization.get_unsafe_globals_in_checkpoint` in the segmentation
#: model that comes with
#: WhisperX and by reading what pyannote.audio 3 and 4 write into a checkpoint
_RECORDS = (
    "builtins.dict", "builtins.int", "builtins.list", "collections.OrderedDict", "collections.defaultdict", "typing.Any",
    "omegaconf.base.ContainerMetadata", "omegaconf.base.Metadata", "omegaconf.dictconfig.DictConfig", "omegaconf.listconfig.ListConfig",
    "omegaconf.nodes.AnyNode", "pyannote.audio.core.model.Introspection", "pyannote.audio.core.task.Problem",
    "pyannote.audio.core.task.Resolution", "pyannote.audio.core.task.Scope", "pyannote.audio.core.task.Specifications",
    "torch.torch_version.TorchVersion",
)  # fmt: skip


def allow_records() -> None:
    """Lets `torch.load` with `weights_only` (which `device.configure` forces) read pyannote's checkpoints; all other
    classes stay refused.
    """
    import torch

    logging.getLogger("lightning.pytorch.utilities.migration").setLevel(
        logging.ERROR
    )  # advises to rewrite the installed file
    found = []
    for name in _RECORDS:
        module, _, attribute = name.rpartition(".")
        value = getattr(import_module(module), attribute, None)
        if value is not None:
            found.append(value)
    torch.serialization.add_safe_globals(found)
