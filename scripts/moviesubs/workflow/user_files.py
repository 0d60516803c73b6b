"""Files that people write: read so that a mistake is one line that names the file, the line in it, and what to do."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from moviesubs.errors import SettingError, UserError


def read_text(path: Path, missing: str = "correct its name") -> str:
    """The text of a file in UTF-8, with or without a byte order mark.

    Args:
        path: the file.
        missing: what to do where there is no such file.

    Raises:
        UserError: it is not there, is no file, may not be read, or is not UTF-8.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; {missing}") from None
    except IsADirectoryError:
        raise UserError(f"{path}: is a folder, not a file; {missing}") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UserError(f"{path}: is in UTF-16; save it as UTF-8")
    if b"\0" in data:  # of UTF-16 without a byte order mark, every other byte
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise UserError(f"{path}, line {line}: holds a NUL character, as text in UTF-16 does; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(f"{path}, line {line}: is not UTF-8 (byte {data[error.start]:#x}); save it as UTF-8") from None


def check_is_file(path: str, advice: str, *keys: str) -> None:
    """Checks a file that a setting names.

    Raises:
        SettingError: it is not there, or it is no file.
    """
    if not Path(path).is_file():
        problem = "is a folder, not a file" if Path(path).is_dir() else "no such file"
        raise SettingError(f"{path}: {problem}; {advice}", *keys)


#: the one in C, where there is one, is ten times as fast
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: what YAML takes for no text; its own message says no line
_NO_TEXT = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


class _Loader(LOADER):  # type: ignore[misc]
    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """The value of a node; one that is none, the date 2024-99-99 say, is an error that knows its line."""
        try:
            return super().construct_object(node, deep)
        except ValueError as error:
            raise yaml.MarkedYAMLError(problem=str(error), problem_mark=node.start_mark) from None


def _refuse_repeated_keys(root: yaml.Node | None) -> None:
    """Of a key that stands in a mapping twice, YAML would quietly take the last one."""
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:  # an anchor that is used again
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        if isinstance(node, yaml.MappingNode):
            lines: dict[Any, int] = {}
            for key, value in node.value:
                line = key.start_mark.line + 1
                if isinstance(key, yaml.ScalarNode) and key.value in lines:
                    twice = f"{key.value} stands there twice, in line {lines[key.value]} too"
                    raise yaml.MarkedYAMLError(problem=twice, problem_mark=key.start_mark)
                if isinstance(key, yaml.ScalarNode):
                    lines[key.value] = line
                waiting.append(value)


def read_yaml(path: Path, missing: str = "correct its name") -> dict[str, Any]:
    """The mapping in a YAML file.

    Raises:
        UserError: as `read_text`; or it is no YAML, is empty, is no mapping, or has a key twice.
    """
    text = read_text(path, missing)
    if odd := _NO_TEXT.search(text):
        number = text.count("\n", 0, odd.start()) + 1
        raise UserError(f"{path}, line {number}: holds the control character {odd[0]!r}; delete it")
    try:
        _refuse_repeated_keys(yaml.compose(text, LOADER))
        content = yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        what = error.problem or "cannot be read"
        raise UserError(f"{path}{line}: not valid YAML: {' '.join(what.split())}") from None
    except yaml.YAMLError as error:
        raise UserError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise UserError(f"{path}: not valid YAML: too many brackets within brackets") from None
    if content is None:
        raise UserError(f"{path}: is empty; write keys into it, or take it off the list")
    if not isinstance(content, dict):
        raise UserError(f"{path}: holds no keys with values, `language: hi` say")
    return content


def line_of(path: Path, keys: Sequence[str | int]) -> int | None:
    """In which line of a YAML file a key or an item of a list stands, counted from 1; None where it is not in it.

    Args:
        path: the file.
        keys: the way to it: ["asr", "beam_size"].
    """
    try:
        node = yaml.compose(read_text(path), LOADER)
    except (UserError, yaml.YAMLError, RecursionError):
        return None
    at = node
    for step in keys:
        if isinstance(node, yaml.MappingNode):
            at, node = next((pair for pair in node.value if pair[0].value == str(step)), (None, None))
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            at = node = node.value[step]
        else:
            at = node = None
    return int(at.start_mark.line) + 1 if at else None
