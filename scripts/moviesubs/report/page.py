"""The page as HTML: what `view` computes, laid out by the template beside this file."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from moviesubs.report.materials import Materials
from moviesubs.report.view import page
from moviesubs.stage.terminal import printable


def _shown(value: Any) -> Any:
    """Text with its control characters written out: the title of a movie may hold commands for a terminal. Markup stays."""
    return value if not isinstance(value, str) or hasattr(value, "__html__") else printable(value)


def templates() -> Any:
    """The template engine (`jinja2.Environment`); it escapes everything that comes from a file, a model or a person."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        finalize=_shown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["base64"] = lambda content: base64.b64encode(content).decode("ascii")
    return environment


@cache
def script(name: str) -> tuple[str, str]:
    """Text of a page's script, and its digest for the content security policy: the browser runs this script and no other."""
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return text, f"sha256-{digest}"


def render(materials: Materials) -> str:
    """The report of a movie.

    Returns:
        A whole HTML document with styles, pictures, script, and sound or movie inside; it refers to nothing else than
        `materials.media.beside`.
    """
    variables = {**page(materials), "scripts": [script("page.js"), script("edit.js")]}
    return str(templates().get_template("page.html.j2").render(variables)).strip() + "\n"
