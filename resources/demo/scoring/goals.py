"""Scores, the goals that they are held against, and the table that shows both."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Score:
    """One measured figure, in the unit in which it is printed.

    Attributes:
        name: identifies it in scores.json.
        what: says it to a reader.
        measured: the figure; not a number where it could not be measured, which meets no goal.
        unit: "%", "ms", "points" or nothing.
        at_most: the goal, or None.
        at_least: the goal, or None.
        digits: decimals that are printed.
        remark: how many words it rests on, say.
    """

    name: str
    what: str
    measured: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None
    digits: int = 1
    remark: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        if self.at_most is not None:
            return self.measured <= self.at_most
        if self.at_least is not None:
            return self.measured >= self.at_least
        return None

    def record(self) -> dict[str, Any]:
        """The score as it stands in scores.json; what was not measured is null."""
        goals = {"at_most": self.at_most, "at_least": self.at_least}
        measured = None if self.measured != self.measured else round(self.measured, 4)
        return {
            "name": self.name,
            "what": self.what,
            "measured": measured,
            "unit": self.unit,
            **{name: value for name, value in goals.items() if value is not None},
            "met": self.met,
            **({"remark": self.remark} if self.remark else {}),
        }

    def row(self) -> tuple[str, str, str, str]:
        """The cells of its row: what, goal, measured, met."""
        unit = f" {self.unit}" if self.unit else ""
        goal = ""
        if self.at_most is not None:
            goal = f"at most {self.at_most:g}{unit}"
        elif self.at_least is not None:
            goal = f"at least {self.at_least:g}{unit}"
        measured = f"{self.measured:.{self.digits}f}{unit}" if self.measured == self.measured else "not measured"
        remark = f" ({self.remark})" if self.remark else ""
        return self.what, goal, measured + remark, {True: "yes", False: "NO", None: ""}[self.met]


def table(scores: Sequence[Score]) -> str:
    """The scores as a table, with the count of goals as its last line.

    Args:
        scores: in the order of the rows.

    Returns:
        Lines, the last of them `goals met: N of M`.
    """
    rows = [("what", "goal", "measured", "met"), *(score.row() for score in scores)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "-|-".join("-" * width for width in widths))
    with_goal = [score.met for score in scores if score.met is not None]
    return "\n".join([*lines, f"goals met: {sum(with_goal)} of {len(with_goal)}"])
