"""The table of corrections."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moviesubs.corrections.table import Correction, parse, read_corrections, seconds, stamp, to_text
from moviesubs.errors import UserError

HEADER = "time\ttrack\tdo\told\tnew\n"


def test_a_table_is_read_as_people_write_it() -> None:
    lines = [
        "0:04:10.5\t\treplace\tWhere is Jay?\tWhere is Jai?\n\n",
        "1:02\ten\tdelete\tThank you.\t\n",
        "5\ttranscript\tsplit\tWho? Me?\tWho? | Me?",
    ]
    assert parse(HEADER + "".join(lines), "x.tsv") == [
        Correction(250.5, "", "replace", "Where is Jay?", "Where is Jai?"),
        Correction(62, "en", "delete", "Thank you."),
        Correction(5, "", "split", "Who? Me?", "Who? | Me?"),
    ]


def test_a_file_may_begin_with_a_byte_order_mark_and_end_lines_as_on_windows(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_bytes(f"\ufeff{HEADER}1\t\tdelete\tनमस्ते \t\n".replace("\n", "\r\n").encode())
    assert read_corrections(tmp_path / "x.tsv") == [Correction(1, "", "delete", "नमस्ते")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("soon\t\tdelete\ta\t", "x.tsv, line 2: 'soon' is no time"),
        ("1\t\trewrite\ta\tb", "line 2: `do` is 'rewrite'; the transcript can replace, delete, speaker, split, merge"),
        ("1\ten\tsplit\ta b\ta | b", "line 2: `do` is 'split'; a translation can replace, delete"),
        ("1\txx\tdelete\ta\t", "line 2: unknown language 'xx'"),
        ("1\t\treplace\ta\t", "line 2: replace needs something in the column `new`"),
        ("1\t\tsplit\ta b\ta b", "line 2: put | between the two sentences"),
        ("1\t\tdelete\ta\t\tx", "line 2: more cells than columns"),
    ],
)
def test_a_mistake_is_one_line_that_says_where_and_what(line: str, message: str) -> None:
    with pytest.raises(UserError) as error:
        parse(f"{HEADER}{line}\n", "x.tsv")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_table_without_its_columns_is_refused() -> None:
    with pytest.raises(UserError, match="must name the columns time, track, do, old, new"):
        parse("a\tb\n", "x.tsv")


SAID = (
    st.text(st.sampled_from("ab आ|'\""), min_size=1, max_size=8).map(lambda said: " ".join(said.split())).filter(bool)
)


@given(st.lists(st.tuples(st.integers(0, 10**7), st.sampled_from(["", "en"]), SAID, SAID), max_size=5))
def test_what_is_written_is_read_again(rows: list[tuple[int, str, str, str]]) -> None:
    table = [Correction(time / 1000, track, "replace", old, new) for time, track, old, new in rows]
    assert parse(to_text(table), "x.tsv") == table


def test_times_are_read_as_people_write_them() -> None:
    assert [seconds(text) for text in ("90", "1:30", "1:02:03.5")] == [90.0, 90.0, 3723.5]


@given(st.integers(0, 10**8))
def test_a_time_is_written_to_the_millisecond(time: int) -> None:
    assert round(seconds(stamp(time / 1000)) * 1000) == time
