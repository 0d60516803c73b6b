"""Time and memory of each stage, from the records that the programs leave beside their logs."""

from dataclasses import dataclass
from pathlib import Path

from moviesubs import contracts
from moviesubs.errors import UserError
from moviesubs.stage.usage import SUFFIX, Usage

#: the stages in the order in which they run
ORDER = [
    "probe", "demux", "preview", "detect_shots", "separate", "detect_songs", "detect_speech", "detect_language", "transcribe_mlx",
    "transcribe_whisperx", "transcribe_ctc", "transcribe_second", "align", "diarize", "transcript", "translate", "romanise", "subtitles",
    "mux", "report",
]  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """What one job took.

    Attributes:
        rule: the rule's name.
        detail: what tells its jobs apart, a language say; "" where there is one job.
        log: name of its log file, None where there is none.
    """

    rule: str
    detail: str
    used: Usage
    log: str | None


def stages(logs: Path | None) -> list[Stage]:
    """The stages of a movie.

    Args:
        logs: folder with `<rule>.log` or `<rule>.<detail>.log` and `.usage.json` a job; None or a missing folder counts as empty.

    Returns:
        Stages in the order in which they run, unknown ones last; of each its last run. Damaged records are left out.
    """
    jobs = []
    for path in sorted(logs.glob(f"*{SUFFIX}")) if logs else []:
        name = path.name.removesuffix(SUFFIX)
        rule, _, detail = name.partition(".")
        try:
            used = contracts.read(path, Usage)
        except UserError:
            continue
        if rule != "report":
            log = path.with_name(f"{name}.log")
            jobs.append(Stage(rule=rule, detail=detail, used=used, log=log.name if log.is_file() else None))
    return sorted(jobs, key=lambda stage: (_rank(stage.rule), stage.rule, stage.detail))


def _rank(rule: str) -> int:
    return ORDER.index(rule) if rule in ORDER else len(ORDER)
