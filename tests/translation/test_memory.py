"""The translation memory: right or silent, whatever happens to its file and whoever else uses it."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from support import DEMO, SCRIPTS
from support.inside import Inside

from moviesubs import contracts
from moviesubs.translation.engines.base import Decoding
from moviesubs.translation.memory import Memory, file_system, is_network

HUB_MODEL = DEMO / "models" / "indictrans2-hi-en-demo"
ENGINE = {"backend": "ctranslate2", "model": "m", "revision": "r", "digest": "d", "compute type": "int8"}
TOKENS = ["hin_Deva", "eng_Latn", "▁राम", "<ID1>"]


def test_what_was_kept_is_known_to_all_that_come_later(tmp_path: Path) -> None:
    path = tmp_path / "a folder" / "m.sqlite"
    first = Memory(path, ENGINE)
    assert first.recall([TOKENS], Decoding()) == [None]
    first.keep([TOKENS, ["x"]], [["▁Ram"], []], Decoding())
    later = Memory(path, ENGINE)
    assert later.recall([["x"], ["y"], TOKENS], Decoding()) == [[], None, ["▁Ram"]]
    assert (first.hits, later.hits) == (0, 2)


@pytest.mark.parametrize("changed", [*ENGINE, "tag", "placeholder", "word", "beam_size", "no_repeat", "max_length"])
def test_whatever_could_change_the_text_makes_a_sentence_unknown(tmp_path: Path, changed: str) -> None:
    Memory(tmp_path / "m", ENGINE).keep([TOKENS], [["▁Ram"]], Decoding())
    engine = {**ENGINE, changed: "other"} if changed in ENGINE else ENGINE
    decoding = Decoding(**{changed: 3}) if hasattr(Decoding(), changed) else Decoding()
    tokens = list(TOKENS)
    if changed in ("tag", "word", "placeholder"):
        tokens[{"tag": 1, "word": 2, "placeholder": 3}[changed]] = "other"
    assert Memory(tmp_path / "m", engine).recall([tokens], decoding) == [None]


def test_tokens_are_told_apart_where_their_text_is_the_same(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "m", ENGINE)
    memory.keep([["a b", "c"]], [["1"]], Decoding())
    assert memory.recall([["a", "b c"], ["a", "b", "c"]], Decoding()) == [None, None]


WRITER = """
import sys
from pathlib import Path
from moviesubs.translation.engines.base import Decoding
from moviesubs.translation.memory import Memory
me, others = int(sys.argv[2]), int(sys.argv[3])
sys.stdin.readline()  # all start together
memory = Memory(Path(sys.argv[1]), {})
for number in range(40):
    mine = [[str(me), str(number), str(part)] for part in range(5)]
    memory.keep(mine, mine, Decoding())
    assert memory.recall(mine, Decoding()) == mine
    memory.keep([["shared", str(number)]], [["same"]], Decoding())
    for other in range(others):
        theirs = [[str(other), str(number), str(part)] for part in range(5)]
        found = memory.recall(theirs, Decoding())
        assert all(one in (None, wanted) for one, wanted in zip(found, theirs))
"""


def test_parallel_jobs_lose_nothing_and_see_whole_entries_only(tmp_path: Path) -> None:
    path, jobs = tmp_path / "m.sqlite", 4
    scripts = str(SCRIPTS)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", f"import sys; sys.path[:0] = [{scripts!r}]\n{WRITER}", path, str(job), str(jobs)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for job in range(jobs)
    ]
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        _, errors = writer.communicate()
        assert (writer.returncode, errors) == (0, "")
    memory = Memory(path, {})
    wanted = [[str(job), str(number), str(part)] for job in range(jobs) for number in range(40) for part in range(5)]
    assert memory.recall(wanted, Decoding()) == wanted


def is_a_folder(path: Path) -> None:
    path.mkdir()


def below_a_file(path: Path) -> None:
    path.parent.write_text("a file")


def is_no_database(path: Path) -> None:
    path.write_bytes(b"no database at all " * 500)


def has_another_table(path: Path) -> None:
    import sqlite3

    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE translations (unknown TEXT)")
    database.close()


@pytest.mark.parametrize("damage", [is_a_folder, below_a_file, is_no_database, has_another_table])
def test_a_memory_that_cannot_be_used_is_off_and_says_so_once(
    tmp_path: Path, damage: Callable[[Path], None], capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "folder" / "m.sqlite"
    if damage is not below_a_file:
        path.parent.mkdir()
    damage(path)
    memory = Memory(path, ENGINE)
    for _ in range(3):
        assert memory.recall([TOKENS], Decoding()) == [None]
        memory.keep([TOKENS], [["▁Ram"]], Decoding())
    assert re.fullmatch(rf"translation memory off: {re.escape(str(path))}: [^\n]+\n", capfd.readouterr().err)


def test_an_entry_that_somebody_has_broken_is_not_used(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    import sqlite3

    path = tmp_path / "m.sqlite"
    Memory(path, ENGINE).keep([TOKENS], [["▁Ram"]], Decoding())
    with sqlite3.connect(path) as database:
        database.execute("UPDATE translations SET target = '{\"a\": 1}'")
    database.close()
    assert Memory(path, ENGINE).recall([TOKENS], Decoding()) == [None]
    assert "translation memory off" in capfd.readouterr().err


MOUNTS = [("/", "ext4"), ("/home", "nfs4"), ("/home/me/local", "xfs"), ("/mnt/c", "9p"), ("/mnt/c", "ext4")]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/data/m", "ext4"),
        ("/home/me/m", "nfs4"),
        ("/home/me/local/m", "xfs"),
        ("/homes/m", "ext4"),
        ("/mnt/c/m", "ext4"),
    ],
)
def test_the_deepest_mount_says_which_file_system_a_path_is_on(path: str, kind: str) -> None:
    assert file_system(Path(path), MOUNTS) == kind


def test_file_systems_that_computers_share_are_told_from_local_ones() -> None:
    assert all(map(is_network, ["nfs4", "cifs", "smbfs", "lustre", "9p", "fuse.sshfs"]))
    assert not any(map(is_network, ["ext4", "xfs", "btrfs", "zfs", "apfs", "hfs", "tmpfs", "overlay", ""]))


# --- in the program --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stage(python: Callable[[str], str]) -> Iterator[Inside]:
    """The environment of the stage."""
    inside = Inside(python("indictrans2"))
    yield inside
    inside.close()


@pytest.fixture(scope="module")
def model(stage: Inside, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo model, converted."""
    output = tmp_path_factory.mktemp("models") / "en"
    done = stage.program("convert_indictrans2", "--model", HUB_MODEL, "--quantization", "int8", "--output", output)
    assert done.returncode == 0, done.stderr
    return output


Translate = Callable[..., tuple[str, list[contracts.Sentence]]]


@pytest.fixture
def translate(stage: Inside, model: Path, tmp_path: Path) -> Translate:
    """Translates texts with the memory of this test; gives the program's last line and the sentences."""

    def run(texts: Sequence[str], *arguments: str | Path) -> tuple[str, list[contracts.Sentence]]:
        sentences = [contracts.Sentence(id=n, start=n, end=n + 1, text=text) for n, text in enumerate(texts)]
        contracts.write(tmp_path / "t.json", contracts.Transcript(language="hi", sentences=sentences))
        words = ["--transcript", tmp_path / "t.json", "--model", model, "--target", "en", "--threads", "1"]
        words += ["--memory", tmp_path / "memory.sqlite", *arguments, "--output", tmp_path / "t.en.json"]
        done = stage.program("translate", *words)
        assert done.returncode == 0, done.stderr
        return done.stdout, contracts.read(tmp_path / "t.en.json", contracts.Transcript).sentences

    return run


TEXTS = ["रुको!", "भागो!", "मुझे १,२३४.५० रुपये चाहिए।", "क्या सूर्या बीमार है?", "रुको!"]


def test_a_second_run_finds_everything_and_says_the_same(translate: Translate) -> None:
    first, made = translate(TEXTS)
    second, repeated = translate(TEXTS)
    assert "4 texts translated, 0 of them known" in first and "4 texts translated, 4 of them known" in second
    assert repeated == made


def test_after_a_change_the_changed_sentence_alone_is_translated(translate: Translate) -> None:
    translate(TEXTS)
    line, sentences = translate([TEXTS[0], "राज घर जा रहा है।", *TEXTS[2:]])
    assert "4 texts translated, 3 of them known" in line
    assert sentences[1].text == "Raj is going home."


def test_another_beam_is_another_translation(translate: Translate) -> None:
    translate(TEXTS)
    assert "0 of them known" in translate(TEXTS, "--beam-size", "1")[0]


def test_another_number_or_name_in_a_placeholder_needs_no_new_translation(translate: Translate, tmp_path: Path) -> None:
    table = tmp_path / "glossary.tsv"
    table.write_text("hi\ten\nसूर्या\tSurya\n", encoding="utf-8")
    assert translate(TEXTS, "--glossary", table)[1][3].text == "Is Surya sick?"
    table.write_text("hi\ten\nसूर्या\tSuriya\n", encoding="utf-8")
    line, sentences = translate([*TEXTS[:2], "मुझे ९,८७६.५ रुपये चाहिए।", *TEXTS[3:]], "--glossary", table)
    assert "4 of them known" in line
    assert [sentence.text for sentence in sentences[2:4]] == ["I need 9,876.5 rupees.", "Is Suriya sick?"]


def test_without_a_memory_everything_is_translated(translate: Translate, tmp_path: Path) -> None:
    assert "4 texts translated, 0 flagged" in translate(TEXTS, "--memory", "")[0]
    assert not (tmp_path / "memory.sqlite").exists()


def test_a_memory_that_is_off_changes_nothing_in_the_result(translate: Translate, tmp_path: Path) -> None:
    _, with_memory = translate(TEXTS)
    _, without = translate(TEXTS, "--memory", tmp_path)
    assert with_memory == without
