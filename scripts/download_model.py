"""Downloads a model at a pinned revision from the Hugging Face hub, and describes it.

The token of a gated model is read from the environment (HF_TOKEN) by the hub's own library; it is never an argument.
An interrupted download goes on where it stopped.
"""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from describe_model import digests
from moviesubs.atomic_files import write_text
from moviesubs.contracts import Model, write
from moviesubs.errors import UserError
from moviesubs.stage.program import run


def download(repository: str, revision: str, patterns: list[str], folder: Path, gated: bool) -> str:
    """Fetches the files of a repository.

    Args:
        repository: "owner/name".
        revision: commit, tag or branch.
        patterns: only files that match one of these; all files where empty.
        folder: where they go.
        gated: the model's owner asks for an account; only used to explain a refusal.

    Returns:
        The commit that was fetched.

    Raises:
        UserError: no such repository or revision, no permission, or no network.
    """
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError, RevisionNotFoundError

    where = f"{repository} at {revision}"
    access = "accept its conditions on the hub, then set HF_TOKEN to a token that may read it"
    try:
        pinned = re.fullmatch(r"[0-9a-f]{40}", revision)
        commit = revision if pinned else HfApi().model_info(repository, revision=revision).sha or revision
        snapshot_download(repository, revision=commit, local_dir=folder, allow_patterns=patterns or None)
    except GatedRepoError:
        raise UserError(f"{where}: the model is gated; {access}") from None
    except RevisionNotFoundError:
        raise UserError(f"{where}: there is no such revision; correct it in the table of models") from None
    except RepositoryNotFoundError:
        hint = access if gated else "correct it in the table of models, or set HF_TOKEN where it is private"
        raise UserError(f"{where}: there is no such repository, or no permission to read it; {hint}") from None
    except (HfHubHTTPError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UserError(
            f"{where}: could not be downloaded ({reason}); check the network, or put the model into a folder and give its `path`"
        ) from None
    return commit


def compare(files: dict[str, str], revision: str, record: Path, name: str) -> None:
    """Holds a model against what its first download was; the first one is recorded, as `sha256sum --check` reads it.

    Args:
        files: path in the model's folder to digest.
        revision: that was asked for; files of another one may be others, those of "main" may not.
        record: the file beside the model's folder; deleting it allows the model to be another one.
        name: the model's id.

    Raises:
        UserError: a file is not what it was.
    """
    head = f"# {name} at {revision}"
    if record.exists():
        lines = record.read_text(encoding="utf-8").splitlines()
        pairs = (line.split("  ", 1) for line in lines if not line.startswith("#"))
        known = {path: digest for digest, path in pairs}
        other = [path for path, digest in files.items() if known.get(f"{name}/{path}", digest) != digest]
        if other and lines[0] == head:
            raise UserError(
                f"{name}: {', '.join(other[:3])} is not what was downloaded first ({record}): damaged on the way, or changed at the"
                f" hub; delete {record.with_suffix('')} to download it again, or {record} to take the new one for right"
            )
        if lines[0] == head and not set(files) - {path.removeprefix(f"{name}/") for path in known}:
            return
    write_text(
        record, "".join(f"{line}\n" for line in [head, *(f"{digest}  {name}/{path}" for path, digest in files.items())])
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line; see `--help`.

    Args:
        arguments: command-line arguments.

    Raises:
        UserError: the model could not be downloaded.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", required=True, help="id in the table of models")
    parser.add_argument("--repository", required=True, help="owner/name on the hub")
    parser.add_argument("--revision", required=True, help="commit to fetch")
    parser.add_argument("--files", action="append", default=[], help="pattern of files to fetch; may be repeated")
    parser.add_argument("--licence", help="licence of the weights")
    parser.add_argument("--gated", action="store_true", help="the owner asks for an account")
    parser.add_argument("--folder", type=Path, required=True, help="where the model goes")
    parser.add_argument("--output", type=Path, required=True, help="JSON file that says what lies there")
    options = parser.parse_args(arguments)
    commit = download(options.repository, options.revision, options.files, options.folder, options.gated)
    files = digests(options.folder)
    compare(files, options.revision, options.output.with_suffix(".sha256"), options.name)
    model = Model(
        name=options.name,
        path=str(options.folder),
        source=options.repository,
        revision=commit,
        licence=options.licence,
        files=files,
    )
    write(options.output, model)


if __name__ == "__main__":
    run(main)
