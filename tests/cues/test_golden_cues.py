"""The cues of the demo in three scripts, as they were found good by looking at them; a changed segmentation shows here.

Words, times, speakers and shots are the demo's truth, so that nothing but the cues is compared. After a change that is meant:
`python tests/test_golden_cues.py` writes the files anew; look at the difference before it is committed.
"""

import json
import sys

import pytest
from support import DATA, ROOT

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "scripts"))

from moviesubs.contracts import Sentence, Transcript, Word  # noqa: E402
from moviesubs.cues.build import cues  # noqa: E402
from moviesubs.cues.limits import default_limits  # noqa: E402
from moviesubs.formats.write import to_srt  # noqa: E402

GOLDEN = DATA / "golden"
TRUTH = json.loads((ROOT / "resources" / "demo" / "demo.truth.json").read_text(encoding="utf-8"))
#: the languages of the demo; its sentences are short and apart, so that neighbouring ones are joined too, as people talk
LANGUAGES = ("hi", "en", "gu")


def transcript(language: str, together: int = 1) -> Transcript:
    """What is said in the demo, or its translation; `together` neighbouring sentences of a speaker make one."""
    made: list[Sentence] = []
    for one in TRUTH["sentences"]:
        words = [Word(**word) for word in one["words"]]
        last = made[-1] if made else None
        if last and together > 1 and last.speaker == one["speaker"] and len(made[-1].flags) < together - 1:
            last.text = f"{last.text.rstrip('.।!?')}, {one[language]}"
            last.words = [*(last.words or ()), *words]
            last.end = one["end"]
            last.flags = [*last.flags, "joined"]
        else:
            made.append(
                Sentence(
                    id=len(made) + 1,
                    start=one["start"],
                    end=one["end"],
                    text=one[language],
                    speaker=one["speaker"],
                    words=words,
                )
            )
    for sentence in made:
        sentence.flags = []
        if language != "hi":
            sentence.words = None
    return Transcript(language=language, sentences=made)


def subtitles(language: str, together: int) -> str:
    """The SRT of the demo."""
    shots = [shot["start"] for shot in TRUTH["shots"]][1:]
    limits = default_limits(language, TRUTH["frame_rate"])
    source = transcript("hi", together) if language != "hi" else None
    made = cues(transcript(language, together), limits, until=TRUTH["duration"], shots=shots, source=source)
    return to_srt(made.cues)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("together", [1, 3])
def test_the_cues_of_the_demo_are_as_they_were(language: str, together: int) -> None:
    golden = GOLDEN / f"demo{'' if together == 1 else '-joined'}.{language}.srt"
    assert subtitles(language, together) == golden.read_text(encoding="utf-8")


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for code in LANGUAGES:
        for count, name in ((1, "demo"), (3, "demo-joined")):
            (GOLDEN / f"{name}.{code}.srt").write_text(subtitles(code, count), encoding="utf-8")
