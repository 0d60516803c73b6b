"""Cues as subtitle files: SubRip by pysrt, ASS by pysubs2, TTML (IMSC) by ttconv, and WebVTT. All give text with line feeds.

What looks like markup in the text of a cue is shown as it stands in every format. Lines of a track that is written from right to left
are embeddings of that direction (U+202B to U+202C), so that players with any idea of a paragraph's direction show them alike.
"""

import html
import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from fractions import Fraction

from moviesubs.contracts import Cue

#: the only characters of clean text that XML cannot hold (https://www.w3.org/TR/xml/#charsets)
_NOT_XML = {0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}
_FULL_WIDTH = str.maketrans("{}", "｛｝")
#: what players of SubRip take for commands, tags and line breaks, the latter two up to where they are broken
_BRACES = re.compile(r"\{[^{}]*\}")
_TAG_OR_BREAK = re.compile(r"<(?=[A-Za-z/][^<>]*>)|\\(?=[Nnh])")
#: the formats, by the ends of the files' names
FORMATS = ("srt", "vtt", "ass", "ttml")


def to_text(cues: Sequence[Cue], language: str, form: str) -> str:
    """Cues, in order, as the text of a file in one of FORMATS; `language` is for those that name it."""
    if form == "srt":
        return to_srt(cues)
    if form == "vtt":
        return to_vtt(cues)
    return to_ass(cues) if form == "ass" else to_ttml(cues, language)


def is_right_to_left(cues: Sequence[Cue]) -> bool:
    """Whether at least a quarter of a track's letters are of a script that is written from right to left; the rest may be Latin words."""
    kinds = [unicodedata.bidirectional(letter) for cue in cues for line in cue.lines for letter in line]
    return 3 * (kinds.count("R") + kinds.count("AL")) > kinds.count("L")


def _directed(line: str, *, right_to_left: bool) -> str:
    """A line as an embedding of its track's direction, where it has letters of that direction."""
    if right_to_left and any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in line):
        return f"\N{RIGHT-TO-LEFT EMBEDDING}{line}\N{POP DIRECTIONAL FORMATTING}"
    return line


def without_commands(line: str) -> str:
    r"""A line in which players find no commands of ASS.

    `{...}` is a command in it and no escape is known to all players, so braces become full-width ones; after a backslash goes an
    invisible word joiner, as FFmpeg does.
    """
    return line.replace("\\", "\\\N{WORD JOINER}").translate(_FULL_WIDTH)


def _without_tags(text: str) -> str:
    """Text without tags, and without commands of ASS, since most players of SubRip use its renderers."""
    text = _BRACES.sub(lambda match: match[0].translate(_FULL_WIDTH), text)
    return _TAG_OR_BREAK.sub("\\g<0>\N{WORD JOINER}", text)


def to_srt(cues: Sequence[Cue]) -> str:
    """Cues as SubRip.

    SubRip has no way to escape: an invisible word joiner breaks what players would take for tags and line breaks, and braces become
    full-width ones.
    """
    import pysrt

    backwards = is_right_to_left(cues)

    def shown(cue: Cue) -> str:
        lines = _without_tags("\n".join(cue.lines)).split("\n")
        return "\n".join(_tagged(cue, _directed(line, right_to_left=backwards)) for line in lines)

    items = [
        pysrt.SubRipItem(index, start=cue.start, end=cue.end, text=shown(cue))
        for index, cue in enumerate(cues, start=1)
    ]
    written = io.StringIO()
    pysrt.SubRipFile(items, eol="\n").write_into(written)
    return written.getvalue()


def to_vtt(cues: Sequence[Cue]) -> str:
    """Cues as WebVTT; `&`, `<` and `>` in their text are escaped."""
    backwards = is_right_to_left(cues)
    blocks = ["WEBVTT\n"]
    for cue in cues:
        lines = [_directed(html.escape(line, quote=False), right_to_left=backwards) for line in cue.lines]
        shown = "\n".join(_tagged(cue, line) for line in lines)
        blocks.append(
            f"{_clock(cue.start)}.{cue.start % 1000:03d} --> {_clock(cue.end)}.{cue.end % 1000:03d}\n{shown}\n"
        )
    return "\n".join(blocks)


def _tagged(cue: Cue, line: str) -> str:
    """A line in the tags of italics that SubRip and WebVTT share, where it is sung."""
    return f"<i>{line}</i>" if cue.sung else line


def _clock(milliseconds: int) -> str:
    """Hours, minutes and seconds; as many digits of hours as it takes, but two at least."""
    seconds = milliseconds // 1000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def to_ass(cues: Sequence[Cue], marked: Callable[[Cue], Sequence[str]] | None = None) -> str:
    """Cues as Advanced SubStation Alpha: white with a dark edge at the bottom; lines break only where the cues' do.

    Times have whole hundredths of a second, the format's own. The events are written here, as pysubs2 has no times from 10 h on. A
    style's encoding of -1 lets libass see the direction of each line. `marked` gives the lines of a cue with
    commands of ASS in them.
    """
    import pysubs2

    backwards = is_right_to_left(cues)
    document = pysubs2.SSAFile()
    document.info |= {"PlayResX": "1920", "PlayResY": "1080", "WrapStyle": "2", "ScaledBorderAndShadow": "yes"}
    document.styles["Default"] = pysubs2.SSAStyle(
        fontname="Arial",
        fontsize=60,
        outline=3,
        shadow=1,
        alignment=pysubs2.Alignment.BOTTOM_CENTER,
        marginv=54,
        encoding=-1 if backwards else 1,
    )
    events = []
    for cue in cues:
        contents = marked(cue) if marked else [without_commands(line) for line in cue.lines]
        lines = [_directed(line, right_to_left=backwards) for line in contents]
        italics = r"{\i1}" if cue.sung else ""
        text = italics + r"\N".join(lines)
        events.append(f"Dialogue: 0,{_hundredths(cue.start)},{_hundredths(cue.end)},Default,,0,0,0,,{text}\n")
    return document.to_string("ass", header_notice="").rstrip("\n") + "\n" + "".join(events)


def _hundredths(milliseconds: int) -> str:
    """A time as ASS writes it, rounded to hundredths of a second."""
    count = (milliseconds + 5) // 10
    return f"{count // 360_000}:{count // 6000 % 60:02d}:{count // 100 % 60:02d}.{count % 100:02d}"


def to_ttml(cues: Sequence[Cue], language: str) -> str:
    """Cues as TTML, in the profile that players and archives ask for: IMSC 1.1 text (https://www.w3.org/TR/ttml-imsc1.1/)."""
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
    backwards = is_right_to_left(cues)
    document.put_region(region)
    body, division = model.Body(document), model.Div(document)
    body.set_region(region)
    document.set_body(body)
    body.push_child(division)
    for cue in cues:
        paragraph = model.P(document)
        paragraph.set_begin(Fraction(cue.start, 1000))
        paragraph.set_end(Fraction(cue.end, 1000))
        if backwards:
            paragraph.set_style(styles.StyleProperties.Direction, styles.DirectionType.rtl)
        for number, line in enumerate(cue.lines):
            if number:
                paragraph.push_child(model.Br(document))
            span = model.Span(document)
            span.push_child(model.Text(document, _directed(line.translate(_NOT_XML), right_to_left=backwards)))
            if cue.sung:
                span.set_style(styles.StyleProperties.FontStyle, styles.FontStyleType.italic)
            paragraph.push_child(span)
        division.push_child(paragraph)
    tree = writer.from_model(document, IMSCWriterConfiguration(time_format=TimeExpressionSyntaxEnum.clock_time))
    written = io.BytesIO()
    tree.write(written, encoding="utf-8", xml_declaration=True)
    return written.getvalue().decode("utf-8") + "\n"
