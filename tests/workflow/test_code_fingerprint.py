"""What a program consists of."""

from pathlib import Path

from moviesubs.workflow.code_fingerprint import SCRIPTS, program_sources
from moviesubs.workflow.hardware import Hardware

LINUX = Hardware("Linux", "x86_64", 8, 32000)
NVIDIA = Hardware("Linux", "x86_64", 8, 32000, ("NVIDIA L4",))
MAC = Hardware("Darwin", "arm64", 8, 32000)


def test_a_program_consists_of_every_shared_module_that_it_imports_through_others() -> None:
    names = [str(Path(path).relative_to(SCRIPTS)) for path in program_sources("hardware")]
    assert names[0] == "hardware.py"
    assert {
        "moviesubs/workflow/hardware.py",
        "moviesubs/stage/program.py",
        "moviesubs/errors.py",
        "moviesubs/stage/terminal.py",
    } <= set(names)
    assert "moviesubs/contracts.py" not in names
