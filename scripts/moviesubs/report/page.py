"""The page as HTML: what `view` computes, laid out by the template beside this file."""

from pathlib import Path

from moviesubs.report.view import Materials, page


def render(materials: Materials) -> str:
    """The report of a movie.

    Everything that comes from a file, a model or a person is escaped by the template engine.

    Args:
        materials: the movie's records.

    Returns:
        A whole HTML document with styles and pictures inside; it refers to nothing else.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2").render(page(materials)).strip() + "\n"
