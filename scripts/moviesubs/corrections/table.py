r"""The table of corrections of a movie: `corrections/<movie>.tsv`, tab-separated, a correction a line.

time      track       do       old              new
0:04:10.5             replace  Where is Jay?    Where is Jai?
0:05:02   en          delete   Thank you.
0:06:00               speaker  Come here!       Veeru
0:07:00               split    Who? Me?         Who? | Me?
0:08:00               merge    I went
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

from moviesubs.errors import UserError
from moviesubs.language.languages import language

COLUMNS = ("time", "track", "do", "old", "new")
#: what can be done; a translation has the sentences of the transcript, so these are split and merged there
ACTIONS = ("replace", "delete", "speaker", "split", "merge")
TRANSLATION_ACTIONS = ("replace", "delete")
#: where the second sentence of a split begins
CUT = " | "


@dataclass(frozen=True)
class Correction:
    """A correction of one sentence.

    Attributes:
        time: when the sentence begins, in seconds on the movie's clock.
        track: "" for the transcript, else the code of the language that it was translated into.
        action: one of ACTIONS.
        old: what the sentence says before; "" for whatever is said at that time.
        new: what it shall say, with CUT in it for a split; the speaker's name; for a merge what both say, or "".
    """

    time: float
    track: str
    action: str
    old: str
    new: str = ""


def seconds(text: str) -> float:
    """A time as people write it: "90", "1:30", "1:02:03.5".

    Raises:
        ValueError: it is none.
    """
    total = 0.0
    for part in text.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return round(total, 3)


def stamp(time: float) -> str:
    """A time as the table has it: "0:04:10.500"."""
    whole = round(time * 1000)
    return f"{whole // 3_600_000}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d}.{whole % 1000:03d}"


def line_of(correction: Correction) -> str:
    """A correction as one line of the table, without its end."""
    cells = [stamp(correction.time), *astuple(correction)[1:]]
    return "\t".join(" ".join(str(cell).split()) for cell in cells)


def to_text(corrections: Iterable[Correction]) -> str:
    """The table's text."""
    return "".join(f"{line}\n" for line in ["\t".join(COLUMNS), *map(line_of, corrections)])


def parse(text: str, where: str) -> list[Correction]:
    """The corrections of a table.

    Args:
        text: of the file.
        where: names the file in errors.

    Raises:
        UserError: a column is missing, or a line is no correction; the message says which and why.
    """
    reader = csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [name for name in ("time", "do", "old") if name not in (reader.fieldnames or [])]
    if missing:
        raise UserError(f"{where}: the first line must name the columns {', '.join(COLUMNS)}, separated by tabs")
    corrections = []
    for row in reader:
        place = f"{where}, line {reader.line_num}"
        if None in row:
            raise UserError(f"{place}: more cells than columns")
        cells = {name: (value or "").strip() for name, value in row.items()}
        if any(cells.values()):
            corrections.append(_correction(cells, place))
    return corrections


def _correction(cells: dict[str, str], place: str) -> Correction:
    try:
        time = seconds(cells["time"])
    except ValueError:
        raise UserError(f"{place}: {cells['time']!r} is no time; write 0:04:10.5") from None
    action, track = cells["do"], cells.get("track", "").replace("transcript", "")
    if track:
        try:
            language(track)
        except UserError as error:
            raise UserError(f"{place}: {error}; leave `track` empty for the transcript") from None
    possible = TRANSLATION_ACTIONS if track else ACTIONS
    if action not in possible:
        kind = "a translation can" if track else "the transcript can"
        raise UserError(f"{place}: `do` is {action!r}; {kind} {', '.join(possible)}")
    old, new = cells["old"], cells.get("new", "")
    if action in ("replace", "speaker", "split") and not new:
        raise UserError(f"{place}: {action} needs something in the column `new`")
    if action == "split" and not all(part.strip() for part in f" {new} ".partition(CUT)):
        raise UserError(f"{place}: put{CUT}between the two sentences in `new`")
    return Correction(time, track, action, old, new)


def read_corrections(path: Path) -> list[Correction]:
    """The corrections of a file.

    Raises:
        UserError: it is missing, not UTF-8, or no table of corrections.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError(f"{path}: no such table of corrections; correct its path in the table of movies") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: not UTF-8; save it as UTF-8 text") from None
    return parse(text, str(path))


def of_track(corrections: Iterable[Correction], track: str) -> list[Correction]:
    """Those of one track: "" for the transcript, else a language."""
    return [one for one in corrections if one.track == track]
