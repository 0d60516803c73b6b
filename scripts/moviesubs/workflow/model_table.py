"""The models that the languages of the config use, as a table for people, and which would be best: `snakemake models`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from moviesubs.errors import UserError
from moviesubs.language.languages import AUTO, language, romanised_from
from moviesubs.workflow.hardware import backends
from moviesubs.workflow.models import align_model, asr_model, ctc_model, translation_model, unpinned

if TYPE_CHECKING:
    from moviesubs.workflow.plan import Plan

#: characters of a line: a terminal's that is not wide
WIDTH = 100
COLUMNS = ("stage", "language", "model", "licence", "size", "remarks")


def model_table(plan: Plan) -> list[str]:
    """Lines: what each stage uses for each language, and behind it what the table of models says of the best ones."""
    spoken = sorted({code for movie in plan.movies.values() for code in movie.languages} or _of_config(plan))
    wanted = {romanised_from(part) or part for code in plan.settings.subtitles_in for part in code.split("+")} - {
        "spoken"
    }
    targets = sorted({target for movie in plan.movies.values() for target in movie.translated} or wanted)
    rows = [row for code in spoken for row in _of_language(plan, code, targets)]
    lines = _laid_out([COLUMNS, *rows])
    best = plan.models["best"]
    said = [
        (stage, code, text)
        for stage, texts in best.items()
        for code in spoken
        if (text := texts.get(code) or texts.get("other"))
    ]
    for stage, code, text in said:
        lines += [
            "",
            *wrap(f"{stage}, {language(code).name}: {text}", WIDTH, subsequent_indent="  ", break_on_hyphens=False),
        ]
    return lines


def _laid_out(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows as lines; remarks that do not fit stand below, under the model."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(COLUMNS) - 1)]
    below = sum(widths[:2]) + 4
    lines = []
    for *cells, remarks in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        if len(line) + 2 + len(remarks) <= WIDTH:
            lines.append(f"{line}  {remarks}".rstrip())
        else:
            lines += [line.rstrip(), *wrap(remarks, WIDTH, initial_indent=" " * below, subsequent_indent=" " * below)]
    return lines


def _of_config(plan: Plan) -> set[str]:
    named = plan.settings.language
    return {code for code in ([named] if isinstance(named, str) else named) if code != AUTO}


def _of_language(plan: Plan, code: str, targets: list[str]) -> list[tuple[str, ...]]:
    config, models = plan.config, plan.models
    recogniser, aligner = backends(config, [code], plan.hardware)[code]
    rows = [_row(plan, "recognise", code, lambda: asr_model(config, models, recogniser, code), recogniser)]
    if recogniser != "ctc" and code in models["ctc"]:
        rows.append(_row(plan, "", code, lambda: ctc_model(config, models, code), "with asr.backend: ctc"))
    if aligner != "ctc":
        rows.append(_row(plan, "align", code, lambda: align_model(config, models, code, aligner) or "", aligner))
    for target in targets:
        if target != code:
            rows.append(
                _row(
                    plan,
                    "translate",
                    f"{code} to {target}",
                    lambda to=target: translation_model(config, models, code, to),
                )
            )
    return rows


def _row(plan: Plan, stage: str, code: str, model: Any, remark: str = "") -> tuple[str, ...]:
    try:
        name = model()
    except UserError as error:
        return (stage, code, "none", "", "", str(error).removeprefix("config: "))
    if not name:
        return (
            stage,
            code,
            "none",
            "",
            "",
            "no model that may be used: Whisper's own attention" if stage == "align" else remark,
        )
    models: Mapping[str, Any] = plan.models["models"]
    entry = models[name]
    origin = entry
    while "convert" in origin:
        origin = models[origin["convert"]]
    remarks = [
        remark,
        "gated: needs HF_TOKEN" if origin.get("gated") else "",
        "not pinned" if unpinned(plan.models, name) else "",
    ]
    return (
        stage,
        code,
        name,
        entry["licence"],
        entry.get("size") or origin.get("size", ""),
        ", ".join(filter(None, remarks)),
    )
