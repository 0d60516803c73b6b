"""What is written from the config's keys: the schema for editors, and the table of config/README.md.

python -m moviesubs.workflow.config_documents
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from moviesubs.atomic_files import write_text
from moviesubs.workflow.config import AGAIN, SHOWN, Config, Section
from moviesubs.workflow.settings import SCHEMAS, config_schema

SCHEMA, README = SCHEMAS / "config.schema.json", SCHEMAS.parent / "README.md"
#: between these lines the README is written from here
BEGIN, END = "<!-- written by `make documents` from scripts/moviesubs/workflow/config.py -->", "<!-- end -->"
HEAD = ["| key | default | meaning | runs again from |", "|---|---|---|---|"]


def keys(section: type[Section] = Config, prefix: str = "") -> Iterator[tuple[str, Any, msgspec.Meta]]:
    """Every key with its default and what is said of it; a section comes before its keys.

    Args:
        section: whose keys.
        prefix: what stands before their names, `asr.`.
    """
    for field in msgspec.structs.fields(section):
        meta = next(meta for meta in _metas(field.type) if meta.description)
        default = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
        yield prefix + field.name, default, meta
        if isinstance(default, Section):
            yield from keys(type(default), f"{prefix}{field.name}.")


def _metas(kind: Any) -> Iterator[msgspec.Meta]:
    yield from getattr(kind, "__metadata__", ())
    for part in getattr(kind, "__args__", ()):
        yield from _metas(part)


def shown(value: Any) -> str:
    """A default as it stands in a YAML file."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return value if isinstance(value, str) and value else json.dumps(value)


def table() -> str:
    """The table of the README."""
    rows = []
    for name, default, meta in keys():
        extra = meta.extra or {}
        text = (
            "" if isinstance(default, Section) and not extra.get(SHOWN) else f"`{extra.get(SHOWN) or shown(default)}`"
        )
        rows.append(f"| `{name}` | {text} | {meta.description} | {extra.get(AGAIN, '')} |".replace("|  |", "| |"))
    return "\n".join([*HEAD, *rows])


def readme(text: str) -> str:
    """The README with its table written anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def schema_text() -> str:
    """The schema as a file."""
    return json.dumps(config_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write_text(SCHEMA, schema_text())
    write_text(README, readme(Path(README).read_text(encoding="utf-8")))
