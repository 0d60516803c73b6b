"""Faults for the supervised children of the stages: they really crash, hang or raise.

With this folder on PYTHONPATH, every Python that starts imports this module. It does nothing but in a child (`--child`) for which
MOVIESUBS_FAULT holds "<program> <moment> <kind>"; "of the movie" there takes the name of the movie's folder instead. A fault comes
once: a child that is started again for the same movie lives.

Programs: transcribe_mlx, align, transcribe_whisperx (MLX then fails too, so that WhisperX has something to do).
Moments: start (before the model is loaded), middle (when some of the work is done).
Kinds: SIGSEGV, SIGKILL, hang, exception, import.
"""

import ctypes
import hashlib
import os
import signal
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

#: heartbeats with a position above 0 after which a child is in the middle of its work
MIDDLE = 2
LIBRARIES = ("mlx_whisper", "faster_whisper", "onnxruntime", "transformers")


def fault():
    """What shall happen in this process: moment and kind; two empty strings where nothing shall."""
    words, asked = sys.argv, os.environ.get("MOVIESUBS_FAULT", "")
    if "--child" not in words or "--audio" not in words:
        return "", ""
    if asked == "of the movie":
        asked = Path(words[words.index("--audio") + 1]).parent.name
    program = Path(words[0]).stem
    named, moment, kind = (*asked.split(" "), "", "", "")[:3]
    if named == "transcribe_whisperx" and program == "transcribe_mlx":
        return "start", "exception"
    if named != program:
        return "", ""
    try:
        results = words[words.index("--output") + 1].split(".part-")[0]
        note = f"fault-{program}-{hashlib.sha256(results.encode()).hexdigest()[:16]}"
        Path(tempfile.gettempdir(), note).touch(exist_ok=False)
    except FileExistsError:
        return "", ""
    return moment, kind


def strike(kind):
    """Does it."""
    print(f"fault: {kind}", file=sys.stderr, flush=True)
    if kind == "SIGSEGV":
        ctypes.string_at(0)
    elif kind == "SIGKILL":
        os.kill(os.getpid(), signal.SIGKILL)
    elif kind == "hang":
        ctypes.PyDLL(None).sleep(36000)  # holds the interpreter lock, as native code that hangs does
    elif kind == "exception":
        raise RuntimeError("a fault of the test")
    elif kind == "import":
        raise ModuleNotFoundError("No module named 'fault_of_the_test'")
    raise ValueError(kind)


class Intruder:
    """Finds the supervisor module, with the fault in its functions, and hides libraries where that is the fault."""

    def __init__(self):
        """Nothing happens yet."""
        self.inside = self.hides = False

    def find_spec(self, name, path=None, target=None):
        """Called by the import system."""
        if self.hides and name.split(".")[0] in LIBRARIES:
            raise ModuleNotFoundError(f"No module named {name!r}")
        if name != "moviesubs.stage.supervisor" or self.inside:
            return None
        self.inside = True
        spec = find_spec(name)
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            self.infect(module)

        spec.loader.exec_module = exec_module
        return spec

    def infect(self, module):
        """Puts the fault into the functions that a child calls."""
        start, beat, beats, planned = module.start_child, module.beat, [], []

        def start_child():
            start()
            planned[:] = moment, kind = fault()
            if moment == "start" and kind == "import":
                self.hides = True
                for name in [name for name in sys.modules if name.split(".")[0] in LIBRARIES]:
                    del sys.modules[name]
            elif moment == "start":
                strike(kind)

        def beat_and_fail(position):
            beat(position)
            beats.extend([position] if position > 0 else [])
            if planned[:1] == ["middle"] and len(beats) == MIDDLE:
                strike(planned[1])

        module.start_child, module.beat = start_child, beat_and_fail


if "MOVIESUBS_FAULT" in os.environ:
    sys.meta_path.insert(0, Intruder())
