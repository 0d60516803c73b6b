"""Time and memory of each stage, from the tables that Snakemake's `benchmark` writes."""

import csv
from dataclasses import dataclass
from pathlib import Path

#: the stages in the order in which they run
ORDER = [
    "probe", "demux", "preview", "detect_shots", "separate", "detect_speech", "detect_language", "transcribe_mlx",
    "transcribe_whisperx", "align", "diarize", "transcript", "translate", "romanise", "subtitles", "mux", "report",
]  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """What one stage took.

    Attributes:
        rule: the rule's name.
        detail: what tells its jobs apart, a language say; "" where there is one job.
        seconds: wall-clock time.
        cpu_seconds: processor time, None where it was too short to measure.
        memory: largest resident set, in MiB, None where it was too short to measure.
        log: name of its log file, None where there is none.
    """

    rule: str
    detail: str
    seconds: float
    cpu_seconds: float | None
    memory: float | None
    log: str | None


def _number(value: str | None) -> float | None:
    try:
        return float(value) if value else None
    except ValueError:  # Snakemake writes "-" or "NA" for a job that ended before it was measured
        return None


def stages(benchmarks: Path | None, logs: Path | None) -> list[Stage]:
    """The stages of a movie.

    Args:
        benchmarks: folder with one `<rule>.tsv` or `<rule>.<detail>.tsv` a job; None or a missing folder counts as empty.
        logs: folder with the logs, named alike.

    Returns:
        Stages in the order in which they run, unknown ones last; of each its last run. Tables without a
        measurement are left out.
    """
    found = []
    for path in sorted(benchmarks.glob("*.tsv")) if benchmarks and benchmarks.is_dir() else []:
        with path.open(encoding="utf-8", errors="replace", newline="") as lines:
            rows = list(csv.DictReader(lines, delimiter="\t"))
        seconds = _number(rows[-1].get("s")) if rows else None
        rule, _, detail = path.stem.partition(".")
        if seconds is None or rule == "report":
            continue
        log = logs / f"{path.stem}.log" if logs else None
        found.append(
            Stage(
                rule=rule,
                detail=detail,
                seconds=seconds,
                cpu_seconds=_number(rows[-1].get("cpu_time")),
                memory=_number(rows[-1].get("max_rss")),
                log=log.name if log and log.is_file() else None,
            )
        )
    return sorted(found, key=lambda stage: (_rank(stage.rule), stage.rule, stage.detail))


def _rank(rule: str) -> int:
    return ORDER.index(rule) if rule in ORDER else len(ORDER)
