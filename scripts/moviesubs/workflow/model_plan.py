"""What the rules that make models ask about one model."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moviesubs.errors import UserError
from moviesubs.workflow.options import option


@dataclass(frozen=True)
class ModelPlan:
    """One entry of the table of models.

    Attributes:
        table: the table of models.
        model: the model's id.
        translation_backend: "ctranslate2", "mlx" or "transformers".
    """

    table: Mapping[str, Any]
    model: str
    translation_backend: str

    @property
    def entry(self) -> Mapping[str, Any]:
        """What the table says."""
        entry: Mapping[str, Any] = self.table["models"][self.model]
        return entry

    @property
    def origin(self) -> str:
        """The id of the model which is converted."""
        origin: str = self.entry["convert"]
        return origin

    @property
    def licence(self) -> str:
        """Its licence, as the table names it."""
        licence: str = self.entry["licence"]
        return licence

    @property
    def quantization(self) -> str:
        """The number format of converted weights."""
        quantization: str = self.entry["quantization"]
        return quantization

    @property
    def format(self) -> str:
        """Into whose format a Whisper model is converted: "ctranslate2" or "mlx"."""
        name: str = self.entry["format"]
        return name

    @property
    def path(self) -> str:
        """The user's own folder of it."""
        path: str = self.entry["path"]
        return path

    @property
    def files(self) -> list[str]:
        """All files in that folder.

        Raises:
            UserError: there is none.
        """
        files = (file for file in Path(self.path).rglob("*") if file.is_file() and not file.name.startswith("."))
        if weights := sorted(map(str, files)):
            return weights
        raise UserError(f"{self.path}: there is no model here; correct the path of {self.model} in the table of models")

    @property
    def provenance_options(self) -> list[str]:
        """Name and revision of the model which is converted, for the results to name."""
        revision = self.table["models"][self.origin].get("revision")
        return [*option("--name", self.origin), *option("--revision", revision)]

    @property
    def download_options(self) -> list[str]:
        """Repository, revision and files on the hub; Python code only where it is to be run."""
        entry = self.entry
        return [
            *("--repository", entry["repository"], "--revision", entry["revision"], "--licence", entry["licence"]),
            *(word for pattern in entry.get("files", []) for word in ("--files", pattern)),
            *(["--files", "*.py"] if self._translates_with_own_code else []),
            *(["--gated"] if entry.get("gated") else []),
        ]

    @property
    def _translates_with_own_code(self) -> bool:
        models = self.table["models"]
        origins = {models[entry["model"]].get("convert", entry["model"]) for entry in self.table["translate"]}
        return self.translation_backend == "transformers" and self.model in origins
