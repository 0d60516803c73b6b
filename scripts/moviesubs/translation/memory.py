"""The translation memory: each text is translated once and looked up from then on, in all movies and runs.

It keeps an engine's own input and output (tokens), so that placeholders, glossary and checks work as if it were not there.
The key of an entry is a digest of everything that decides the output; what is stored never becomes wrong, at most useless.

The store is SQLite, of the standard library, in WAL mode: readers and writers of parallel jobs do not wait for each other, and a
job that is killed leaves a whole database with what it has translated so far. diskcache, the other candidate, has had no
release since 2023 and reads pickles from the disk (CVE-2025-69872). SQLite's WAL needs memory that processes share, which
network file systems lack (https://sqlite.org/wal.html), so there the memory is off.
"""

import dataclasses
import hashlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from moviesubs.stage.terminal import tell
from moviesubs.translation.engines.base import Decoding

#: a part of every key: another number makes all older entries unknown
FORMAT = 1
#: seconds that a job waits for another one's transaction
PATIENCE = 30.0
#: types of file systems that computers share, or whose kind cannot be told
NETWORK = frozenset(
    [
        *("9p", "afs", "beegfs", "ceph", "glusterfs", "gpfs", "lustre", "orangefs", "panfs", "pvfs2", "wekafs"),
        *("nfs", "nfs3", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afpfs", "ncpfs", "davfs", "webdav"),
    ]
)


def is_network(kind: str) -> bool:
    """Whether a type of file system ("nfs4") is one that computers share; those in user space ("fuse.sshfs") count as such."""
    return kind in NETWORK or kind.startswith("fuse.")


def file_system(path: Path, mounts: Iterable[tuple[str, str]]) -> str:
    """The type of the file system that a path lies on.

    Args:
        path: absolute, without symbolic links; need not exist.
        mounts: mount point and type of each file system.

    Returns:
        The type of the deepest mount point above the path, the last one where several lie over each other; "" where there is none.
    """
    above = [(len(Path(point).parts), kind) for point, kind in mounts if path.is_relative_to(point)]
    deepest = max((depth for depth, _ in above), default=0)
    return next((kind for depth, kind in reversed(above) if depth == deepest), "")


def mounted() -> list[tuple[str, str]]:
    """Mount point and type of every file system of this machine, in the order in which they were mounted."""
    import psutil  # type: ignore[import-untyped]

    return [(partition.mountpoint, partition.fstype) for partition in psutil.disk_partitions(all=True)]


class Memory:
    """The translations of one engine in a database that many share; not to be shared between threads.

    It never fails: where the database cannot be used, one line says why, and it knows nothing from then on.
    """

    def __init__(self, path: Path, engine: Mapping[str, str]) -> None:
        """Opens the database.

        Args:
            path: the file; it and its folder are made where they are missing.
            engine: what decides the engine's output besides its input: `Engine.fingerprint`.
        """
        self.path, self.engine = path, dict(engine)
        self.hits = 0
        self._database: sqlite3.Connection | None = None
        kind = file_system(path.absolute().resolve(), mounted())
        if is_network(kind):
            tell(
                f"translation memory off: {path} lies on a network file system ({kind}); choose a path on a local disk"
            )
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = self._open()
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=PATIENCE)
        mode = database.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            raise sqlite3.OperationalError(f"journal mode {mode} instead of WAL")
        database.execute("PRAGMA synchronous = NORMAL")  # a power failure may cost the last entries, never the database
        database.execute(
            "CREATE TABLE IF NOT EXISTS translations (key BLOB PRIMARY KEY, model TEXT NOT NULL, source TEXT NOT NULL,"
            " target TEXT NOT NULL, made TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP) WITHOUT ROWID"
        )
        return database

    def _give_up(self, error: Exception) -> None:
        damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
        hint = "; delete it to start anew" if damaged else ""
        tell(f"translation memory off: {self.path}: {error}{hint}")
        self._database = None

    def key(self, tokens: Sequence[str], decoding: Decoding) -> bytes:
        """The key of an entry: a digest of the tokens, the decoding, the engine and this format."""
        search = {
            name: value for name, value in dataclasses.asdict(decoding).items() if value is not False
        }  # as before there were switches
        content = (FORMAT, sorted(self.engine.items()), search, list(tokens))
        return hashlib.blake2b(msgspec.json.encode(content), digest_size=32).digest()

    def recall(self, sentences: Sequence[Sequence[str]], decoding: Decoding) -> list[list[str] | None]:
        """Looks translations up.

        Args:
            sentences: tokens per sentence, as for `Engine.translate`.

        Returns:
            Target tokens per sentence, None where there is no whole entry.
        """
        answers: list[list[str] | None] = [None] * len(sentences)
        if self._database is None:
            return answers
        try:
            for index, tokens in enumerate(sentences):
                query = "SELECT target FROM translations WHERE key = ?"
                row = self._database.execute(query, (self.key(tokens, decoding),)).fetchone()
                answers[index] = msgspec.json.decode(row[0], type=list[str]) if row else None
        except (sqlite3.Error, msgspec.DecodeError, TypeError) as error:
            self._give_up(error)
        self.hits += sum(answer is not None for answer in answers)
        return answers

    def keep(self, sentences: Sequence[Sequence[str]], targets: Sequence[Sequence[str]], decoding: Decoding) -> None:
        """Writes translations down, all of them or none; an entry that is there already stays.

        Args:
            sentences: tokens per sentence, as given to the engine.
        """
        if self._database is None:
            return
        name = " ".join(part for part in (self.engine.get("model"), self.engine.get("revision")) if part)
        rows = [
            (self.key(tokens, decoding), name, " ".join(tokens), msgspec.json.encode(list(target)).decode())
            for tokens, target in zip(sentences, targets, strict=True)
        ]
        try:
            with self._database:
                query = "INSERT OR IGNORE INTO translations (key, model, source, target) VALUES (?, ?, ?, ?)"
                self._database.executemany(query, rows)
        except sqlite3.Error as error:
            self._give_up(error)
