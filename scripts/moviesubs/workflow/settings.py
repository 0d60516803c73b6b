"""The user's config: checked against its schema before anything runs, and completed with defaults.

Only the workflow itself imports this module; it needs jsonschema, which Snakemake brings, to say what is wrong.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from moviesubs.cues.presets import presets
from moviesubs.errors import SettingError, UserError
from moviesubs.language.languages import AUTO, flores_code, language
from moviesubs.workflow.config import Config
from moviesubs.workflow.schema_fit import fits
from moviesubs.workflow.user_files import line_of, read_yaml

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

DRAFT = "https://json-schema.org/draft/2020-12/schema"
SCHEMAS = Path(__file__).parents[3] / "config" / "schemas"


@cache
def schema(name: str) -> dict[str, Any]:
    """A JSON schema of this project, its references inlined: that of the config is made from `Config`.

    Args:
        name: "config", "movies" or "models".
    """
    file = SCHEMAS / f"{name}.schema.json"
    document = config_schema() if name == "config" else json.loads(file.read_text(encoding="utf-8"))
    inlined: dict[str, Any] = _inlined(document, document.get("$defs", {}))
    return inlined


def config_schema() -> dict[str, Any]:
    """The JSON schema of config.yaml: of a section's keys each has its own default."""

    def without_defaults_of_sections(part: Any) -> Any:
        if isinstance(part, list):
            return [without_defaults_of_sections(item) for item in part]
        if not isinstance(part, dict):
            return part
        dropped = {"default"} if "$ref" in part else set()
        return {key: without_defaults_of_sections(item) for key, item in part.items() if key not in dropped}

    made = without_defaults_of_sections(msgspec.json.schema(Config))
    whole: dict[str, Any] = {"$schema": DRAFT, **made["$defs"].pop("Config"), "title": "config/config.yaml"}
    return {**whole, "$defs": made["$defs"]}


def _inlined(part: Any, definitions: Mapping[str, Any]) -> Any:
    """A schema with its references replaced by what they refer to, so that defaults and types are found where they hold."""
    if isinstance(part, list):
        return [_inlined(item, definitions) for item in part]
    if not isinstance(part, dict):
        return part
    target = definitions.get(str(part.get("$ref", "")).removeprefix("#/$defs/"), {})
    return {key: _inlined(item, definitions) for key, item in {**target, **part}.items() if key != "$ref"}


def check(what: object, against: dict[str, Any], where: str, files: Sequence[Path] = ()) -> None:
    """Checks a value against a JSON schema.

    Args:
        what: the value.
        against: the schema.
        where: the file it comes from, for the message.
        files: YAML files that it may come from; the message names the one, and the line, in which the value stands.

    Raises:
        UserError: names the file, the key, what is wrong, and the keys or values that are allowed.
    """
    error = None if fits(what, against) else _first_error(what, against)
    if error is not None:
        keys, reason = list(error.absolute_path), _explain(error)
        unknown = set(error.instance) - set(error.schema.get("properties", {})) if _has_unknown_keys(error) else set()
        at = [*keys, *sorted(unknown, key=str)[:1]]
    elif wrong := _senseless(what):
        keys, reason = wrong
        at = keys
    else:
        return
    where = _place(what, at, against, files) or where
    raise UserError(": ".join(part for part in (where, ".".join(map(str, keys)), reason) if part))


def _first_error(what: object, against: dict[str, Any]) -> ValidationError | None:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    return best_match(Draft202012Validator(against).iter_errors(what))


def _place(what: object, keys: Sequence[str | int], against: dict[str, Any], files: Sequence[Path]) -> str | None:
    """The file and the line in which a value stands; None where it comes from the command line, or is a default."""
    for file in reversed(files):
        if (line := line_of(file, keys)) and _value_at(typed(read_yaml(file), against), keys) == _value_at(what, keys):
            return f"{file}, line {line}"
    return None


@contextmanager
def placing(config: Mapping[str, Any], files: Sequence[Path]) -> Iterator[None]:
    """Lets an error of a setting name the file and the line in which the setting stands.

    Args:
        config: what Snakemake read from files and command line.
        files: the files.

    Raises:
        UserError: instead of the SettingError.
    """
    try:
        yield
    except SettingError as error:
        against = schema("config")
        # of a setting that has its default, the section may stand in a file
        for end in range(len(error.keys), 0, -1):
            if place := _place(typed(config, against), error.keys[:end], against, files):
                raise UserError(f"{place}: {'.'.join(map(str, error.keys))}: {error.reason}") from None
        raise


def _value_at(content: Any, keys: Sequence[str | int]) -> str:
    try:
        for key in keys:
            content = content[key]
    except (KeyError, IndexError, TypeError):
        return ""
    return repr(content)  # .nan does not equal itself


def _senseless(value: object) -> tuple[list[str | int], str] | None:
    """The way to a value that no schema forbids and nobody can mean, and what is wrong with it: .nan passes every bound."""
    if isinstance(value, float) and not math.isfinite(value):
        return [], f"{value} is no number that makes sense here"
    if isinstance(value, str) and (odd := _CONTROL.search(value)):
        return [], f"{_shown(value)} holds the control character {odd[0]!r}; delete it"
    parts = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        if problem := _senseless(part):
            return [key, *problem[0]], problem[1]
    return None


def _has_unknown_keys(error: ValidationError) -> bool:
    return error.validator == "additionalProperties" and isinstance(error.instance, Mapping)


#: what is no text: a terminal would obey it, a file system and a subtitle file refuse it
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
#: characters of a value that a message shows
_SHOWN = 100
_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "keys with values",
}


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _explain(error: ValidationError) -> str:
    if _has_unknown_keys(error):
        known = sorted(error.schema.get("properties", {}))
        unknown = sorted(str(key) for key in error.instance if key not in known)
        return f"unknown key {', '.join(unknown)}; known are {', '.join(known)}"
    if error.validator in ("pattern", "oneOf", "anyOf"):
        return f"{_shown(error.instance)} is not possible here ({_allowed(error)})"
    if error.validator == "not":
        return f"{_shown(error.instance)} is not possible here"
    if error.validator == "type":
        wanted = [error.validator_value] if isinstance(error.validator_value, str) else error.validator_value
        fitting = " or ".join(_TYPES.get(name, name) for name in wanted)
        if error.instance is None:
            return f"nothing stands there; give it {fitting}, or take the key out"
        reason = f"{_shown(error.instance)} is not {fitting}"
        if isinstance(error.instance, bool) and "string" in wanted:
            reason += "; YAML reads no, yes, on and off as switches, so put it in quotes"
        elif isinstance(error.instance, int | float) and "string" in wanted:
            reason += "; YAML reads digits as a number, so put it in quotes"
        return reason
    return str(error.message).replace(repr(error.instance), _shown(error.instance))


def _allowed(error: ValidationError) -> str:
    """What may stand where an error is, as the schema says it for people: for the value, or for one of its forms."""
    choices = [choice for part in error.schema.get("anyOf", []) for choice in part.get("enum", [])]
    parts: list[Mapping[str, Any]] = [error.schema]
    while error.parent is not None and error.parent.absolute_path == error.absolute_path:
        error = error.parent
        parts.append(error.schema)
    texts = [part[key] for part in parts for key in ("title", "description") if key in part]
    return next(iter(texts), f"one of {', '.join(choices)}" if choices else f"what fits {error.validator_value}")


def typed(value: Any, against: Mapping[str, Any]) -> Any:
    """A value with numbers and switches where the schema wants them.

    On the command line, Snakemake reads what stands inside braces as text: `--config 'asr={beam_size: 1}'` gives "1".

    Args:
        value: what the user wrote.
        against: its schema.

    Returns:
        The value; text that is no number or switch stays text, for the check to complain about.
    """
    if isinstance(value, Mapping):
        parts, other = against.get("properties", {}), against.get("additionalProperties")
        rest = other if isinstance(other, Mapping) else {}
        return {key: typed(item, parts.get(key, rest)) for key, item in value.items()}
    if isinstance(value, str) and against.get("type") in ("integer", "number", "boolean"):
        try:
            read = json.loads(value.lower().replace("nan", "NaN").replace("infinity", "Infinity"))
        except ValueError:
            return value
        return read if isinstance(read, int | float) else value
    return value


def of_language(part: Mapping[str, Any], spoken: str) -> dict[str, Any]:
    """The settings of a stage for movies in a language.

    Args:
        part: `asr` or `align` of the config.
        spoken: code of the spoken language.

    Returns:
        The settings, those under `languages` for this language over the others.
    """
    return {**part, **part["languages"].get(spoken, {})}


def load_settings(config: Mapping[str, Any], files: Sequence[Path] = ()) -> Config:
    """The user's config, checked and with defaults.

    Args:
        config: what Snakemake read from files and command line.
        files: the files; messages name the line in them.

    Raises:
        UserError: an unknown key, an impossible value or an unknown language.
    """
    check(typed(config, schema("config")), schema("config"), "config", files)
    with placing(config, files):
        return _settings(typed(config, schema("config")))


def _settings(config: Mapping[str, Any]) -> Config:
    """The settings, where their parts go together."""
    # twice, so that a default that is left out and one that is written down are the same number: 30 becomes 30.0
    try:
        settings = msgspec.convert(msgspec.to_builtins(msgspec.convert(config, Config)), Config)
    except msgspec.ValidationError as error:
        raise UserError(f"config: {error}") from None
    for code, keys in _codes(settings):
        try:
            language(code)
        except UserError as error:
            raise SettingError(str(error), *keys) from None
    for code, script in settings.translate.scripts.items():
        try:
            flores_code(code, script)
        except UserError as error:
            raise SettingError(str(error), "translate", "scripts", code) from None
    limits, preset = settings.subtitles.limits, presets()[settings.subtitles.preset]
    shortest = preset["min_duration"] / 1000 if limits.min_duration is msgspec.UNSET else limits.min_duration
    longest = preset["max_duration"] / 1000 if limits.max_duration is msgspec.UNSET else limits.max_duration
    if shortest > longest:
        raise SettingError(
            f"min_duration is above max_duration ({shortest:g} and {longest:g} s); lower the first or raise the second",
            *("subtitles", "limits"),
        )
    least, most = settings.diarize.min_speakers, settings.diarize.max_speakers
    if most and least > most:
        raise SettingError(f"min_speakers is above max_speakers ({least} and {most}); lower the first", "diarize")
    if settings.speech.offset > settings.speech.onset:
        raise SettingError("is above speech.onset; speech would never be detected; lower it", "speech", "offset")
    return settings


def _codes(settings: Config) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """The codes of languages in the config, and the keys under which they stand."""
    spoken, subtitles = settings.language, settings.subtitles
    named: list[tuple[str, tuple[str | int, ...]]] = [(settings.mux.default, ("mux", "default"))]
    if isinstance(spoken, str):
        named.append((spoken, ("language",)))
    else:
        named += [(code, ("language", at)) for at, code in enumerate(spoken)]
    named += [
        (code, ("subtitles_in", at)) for at, track in enumerate(settings.subtitles_in) for code in track.split("+")
    ]
    named += [(code, ("subtitles", "forced", at)) for at, code in enumerate(subtitles.forced)]
    named += [(code, ("subtitles", "kinds", code)) for code in subtitles.kinds]
    named += [(code, ("subtitles", "limits", "reading_speed", code)) for code in subtitles.limits.reading_speed]
    named += [(code, ("asr", "languages", code)) for code in settings.asr.languages]
    named += [(code, ("align", "languages", code)) for code in settings.align.languages]
    named += [(code, ("align", "models", code)) for code in settings.align.models]
    yield from ((code, keys) for code, keys in named if code not in ("", "spoken", "default", AUTO))


def as_mapping(settings: Config) -> dict[str, Any]:
    """The settings as the Snakefile reads them: `config["asr"]["model"]`. Whole numbers are written as such."""
    mapping: dict[str, Any] = _whole(msgspec.json.decode(msgspec.json.encode(settings)))
    return mapping


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def load_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Like `load_settings`, as a mapping with every key."""
    return as_mapping(load_settings(config))
