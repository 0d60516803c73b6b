"""The Python code that comes with IndicTrans2's models on the hub, where a person has it: INDICTRANS2_REFERENCE names its folder."""

import json
import os
import shutil
from pathlib import Path

from support import DATA

#: None where there is none
REFERENCE = Path(os.environ["INDICTRANS2_REFERENCE"]) if os.environ.get("INDICTRANS2_REFERENCE") else None
#: our own small code for the same classes
STAND_IN = DATA / "indictrans2" / "code"
FILES = ("configuration_indictrans.py", "modeling_indictrans.py")


def with_code(model: Path, code: Path, folder: Path) -> Path:
    """Copies a checkpoint and adds the code to it, as the hub has it.

    Args:
        model: the checkpoint.
        code: folder with the Python files.
        folder: the copy; must not exist.

    Returns:
        The copy.
    """
    shutil.copytree(model, folder)
    for file in FILES:
        shutil.copy(code / file, folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["auto_map"] = {
        "AutoConfig": "configuration_indictrans.IndicTransConfig",
        "AutoModelForSeq2SeqLM": "modeling_indictrans.IndicTransForConditionalGeneration",
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder
