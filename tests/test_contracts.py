"""Records are checked when they are written and when they are read."""

import json
from pathlib import Path

import pytest

from moviesubs import contracts
from moviesubs.errors import UserError
from moviesubs.workflow.hardware import Hardware

LINUX = Hardware("Linux", "x86_64", 8, 32000)
NVIDIA = Hardware("Linux", "x86_64", 8, 32000, ("NVIDIA L4",))
MAC = Hardware("Darwin", "arm64", 8, 32000)


def test_times_are_written_with_three_decimals(tmp_path: Path) -> None:
    path = tmp_path / "speech.json"
    contracts.write(path, contracts.Speech(segments=[contracts.Segment(start=1 / 3, end=2.0)], method="x", duration=2))
    assert json.loads(path.read_text())["segments"] == [{"start": 0.333, "end": 2.0}]
    assert contracts.read(path, contracts.Speech).segments[0].start == 0.333


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"start": 0, "end": 1}]', "Expected `object`, got `array`"),
        ('{"segments": [{"start": "0", "end": 1}], "method": "x", "duration": 1}', "$.segments[0].start"),
        ('{"segments": [], "method": "x", "duration": 1, "more": 1}', "unknown field `more`"),
        ("{", "truncated"),
    ],
)
def test_a_damaged_file_is_refused_with_its_name_and_the_field(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "speech.json"
    path.write_text(text)
    with pytest.raises(UserError) as error:
        contracts.read(path, contracts.Speech)
    assert str(path) in str(error.value)
    assert message in str(error.value)


def test_a_record_of_wrong_type_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(contracts.msgspec.ValidationError):
        contracts.write(tmp_path / "x.json", contracts.Turn(start="soon", end=1, speaker="a"))  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())
