"""What a program can do, as a digest: it changes with code that can change a result, and with nothing else.

Snakemake runs a rule again when one of its params changes, so the digest is a param of every rule that runs a program. It
covers the program and all of `moviesubs` that it imports, directly or through other modules, with the data files beside
them. Comments, docstrings, the texts of messages and the help of command lines do not count (`canonical_code`).
"""

import ast
import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from moviesubs.atomic_files import write_text

SCRIPTS = Path(__file__).parents[2]

#: modules that say what happens and what it costs, or make it start faster: what they do cannot reach a result
WITHOUT_EFFECT = frozenset(f"moviesubs.stage.{name}" for name in ("progress", "terminal", "usage"))
#: calls whose text is for people; of a method, the last name counts: `log.info`, `parser.error`, `sys.exit`
MESSAGES = frozenset(
    {"print", "tell", "warn", "exit", "Progress", "debug", "info", "warning", "error", "exception", "critical"}
)
#: calls that describe a command line, and which of their arguments are for people
COMMAND_LINE = frozenset({"ArgumentParser", "add_argument", "add_argument_group", "add_subparsers", "add_parser"})
HELP = frozenset({"help", "description", "epilog", "metavar", "usage", "title"})
FILE_NAME = r"[\w.-]{1,40}\.(?:css|j2|js|toml|tsv)"


class SourceFile(NamedTuple):
    """What is known of one source file.

    Attributes:
        stamp: size and modification time (ns); the rest holds as long as they do.
        digest: of what counts in it.
        modules: dotted names that may be modules of `moviesubs`, imported wherever in it.
        libraries: top-level names of what else it imports.
        names: what may be the name of a data file that it reads.
    """

    stamp: str
    digest: str
    modules: list[str]
    libraries: list[str]
    names: list[str]


def canonical_code(source: bytes) -> str:
    """Code without all that cannot change a result, the same under every version of Python.

    Left out are comments and positions (a syntax tree has none), docstrings, and the texts in calls that write messages
    (`MESSAGES`, what is raised, what an `assert` says) or describe a command line (`HELP`). Of such a text, calls within
    it stay: they may do something. `print(..., file=...)` counts as a message on standard error only.

    Args:
        source: Python source.

    Returns:
        The tree as text; empty fields are left out, since newer versions of Python add some.

    Raises:
        SyntaxError: it is no Python.
    """
    return "".join(_canonical(ast.parse(source), in_message=False))


def _canonical(node: Any, *, in_message: bool) -> Iterator[str]:
    if isinstance(node, ast.Call) and _called(node) in COMMAND_LINE:
        node.keywords = [keyword for keyword in node.keywords if keyword.arg not in HELP]
    if isinstance(node, list):
        for item in node:
            if not _does_nothing(item):
                yield from _canonical(item, in_message=in_message)
                yield ";"
    elif not isinstance(node, ast.AST):
        yield repr(node)
    elif in_message and isinstance(node, ast.JoinedStr):
        yield from _canonical(_calls(node), in_message=True)
    elif not (in_message and isinstance(node, ast.Constant) and isinstance(node.value, str)):
        yield f"{type(node).__name__}("
        texts = _fields_for_people(node)
        for name, value in ast.iter_fields(node):
            if value in (None, []) and not isinstance(node, ast.Constant) or name in ("kind", "type_comment", "ctx"):
                continue
            yield f"{name}="
            yield from _canonical(value, in_message=in_message or name in texts)
        yield ")"


def _does_nothing(node: Any) -> bool:
    """Whether a statement is a docstring, or any other constant that stands by itself."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _calls(text: ast.JoinedStr) -> list[ast.AST]:
    """What may do something inside an f-string."""
    return [node for node in ast.walk(text) if isinstance(node, ast.Call | ast.NamedExpr | ast.Await)]


def _fields_for_people(node: ast.AST) -> tuple[str, ...]:
    """Which fields of a node hold nothing but text for people."""
    if isinstance(node, ast.Raise):
        return ("exc",)
    if isinstance(node, ast.Assert):
        return ("msg",)
    if isinstance(node, ast.Call) and (_called(node) in MESSAGES or _called(node).endswith("Error")):
        files = [ast.unparse(keyword.value) for keyword in node.keywords if keyword.arg == "file"]
        return ("args",) if files in ([], ["sys.stderr"]) else ()
    return ()


def _called(node: ast.Call) -> str:
    """The last name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def imported_names(tree: ast.AST) -> set[str]:
    """Dotted names of what is imported wherever in it, and of what is imported from there."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.update([node.module, *(f"{node.module}.{alias.name}" for alias in node.names)])
    return names


def file_names(tree: ast.AST) -> list[str]:
    """Strings that could be the name of a file."""
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return sorted({text for text in constants if isinstance(text, str) and re.fullmatch(FILE_NAME, text)})


@cache
def _this_module() -> str:
    """What is kept holds as long as this module finds the same things."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def _stamps(folder: str) -> Iterator[tuple[str, str]]:
    """Size and modification time (ns) of every file below a folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_dir():
                status = entry.stat()
                yield entry.path, f"{status.st_size} {status.st_mtime_ns}"
            elif entry.name != "__pycache__":
                yield from _stamps(entry.path)


@dataclass
class Fingerprints:
    """Digests of programs. What was found out is kept: of a program until any file changes, of a file until it does.

    Attributes:
        scripts: the folder of the programs and of `moviesubs`.
        cache: a JSON file that keeps it between runs; None: it is found out anew. One that cannot be read or written
            does no harm.
    """

    scripts: Path = SCRIPTS
    cache: Path | None = None
    _sources: dict[str, list[Path]] = field(default_factory=dict, init=False)

    @cached_property
    def _there(self) -> dict[str, str]:
        return dict(sorted(_stamps(str(self.scripts))))

    @cached_property
    def _state(self) -> str:
        """Changes with any file, so that a program whose digest is kept needs no further look."""
        return hashlib.sha256("\n".join(f"{path} {stamp}" for path, stamp in self._there.items()).encode()).hexdigest()

    @cached_property
    def _kept(self) -> dict[str, Any]:
        try:
            kept: dict[str, Any] = json.loads((self.cache or Path(os.devnull)).read_text(encoding="utf-8"))
            if kept["made_by"] != _this_module():
                raise ValueError
            files = {path: SourceFile(*values) for path, values in kept["files"].items()}
            programs = dict(kept["programs"]) if kept["state"] == self._state else {}
            return {"made_by": kept["made_by"], "state": self._state, "programs": programs, "files": files}
        except (OSError, ValueError, KeyError, TypeError):
            return {"made_by": _this_module(), "state": self._state, "programs": {}, "files": {}}

    def _file(self, path: Path) -> SourceFile:
        stamp, files = self._there[str(path)], self._kept["files"]
        known: SourceFile | None = files.get(str(path))
        if known is None or known.stamp != stamp:
            source = path.read_bytes()
            if path.suffix == ".py":
                tree = ast.parse(source)
                code, names = canonical_code(source).encode(), file_names(tree)
                imported = imported_names(tree)
                modules = sorted(name for name in imported if name.split(".")[0] == "moviesubs")
                libraries = sorted({name.split(".")[0] for name in imported} - {"moviesubs"})
            else:  # a template names the files that it includes
                code, names = source, re.findall(f'"({FILE_NAME})"', source.decode())
                modules, libraries = [], []
            files[str(path)] = known = SourceFile(stamp, hashlib.sha256(code).hexdigest(), modules, libraries, names)
        return known

    def _needs(self, path: Path) -> set[Path]:
        """The files that one file needs: modules that it imports, and data beside it that it names or that is named like it."""
        file = self._file(path)
        modules = [self.scripts.joinpath(*name.split(".")) for name in set(file.modules) - WITHOUT_EFFECT]
        # of a package only its own file: the modules in it are imported by their own names
        needed = [path for module in modules for path in (module.with_suffix(".py"), module / "__init__.py")]
        needed += [path.parent / name for name in file.names]
        needed += [path.with_suffix(suffix) for suffix in (".tsv", ".toml")]
        return {path for path in needed if str(path) in self._there}

    def sources(self, program: str) -> list[Path]:
        """All files that count for a program.

        Args:
            program: "align" for scripts/align.py.

        Returns:
            Paths, in order: the program, the modules of `moviesubs` that it imports, the data files that these read.
        """
        if program not in self._sources:
            seen: set[Path] = set()
            waiting = {self.scripts / f"{program}.py"}
            while waiting:
                path = waiting.pop()
                seen.add(path)
                waiting |= self._needs(path) - seen
            self._sources[program] = sorted(seen)
        return self._sources[program]

    def libraries(self, program: str) -> frozenset[str]:
        """Top-level names of all else that a program imports, itself or through modules of `moviesubs`."""
        return frozenset(self._program(program)[1])

    def of_program(self, program: str) -> str:
        """The digest of a program.

        Args:
            program: "align" for scripts/align.py.

        Returns:
            16 hexadecimal digits.
        """
        return self._program(program)[0]

    def _program(self, program: str) -> tuple[str, list[str]]:
        programs: dict[str, tuple[str, list[str]]] = self._kept["programs"]
        if program not in programs:
            sources = self.sources(program)
            lines = [f"{path.relative_to(self.scripts)} {self._file(path).digest}" for path in sources]
            libraries = sorted({library for path in sources for library in self._file(path).libraries})
            programs[program] = (hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16], libraries)
            self._keep()
        return programs[program]

    def _keep(self) -> None:
        if self.cache:
            try:
                write_text(self.cache, json.dumps(self._kept))
            except OSError:
                self.cache = None
