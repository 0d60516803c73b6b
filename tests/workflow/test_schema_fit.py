"""What fits a schema plainly is valid, whatever people write; what is right fits."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from support import ROOT

from moviesubs.workflow.schema_fit import fits
from moviesubs.workflow.settings import load_config, schema
from moviesubs.workflow.user_files import read_yaml

DOCUMENTS = {
    "config": load_config({}),
    "models": read_yaml(ROOT / "config" / "models.yaml"),
    "movies": {
        "movie": "Sholay (1975)",
        "language": "hi, en",
        "start": "1:00",
        "audio_channel": "left",
        "speakers": "2",
    },
}
#: what people write where something else belongs, and what is right in one place and wrong in another
ODD = [
    None,
    True,
    False,
    0,
    1,
    -1,
    1.0,
    0.5,
    31,
    "",
    "hi",
    "Hindi",
    "a/b",
    "..",
    [],
    ["hi", "hi"],
    [1],
    {},
    {"x": 1},
    {"hi": "x"},
]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_right_fits(name: str) -> None:
    assert fits(DOCUMENTS[name], schema(name))


def test_the_config_that_is_shipped_fits() -> None:
    assert fits(read_yaml(Path(ROOT, "config", "config.yaml")), schema("config"))


def places(value: Any) -> list[tuple[Any, Any]]:
    """Each mapping or list within a value, with each of its keys."""
    parts = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [(value, key) for key, _ in parts] + [place for _, part in parts for place in places(part)]


@pytest.mark.parametrize("name", DOCUMENTS)
@given(data=st.data())
def test_what_fits_is_valid(name: str, data: st.DataObject) -> None:
    changed = copy.deepcopy(DOCUMENTS[name])
    for _ in range(data.draw(st.integers(1, 2))):
        inside, key = data.draw(st.sampled_from(places(changed)))
        match data.draw(st.sampled_from(["exchange", "delete", "add"])):
            case "exchange":
                inside[key] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
            case "delete":
                del inside[key]
            case "add" if isinstance(inside, dict):
                key = data.draw(st.sampled_from(["repository", "path", "convert", "format", "fr", "unknown", "movie"]))
                inside[key] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
    if fits(changed, schema(name)):
        assert Draft202012Validator(schema(name)).is_valid(changed)


def test_a_keyword_that_is_not_known_here_is_left_to_jsonschema() -> None:
    assert not fits(4, {"multipleOf": 2})
