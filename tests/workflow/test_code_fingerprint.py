"""What of a program's code counts, and what does not."""

import os
from pathlib import Path

import pytest

from moviesubs.workflow.code_fingerprint import SCRIPTS, Fingerprints, canonical_code


def sources(program: str) -> set[str]:
    return {str(path.relative_to(SCRIPTS)) for path in Fingerprints().sources(program)}


def test_a_program_consists_of_every_shared_module_that_it_imports_through_others() -> None:
    found = sources("hardware")
    assert {
        "hardware.py",
        "moviesubs/workflow/hardware.py",
        "moviesubs/stage/program.py",
        "moviesubs/errors.py",
    } <= found
    assert "moviesubs/contracts.py" not in found


def test_data_files_that_it_reads_count_those_of_templates_too_and_what_only_people_see_does_not() -> None:
    assert {"moviesubs/language/languages.tsv", "moviesubs/cues/presets.toml"} <= sources("subtitles")
    report = sources("report")
    assert {"moviesubs/report/page.html.j2", "moviesubs/report/page.css", "moviesubs/report/page.js"} <= report
    assert "moviesubs/stage/progress.py" not in sources("demux")


SOURCE = '''"""A module."""
import argparse
# a comment
LIMIT = 3

def work(path, count=0):
    """Works."""
    parser = argparse.ArgumentParser(description="works")
    parser.add_argument("--count", type=int, default=3, help="how many")
    tell(f"works on {path}, {len(path)} characters")
    print("done", path, file=sys.stderr)
    if count > LIMIT:
        raise UserError(f"{path}: too many ({count:d}); take fewer")
    assert count >= 0, "never"
    return f"{path}: {count}"
'''


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""A module."""', '"""Another module, of which\nmore is said."""'),
        ("# a comment\n", "\n\n# another\n"),
        ('    """Works."""\n', ""),
        ('description="works"', 'description="does its work"'),
        ('help="how many"', 'help="how many there are", metavar="N"'),
        ("works on {path}, {len(path)} characters", "{path} is worked on: {len(path)}"),
        ('"done", path, file=sys.stderr', '"ready", path, file=sys.stderr'),
        ("too many ({count:d}); take fewer", "{count} of {LIMIT}; that is too many"),
        ('"never"', '"cannot be"'),
        ("count > LIMIT", "(count > LIMIT)"),
    ],
)
def test_comments_docstrings_and_texts_for_people_do_not_count(old: str, new: str) -> None:
    assert old in SOURCE
    assert canonical_code(SOURCE.replace(old, new).encode()) == canonical_code(SOURCE.encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 3", "LIMIT = 4"),
        ("default=3", "default=2"),
        ('"--count"', '"--counts"'),
        ("count > LIMIT", "count >= LIMIT"),
        ('return f"{path}: {count}"', 'return f"{path}; {count}"'),
        ("raise UserError(", "raise ValueError("),
        ("{len(path)} characters", "{work(path)} characters"),
        ("assert count >= 0", "assert count > 0"),
        ("file=sys.stderr", "file=output"),
    ],
)
def test_everything_else_counts(old: str, new: str) -> None:
    assert old in SOURCE
    assert canonical_code(SOURCE.replace(old, new).encode()) != canonical_code(SOURCE.encode())


def test_text_that_is_printed_into_a_file_counts() -> None:
    assert canonical_code(b'print("a", file=out)') != canonical_code(b'print("b", file=out)')


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    package = tmp_path / "scripts" / "moviesubs"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package.parent / "stage.py").write_text("import av\nfrom moviesubs import words\nwords.split('a')\n")
    (package / "words.py").write_text("from moviesubs.letters import LETTERS\n\ndef split(text): return list(text)\n")
    (package / "letters.py").write_text('from pathlib import Path\nLETTERS = Path(__file__).with_name("all.tsv")\n')
    (package / "all.tsv").write_text("a\n")
    (package / "other.py").write_text("unused = 1\n")
    return package.parent


def test_a_digest_changes_with_what_a_program_imports_through_others_and_with_data(scripts: Path) -> None:
    before = Fingerprints(scripts).of_program("stage")
    (scripts / "moviesubs" / "other.py").write_text("unused = 2\n")
    assert Fingerprints(scripts).of_program("stage") == before
    (scripts / "moviesubs" / "all.tsv").write_text("b\n")
    with_data = Fingerprints(scripts).of_program("stage")
    assert with_data != before
    (scripts / "moviesubs" / "letters.py").write_text('LETTERS = "ab"\n')
    assert Fingerprints(scripts).of_program("stage") not in (before, with_data)
    assert Fingerprints(scripts).libraries("stage") == {"av"}


def test_what_was_found_out_is_kept_until_a_file_changes_and_a_broken_cache_does_no_harm(
    scripts: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "kept" / "code.json"
    before = Fingerprints(scripts, cache).of_program("stage")
    words = scripts / "moviesubs" / "words.py"
    times = words.stat()
    words.write_text(words.read_text().replace("list(text)", "[*text,  ]"))
    os.utime(words, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert Fingerprints(scripts, cache).of_program("stage") == before, "size and time are the same: not read again"
    os.utime(words, ns=(times.st_atime_ns, times.st_mtime_ns + 1))
    assert Fingerprints(scripts, cache).of_program("stage") != before
    cache.write_text("{")
    assert Fingerprints(scripts, cache).of_program("stage") != before
    cache.unlink()
    cache.mkdir()
    assert Fingerprints(scripts, cache).of_program("stage") != before
