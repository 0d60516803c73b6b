"""Cues as subtitle files: SubRip by pysrt, WebVTT by webvtt-py, ASS by pysubs2, TTML (IMSC) by ttconv. All give text with line feeds."""

import html
import io
from collections.abc import Sequence
from fractions import Fraction

from moviesubs.contracts import Cue

#: the only characters of clean text that XML cannot hold (https://www.w3.org/TR/xml/#charsets)
NOT_XML = {0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}
#: the formats, by the ends of the files' names
FORMATS = ("srt", "vtt", "ass", "ttml")


def to_text(cues: Sequence[Cue], language: str, form: str) -> str:
    """Cues as a subtitle file.

    Args:
        cues: in order.
        language: their language, for formats that name it.
        form: one of FORMATS.

    Returns:
        The file's text.
    """
    if form == "srt":
        return to_srt(cues)
    if form == "vtt":
        return to_vtt(cues)
    return to_ass(cues) if form == "ass" else to_ttml(cues, language)


def to_srt(cues: Sequence[Cue]) -> str:
    """Cues as SubRip.

    SubRip has no way to escape `<`; players show what they do not know as a tag as it stands.

    Args:
        cues: in order.

    Returns:
        The file's text; "" when there are no cues.
    """
    import pysrt

    items = [
        pysrt.SubRipItem(index, start=cue.start, end=cue.end, text="\n".join(_tagged(cue, line) for line in cue.lines))
        for index, cue in enumerate(cues, start=1)
    ]
    written = io.StringIO()
    pysrt.SubRipFile(items, eol="\n").write_into(written)
    return written.getvalue()


def to_vtt(cues: Sequence[Cue]) -> str:
    """Cues as WebVTT; `&`, `<` and `>` in their text are escaped.

    Args:
        cues: in order.

    Returns:
        The file's text; a header alone when there are no cues.
    """
    import webvtt

    captions = [
        webvtt.Caption(
            _stamp(cue.start), _stamp(cue.end), [_tagged(cue, html.escape(line, quote=False)) for line in cue.lines]
        )
        for cue in cues
    ]
    made = webvtt.WebVTT()
    made.captions.extend(captions)
    return str(made.content).rstrip("\n") + "\n"


def _tagged(cue: Cue, line: str) -> str:
    """A line in the tags of italics that SubRip and WebVTT share, where it is sung."""
    return f"<i>{line}</i>" if cue.sung else line


def _stamp(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"


def to_ass(cues: Sequence[Cue]) -> str:
    r"""Cues as Advanced SubStation Alpha: white with a dark edge at the bottom; lines break only where the cues' do.

    Times have whole hundredths of a second, the format's own. `{...}` is a command in it and no escape is known to all players,
    so braces become full-width ones; after a backslash goes an invisible word joiner, as FFmpeg does.

    Args:
        cues: in order.

    Returns:
        The file's text; headers alone when there are no cues.
    """
    import pysubs2

    made = pysubs2.SSAFile()
    made.info |= {"PlayResX": "1920", "PlayResY": "1080", "WrapStyle": "2", "ScaledBorderAndShadow": "yes"}
    made.styles["Default"] = pysubs2.SSAStyle(
        fontname="Arial", fontsize=60, outline=3, shadow=1, alignment=pysubs2.Alignment.BOTTOM_CENTER, marginv=54
    )
    for cue in cues:
        text = r"\N".join(_escaped_for_ass(line) for line in cue.lines)
        if cue.sung:
            text = r"{\i1}" + text
        made.append(pysubs2.SSAEvent(start=cue.start, end=cue.end, text=text))
    return made.to_string("ass", header_notice="")


def _escaped_for_ass(line: str) -> str:
    return line.replace("\\", "\\\N{WORD JOINER}").replace("{", "｛").replace("}", "｝")


def to_ttml(cues: Sequence[Cue], language: str) -> str:
    """Cues as TTML, in the profile that players and archives ask for: IMSC 1.1 text (https://www.w3.org/TR/ttml-imsc1.1/).

    Args:
        cues: in order.
        language: their language, as BCP 47 writes it.

    Returns:
        An XML document.
    """
    from ttconv import model
    from ttconv import style_properties as styles
    from ttconv.imsc import writer
    from ttconv.imsc.config import IMSCWriterConfiguration, TimeExpressionSyntaxEnum

    percent = styles.LengthType.Units.pct
    document = model.ContentDocument()
    document.set_lang(language)
    region = model.Region("bottom", document)
    for name, value in (
        ("Origin", styles.CoordinateType(styles.LengthType(10, percent), styles.LengthType(10, percent))),
        ("Extent", styles.ExtentType(styles.LengthType(80, percent), styles.LengthType(80, percent))),
        ("DisplayAlign", styles.DisplayAlignType.after),
        ("TextAlign", styles.TextAlignType.center),
        ("FontFamily", (styles.GenericFontFamilyType.proportionalSansSerif,)),
        ("FontSize", styles.LengthType(80, percent)),
        ("LineHeight", styles.LengthType(125, percent)),
        ("Color", styles.NamedColors.white.value),
        ("BackgroundColor", styles.NamedColors.transparent.value),
        ("TextOutline", styles.TextOutlineType(styles.LengthType(5, percent), styles.NamedColors.black.value)),
    ):
        region.set_style(getattr(styles.StyleProperties, name), value)
    document.put_region(region)
    body, division = model.Body(document), model.Div(document)
    body.set_region(region)
    document.set_body(body)
    body.push_child(division)
    for cue in cues:
        paragraph = model.P(document)
        paragraph.set_begin(Fraction(cue.start, 1000))
        paragraph.set_end(Fraction(cue.end, 1000))
        for number, line in enumerate(cue.lines):
            if number:
                paragraph.push_child(model.Br(document))
            span = model.Span(document)
            span.push_child(model.Text(document, line.translate(NOT_XML)))
            if cue.sung:
                span.set_style(styles.StyleProperties.FontStyle, styles.FontStyleType.italic)
            paragraph.push_child(span)
        division.push_child(paragraph)
    tree = writer.from_model(document, IMSCWriterConfiguration(time_format=TimeExpressionSyntaxEnum.clock_time))
    written = io.BytesIO()
    tree.write(written, encoding="utf-8", xml_declaration=True)
    return written.getvalue().decode("utf-8") + "\n"
