"""Loading pyannote.audio's checkpoints without running code that they bring along."""

import logging
from importlib import import_module

#: plain records and containers, as `torch.serialization.get_unsafe_globals_in_checkpoint` finds them in the segmentation
#: model that comes with WhisperX, and as pyannote.audio 3 and 4 write them
_RECORDS = {
    "builtins": ("dict", "int", "list"),
    "collections": ("OrderedDict", "defaultdict"),
    "omegaconf.base": ("ContainerMetadata", "Metadata"),
    "omegaconf.dictconfig": ("DictConfig",),
    "omegaconf.listconfig": ("ListConfig",),
    "omegaconf.nodes": ("AnyNode",),
    "pyannote.audio.core.model": ("Introspection",),
    "pyannote.audio.core.task": ("Problem", "Resolution", "Scope", "Specifications"),
    "torch.torch_version": ("TorchVersion",),
    "typing": ("Any",),
}


def allow_records() -> None:
    """Lets `torch.load` with `weights_only`, which `device.configure` forces, read pyannote's checkpoints.

    All other classes stay refused.
    """
    import torch

    # it advises to rewrite the installed file
    logging.getLogger("lightning.pytorch.utilities.migration").setLevel(logging.ERROR)
    modules = {name: import_module(name) for name in _RECORDS}
    named = ((modules[name], attribute) for name, attributes in _RECORDS.items() for attribute in attributes)
    classes = [getattr(module, attribute) for module, attribute in named if hasattr(module, attribute)]
    torch.serialization.add_safe_globals(classes)
