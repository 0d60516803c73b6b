"""Every flag means something to a person, and the gravest ranks."""

import ast
from pathlib import Path

import pytest
from support import SCRIPTS

from moviesubs import contracts
from moviesubs.contracts import AsrSegment
from moviesubs.errors import UserError
from moviesubs.flag_meanings import MEANINGS, severity
from moviesubs.flags import REMOVALS, Flag, removal


def test_every_flag_has_a_meaning_and_nothing_else_has() -> None:
    assert set(MEANINGS) == set(Flag)
    assert all(one.label and one.why.endswith(".") and 0 < one.severity <= 100 for one in MEANINGS.values())


def test_the_gravest_flag_ranks_and_more_flags_break_ties() -> None:
    assert severity([]) == 0
    few, many = [Flag.TOO_FAST], [Flag.TOO_FAST, Flag.LATE, Flag.BAD_BREAK]
    assert severity([Flag.REPEATED]) > severity(many) > severity(few)


def test_text_that_was_set_apart_says_why() -> None:
    assert removal([Flag.LOW_CONFIDENCE, Flag.REMOVED_LOOP]) == Flag.REMOVED_LOOP
    assert removal([Flag.LOW_CONFIDENCE]) is None
    assert {flag for flag in Flag if flag.startswith("removed-")} <= REMOVALS


def test_a_flag_that_nobody_knows_is_refused_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "segment.json"
    path.write_text('{"start": 1, "end": 2, "text": "a", "flags": ["strange"]}')
    with pytest.raises(UserError, match=r"segment\.json.*strange"):
        contracts.read(path, AsrSegment)


def test_what_belongs_to_a_flag_survives_the_file(tmp_path: Path) -> None:
    flag = Flag.REMOVED_NOT_RECOGNISED
    segment = AsrSegment(start=1, end=2, text="", flags=[flag], reasons={flag: "killed by SIGKILL"})
    contracts.write(tmp_path / "segment.json", segment)
    assert contracts.read(tmp_path / "segment.json", AsrSegment) == segment


def test_no_stage_spells_a_flag_as_text() -> None:
    """A flag that is typed by hand is one that a type checker cannot see."""
    hyphenated = {str(flag) for flag in Flag if "-" in flag}
    for path in sorted(SCRIPTS.rglob("*.py")):
        if path.name == "flags.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        spelled = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not spelled & hyphenated, path
