"""Which source files a program consists of: its own, and the shared modules that it imports, directly or through others."""

import ast
from functools import cache
from pathlib import Path

SCRIPTS = Path(__file__).parents[2]


@cache
def imported(source: Path) -> frozenset[Path]:
    """The shared modules that one source file imports, wherever in it.

    Args:
        source: a Python file under scripts/.

    Returns:
        Paths of modules and packages' `__init__.py`, and of data files beside a module (`languages.tsv` of `languages.py`).
    """
    names: set[str] = set()
    for node in ast.walk(ast.parse(source.read_bytes())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.update([node.module, *(f"{node.module}.{alias.name}" for alias in node.names)])
    found: set[Path] = set()
    for name in names:
        if name.split(".")[0] != "moviesubs":
            continue
        path = SCRIPTS.joinpath(*name.split("."))
        if path.with_suffix(".py").is_file():
            found.update(file for file in path.parent.glob(f"{path.name}.*") if file.is_file())
        elif path.is_dir():  # its modules are imported by their own names
            found.add(path / "__init__.py")
    return frozenset(found)


@cache
def program_sources(name: str) -> list[str]:
    """All source files of a program, so that a change of any of them runs its rule again.

    Args:
        name: of the program, "align" for scripts/align.py.

    Returns:
        Paths; the program's own comes first.
    """
    program = SCRIPTS / f"{name}.py"
    seen: set[Path] = set()
    waiting = {program}
    while waiting:
        source = waiting.pop()
        seen.add(source)
        if source.suffix == ".py":
            waiting |= imported(source) - seen
    return [str(program), *sorted(str(source) for source in seen - {program})]
