"""Whether a value fits a JSON schema, for what is right: jsonschema, which alone says what is wrong, takes 60 ms to import."""

import re
from collections.abc import Mapping
from typing import Any

#: types of Python for those of JSON; a switch is no number
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
_ABOUT = frozenset({"$schema", "$defs", "title", "description", "default"})


def fits(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether a value plainly fits a schema.

    Args:
        value: as YAML or JSON is read.
        schema: its references inlined.

    Returns:
        True: it is valid. False: it may not be; a keyword that is not known here counts as not fitting.
    """
    return all(keyword in _ABOUT or _fits(value, keyword, limit, schema) for keyword, limit in schema.items())


def _fits(value: Any, keyword: str, limit: Any, schema: Mapping[str, Any]) -> bool:
    match keyword, value:
        case "type", _:
            return type(value) in (
                kind for name in ([limit] if isinstance(limit, str) else limit) for kind in _TYPES[name]
            )
        case "enum", str():
            return value in limit
        case "not", str():
            return limit.keys() == {"enum"} and value not in limit["enum"]
        case "pattern", str():
            return re.search(limit, value) is not None
        case (("minLength" | "minItems" | "minProperties"), (str() | list() | dict())):
            return bool(len(value) >= limit)
        case "minimum", (int() | float()):
            return bool(value >= limit)
        case "maximum", (int() | float()):
            return bool(value <= limit)
        case "exclusiveMinimum", (int() | float()):
            return bool(value > limit)
        case "exclusiveMaximum", (int() | float()):
            return bool(value < limit)
        case "items", list():
            return all(fits(item, limit) for item in value)
        case "uniqueItems", list():
            return len({repr(item) for item in value}) == len(value)
        case "properties", dict():
            return all(fits(value[name], part) for name, part in limit.items() if name in value)
        case "additionalProperties", dict():
            others = [part for name, part in value.items() if name not in schema.get("properties", {})]
            return not others if limit is False else all(fits(part, limit) for part in others)
        case "propertyNames", dict():
            return all(fits(name, limit) for name in value)
        case "required", dict():
            return all(name in value for name in limit)
        case "dependentRequired", dict():
            return all(name not in value or all(other in value for other in needed) for name, needed in limit.items())
        case "anyOf", _:
            return any(fits(value, part) for part in limit)
        case "oneOf", dict() if all(part.keys() == {"required"} for part in limit):
            return sum(fits(value, part) for part in limit) == 1
    return False
