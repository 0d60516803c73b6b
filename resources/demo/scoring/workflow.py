"""The workflow, run on the movies that are scored, and its translation, run on right transcripts."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from moviesubs import contracts
from moviesubs.errors import UserError


def run_workflow(folder: Path, movies: Path, table: Path, files: Sequence[str], *config: str) -> Path:
    """Makes files of the workflow with the demo's profile; environments and models are the usual ones.

    Args:
        folder: results and logs are put into it.
        movies: a folder of movies.
        table: of more movies.
        files: what to make, beginning with the movie's name.
        *config: "key=value" as on the command line.

    Returns:
        The folder of results.

    Raises:
        UserError: a stage failed; its error and log stand above.
    """
    folders = {name: folder / name for name in ("results", "logs")}
    pathvars = ", ".join(f"{name}: {path}" for name, path in folders.items())
    config = (f"pathvars={{{pathvars}}}", f"movies={{folder: {movies}, table: {table}}}", *config)
    targets = [str(folders["results"] / file) for file in files]
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", "demo", "--config", *config, "--", *targets]
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode:
        raise UserError("the workflow failed on the movies to score; the first error above says where")
    return folders["results"]


def translate(texts: Sequence[str], target: str, folder: Path) -> list[str]:
    """Translates sentences with the stage's own program.

    Args:
        texts: sentences in Hindi, none twice.
        target: the language to translate into.
        folder: transcripts are put into it.

    Returns:
        Their translations, in the same order.
    """
    transcript, translation = folder / "transcript.json", folder / f"transcript.{target}.json"
    sentences = [
        contracts.Sentence(id=number, start=number, end=number + 1, text=text) for number, text in enumerate(texts)
    ]
    contracts.write(transcript, contracts.Transcript(language="hi", sentences=sentences))
    options: dict[str, str | Path] = {
        "--transcript": transcript,
        "--model": f"models/indictrans2-hi-{target}-demo-ctranslate2",
        "--target": target,
        "--device": "cpu",
        "--output": translation,
    }
    words = [str(word) for option in options.items() for word in option]
    python = "environments/indictrans2/bin/python"
    subprocess.run([python, "scripts/translate.py", *words], stdout=sys.stderr, check=True)
    translations = {
        sentence.id: sentence.text for sentence in contracts.read(translation, contracts.Transcript).sentences
    }
    return [translations[sentence.id] for sentence in sentences]
