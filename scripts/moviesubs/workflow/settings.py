"""The user's config: checked against its schema before anything runs, and completed with defaults.

Only the workflow itself imports this module; it needs jsonschema, which Snakemake brings.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from moviesubs.cues.presets import presets
from moviesubs.errors import UserError
from moviesubs.language.languages import AUTO, flores_code, language

SCHEMAS = Path(__file__).parents[3] / "config" / "schemas"


def schema(name: str) -> dict[str, Any]:
    """A JSON schema of this project.

    Args:
        name: "config", "movies" or "models".

    Returns:
        The schema.
    """
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    inlined: dict[str, Any] = _inlined(found, found.get("$defs", {}))
    return inlined


def _inlined(part: Any, definitions: Mapping[str, Any]) -> Any:
    """A schema with its references replaced by what they refer to, so that defaults and types are found where they hold."""
    if isinstance(part, list):
        return [_inlined(item, definitions) for item in part]
    if not isinstance(part, dict):
        return part
    target = definitions.get(str(part.get("$ref", "")).removeprefix("#/$defs/"), {})
    return {key: _inlined(item, definitions) for key, item in {**target, **part}.items() if key != "$ref"}


def check(what: object, against: dict[str, Any], where: str) -> None:
    """Checks a value against a JSON schema.

    Args:
        what: the value.
        against: the schema.
        where: the file it comes from, for the message.

    Raises:
        UserError: names the file, the key, what is wrong, and the keys or values that are allowed.
    """
    error = best_match(Draft202012Validator(against).iter_errors(what))
    if error is None:
        return
    key = ".".join(str(part) for part in error.absolute_path)
    raise UserError(": ".join(part for part in (where, key, _explain(error)) if part))


def _explain(error: ValidationError) -> str:
    if error.validator == "additionalProperties" and isinstance(error.instance, Mapping):
        known = sorted(error.schema.get("properties", {}))
        unknown = sorted(str(key) for key in error.instance if key not in known)
        return f"unknown key {', '.join(unknown)}; known are {', '.join(known)}"
    if error.validator in ("pattern", "oneOf") and isinstance(error.schema, Mapping) and "description" in error.schema:
        return f"{error.instance!r} is not possible here ({error.schema['description']})"
    return str(error.message)


def with_defaults(value: Mapping[str, Any], against: Mapping[str, Any]) -> dict[str, Any]:
    """A config with every key that its schema has a default for; mappings are filled at all depths.

    Args:
        value: what the user wrote.
        against: its schema.

    Returns:
        A new mapping; `value` is left alone.
    """
    filled = dict(value)
    for key, part in against.get("properties", {}).items():
        if key not in filled and "default" in part:
            filled[key] = part["default"]
        if isinstance(filled.get(key), Mapping):
            if "properties" in part:
                filled[key] = with_defaults(filled[key], part)
            elif isinstance(part.get("default"), Mapping):
                filled[key] = {**part["default"], **filled[key]}
    return filled


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
            read = json.loads(value.lower())
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


def load_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """The user's config, checked and with defaults.

    Args:
        config: what Snakemake read from files and command line.

    Returns:
        A config with every key.

    Raises:
        UserError: an unknown key, an impossible value or an unknown language.
    """
    against = schema("config")
    config = typed(config, against)
    check(config, against, "config")
    full = with_defaults(config, against)
    overridden = [*full["asr"]["languages"], *full["align"]["languages"], *full["align"]["models"]]
    for code in [
        full["language"].replace(AUTO, ""),
        *full["subtitles_in"],
        *full["subtitles"]["kinds"],
        full["mux"]["default"],
        *overridden,
    ]:
        if code not in ("", "spoken"):
            language(code)
    for code, script in full["translate"]["scripts"].items():
        try:
            flores_code(code, script)
        except UserError as error:
            raise UserError(f"config: translate.scripts.{code}: {error}") from None
    limits = full["subtitles"]["limits"]
    preset = presets()[full["subtitles"]["preset"]]
    shortest, longest = (limits.get(name, preset[name] / 1000) for name in ("min_duration", "max_duration"))
    if shortest > longest:
        raise UserError(
            "config: subtitles.limits: "
            f"min_duration is above max_duration ({shortest:g} and {longest:g} s); lower the first or raise the second"
        )
    if full["speech"]["offset"] > full["speech"]["onset"]:
        raise UserError("config: speech.offset is above speech.onset; speech would never be detected; lower it")
    return full
