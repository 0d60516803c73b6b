"""What media, models and people have written is shown as text: neither a browser nor a terminal finds a command in a page."""

from moviesubs.report.page import templates


def test_markup_and_control_characters_of_others_are_written_out() -> None:
    title = "\x1b]0;pwned\x07<script>alert(1)</script>\x9b31m\u202e नमस्ते\u200d"
    made = templates().from_string("{{ title }}|{{ ours | safe }}|{{ 3 }}").render(title=title, ours="<b>\n</b>")
    shown = r"\x1b]0;pwned\x07&lt;script&gt;alert(1)&lt;/script&gt;\x9b31m\u202e " + "नमस्ते\u200d"
    assert made == f"{shown}|<b>\n</b>|3"
