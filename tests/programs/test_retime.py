"""A subtitle file of the demo movie, moved and stretched, is put in step with what was heard; its styles stay."""

from pathlib import Path

import pysubs2
import pytest
from support.demo_movie import truth
from support.media import run

from moviesubs import contracts
from moviesubs.contracts import Asr, AsrSegment, Probe, Retimed, Segment, Speech, Word, read


@pytest.fixture
def heard(tmp_path: Path) -> Path:
    """What the stages know of the demo movie: its probe, its speech, its words."""
    known = truth()
    length = known.sentences[-1].end
    probe = Probe(path="x", format="matroska", duration=length, clock=0, start=0, end=length, audio=1)
    contracts.write(tmp_path / "probe.json", probe)
    segments = [Segment(start=one.start, end=one.end) for one in known.sentences]
    contracts.write(tmp_path / "speech.json", Speech(segments=segments, method="silero", duration=length))
    spoken = [
        AsrSegment(
            start=one.start,
            end=one.end,
            text=one.hi,
            words=[Word(word=word.word, start=word.start, end=word.end) for word in one.words],
        )
        for one in known.sentences
    ]
    asr = Asr(language="hi", backend="x", model="x", status="ok", segments=spoken)
    contracts.write(tmp_path / "aligned.json", asr)
    return tmp_path


@pytest.mark.parametrize(("drift", "offset"), [(1.0, -40.0), (1.0, 40.0), (1.04, 1.0), (25 / 23.976, -7.0)])
def test_an_ass_file_is_put_in_step_and_keeps_its_styles(heard: Path, drift: float, offset: float) -> None:
    made = pysubs2.SSAFile()
    made.styles["Sign"] = pysubs2.SSAStyle(bold=True)
    sentences = truth().sentences
    shift = 50.0  # no format has times before zero
    for one in sentences:
        start, end = ((time - offset) / drift + shift for time in (one.start, one.end))
        text = r"{\pos(10,20)}" + one.hi
        made.append(pysubs2.SSAEvent(start=round(start * 1000), end=round(end * 1000), text=text, style="Sign"))
    made.save(str(heard / "x.hi.ass"))
    done = run(
        *(
            "retime",
            "--subtitles",
            heard / "x.hi.ass",
            "--probe",
            heard / "probe.json",
            "--speech",
            heard / "speech.json",
        ),
        *("--aligned", heard / "aligned.json", "--output", heard / "out.ass", "--record", heard / "out.json"),
    )
    assert done.returncode == 0, done.stderr
    after = pysubs2.load(str(heard / "out.ass"))
    off = [abs(event.start / 1000 - one.start) for event, one in zip(after, sentences, strict=True)]
    assert sum(seconds <= 0.15 for seconds in off) >= 0.95 * len(off)
    assert after[0].style == "Sign"
    assert after[0].text.startswith(r"{\pos(10,20)}")
    record = read(heard / "out.json", Retimed)
    assert record.drift == pytest.approx(drift, abs=0.001)
    assert "cues were found in the sound by their words" in done.stderr


def test_a_file_without_cues_is_one_line(heard: Path) -> None:
    (heard / "x.srt").write_text("nothing\n")
    common = ["--probe", heard / "probe.json", "--speech", heard / "speech.json", "--record", heard / "r.json"]
    done = run("retime", "--subtitles", heard / "x.srt", *common, "--output", heard / "out.srt")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"error: {heard}/x.srt: holds no cues"
