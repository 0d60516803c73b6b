"""What cues break of Netflix' limits, ours and those of others, on the same words and times: `make bench-cues`.

A dialogue of two hours in each of three languages, made of the demo's phrasebook, goes through our segmentation and through WhisperX's
writer, stable-ts's regrouping and Whisper's writer with lines of 42 characters; two of a hundred sentences are spoken faster
than people can read. All are judged by the checks of `check_subtitles`, and by the words that they show: each once, in order, in time, and
those of two speakers on lines of their own. The time is that of this machine as busy as it is.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from measure.dialogue import dialogue

from moviesubs.contracts import Cue, Transcript
from moviesubs.cues.build import cues
from moviesubs.cues.checks import findings, is_dialogue
from moviesubs.cues.limits import Limits, default_limits
from moviesubs.formats.read import read_cues

ROOT = Path(__file__).parents[1]
ENVIRONMENT = ROOT / "environments" / "bench-cues"
DEFINITION = ROOT / "benchmarks" / "measure" / "cues.yaml"
LANGUAGES = ("hi", "en", "gu")
PEERS = ("whisperx", "stable-ts", "whisper")
SENTENCES, WORDS, SECONDS = 1500, 12_000, 7200.0
#: seconds that the segmentation of one dialogue may take
FAST_ENOUGH = 5.0
#: the share of the best peer's violations that ours may have
SHARE = 0.25


def build() -> Path:
    """The interpreter of the peers' environment, built where it is missing or another is asked for."""
    marker = ENVIRONMENT.with_suffix(".ready")
    if not marker.exists() or marker.stat().st_mtime < DEFINITION.stat().st_mtime:
        print("building the environment of the peers ...", file=sys.stderr, flush=True)
        program = [sys.executable, ROOT / "scripts" / "make_environment.py", "--definition", DEFINITION]
        subprocess.run([*program, "--folder", ENVIRONMENT, "--marker", marker], check=True)
    return ENVIRONMENT / "bin" / "python"


def peers(said: Transcript, python: Path) -> dict[str, list[Cue]]:
    """The cues that others make of what was said, a segment a sentence."""
    segments = [
        {
            "start": one.start,
            "end": one.end,
            "text": one.text,
            "words": [{"word": word.word, "start": word.start, "end": word.end} for word in one.words or ()],
        }
        for one in said.sentences
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "said.json"
        source.write_text(json.dumps({"language": said.language, "segments": segments}), encoding="utf-8")
        program = ROOT / "benchmarks" / "measure" / "peers.py"
        subprocess.run([python, program, source, folder], check=True, stdout=subprocess.DEVNULL)
        # WhisperX and Whisper name their files after the audio file that they are told
        return {peer: read_cues(folder / f"{peer}.srt")[0] for peer in PEERS}


def against_the_speech(made: Sequence[Cue], said: Transcript, limits: Limits) -> list[list[str]]:
    """What each cue does to the words that were said.

    Returns:
        Flags for each cue: "late", "early", "cut-short", "two-speakers" (not on lines of their own), "lost" (its words are not
        the next ones).
    """
    words = [(word, one.speaker) for one in said.sentences for word in one.words or ()]
    at, cue_flags = 0, []
    for cue in made:
        shown = " ".join(line.removeprefix("-") if is_dialogue(cue.lines) else line for line in cue.lines).split()
        mine = words[at : at + len(shown)]
        flags = []
        if [word.word for word, _ in mine] != shown:
            flags.append("lost")
        if mine:
            late = cue.start - round(mine[0][0].start * 1000)
            flags += ["late"] * (late > limits.gap) + ["early"] * (late < -limits.gap)
            flags += ["cut-short"] * (cue.end < round(mine[-1][0].end * 1000) - 2 * limits.gap)
            flags += ["two-speakers"] * (len({speaker for _, speaker in mine}) > 1 and not is_dialogue(cue.lines))
        cue_flags.append(flags)
        at += len(shown)
    if at != len(words) and cue_flags:
        cue_flags[-1].append("lost")
    return cue_flags


def judged(made: Sequence[Cue], said: Transcript) -> tuple[Counter[str], int]:
    """How often cues break each rule, and how often they do so without a flag that says it."""
    limits = default_limits(said.language)
    counted: Counter[str] = Counter()
    unflagged = 0
    checks = findings(made, said.language, limits)
    for cue, of_cue, speech in zip(made, checks, against_the_speech(made, said, limits), strict=True):
        flags = [one.flag for one in of_cue] + speech
        counted.update(flags)
        unflagged += sum(flag not in cue.flags for flag in flags)
    return counted, unflagged


def main() -> None:
    """Prints the table; its last line says how many goals are met."""
    python = build()
    counts: dict[str, Counter[str]] = {}
    sizes: Counter[str] = Counter()
    unflagged, slowest, words = 0, 0.0, 0
    for language in LANGUAGES:
        said = dialogue(language, SENTENCES, WORDS, SECONDS)
        words = max(words, sum(len(one.words or ()) for one in said.sentences))
        started = time.perf_counter()
        ours = cues(said).cues
        slowest = max(slowest, time.perf_counter() - started)
        for who, made in {"ours": ours, **peers(said, python)}.items():
            counted, silent = judged(made, said)
            counts.setdefault(who, Counter()).update(counted)
            sizes[who] += len(made)
            unflagged += silent if who == "ours" else 0
    kinds = [kind for kind, _ in sum(counts.values(), Counter()).most_common()]
    titles = {"ours": "ours", "whisperx": "WhisperX", "stable-ts": "stable-ts", "whisper": "Whisper, 42"}
    print("violations per 100 cues      | " + " | ".join(f"{titles[who]:>11}" for who in counts))
    print("---------------------------- | " + " | ".join("-" * 11 for _ in counts))
    for kind in kinds:
        print(f"{kind:<28} | " + " | ".join(f"{100 * counts[who][kind] / sizes[who]:>11.1f}" for who in counts))
    totals = {who: 100 * sum(counts[who].values()) / sizes[who] for who in counts}
    print(f"{'all':<28} | " + " | ".join(f"{totals[who]:>11.1f}" for who in counts))
    rest = {
        who: totals[who] - 100 * (counts[who]["open-gap"] + counts[who]["small-gap"]) / sizes[who] for who in counts
    }
    print(f"{'all but gaps':<28} | " + " | ".join(f"{rest[who]:>11.1f}" for who in counts))
    print(f"{'cues':<28} | " + " | ".join(f"{sizes[who]:>11}" for who in counts))
    best = min(totals[peer] for peer in PEERS)
    goals = [
        (f"ours without a flag: {unflagged}, goal 0", unflagged == 0),
        (
            f"ours {totals['ours']:.1f} per 100 cues, the best of the others {best:.1f}; goal {SHARE:g} of it",
            totals["ours"] <= SHARE * best,
        ),
        (
            f"{SENTENCES} sentences of {words} words in {slowest:.2f} s at most, goal {FAST_ENOUGH:g}",
            slowest < FAST_ENOUGH,
        ),
    ]
    print()
    for what, met in goals:
        print(f"{'met   ' if met else 'MISSED'}  {what}")
    print(f"goals met: {sum(met for _, met in goals)} of {len(goals)}")


if __name__ == "__main__":
    main()
