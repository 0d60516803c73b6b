"""A replaced film is noticed whatever its date; one that is still being written is, too."""

import os
import threading
import time
from pathlib import Path

from moviesubs.library.contents import being_written, contents, digest


def states(*films: Path) -> dict[str, os.stat_result]:
    """As a run has just looked at them."""
    return {str(film): film.stat() for film in films}


def test_a_film_replaced_by_one_of_the_same_size_and_an_older_date_is_noticed(tmp_path: Path) -> None:
    film, record = tmp_path / "film.mkv", tmp_path / "contents.json"
    film.write_bytes(bytes(3_000_000))
    before = contents(states(film), record)
    film.write_bytes(bytes(1_500_000) + b"\1" * 1_000_000 + bytes(500_000))
    os.utime(film, (0, 0))
    assert contents(states(film), record) != before


def test_another_date_alone_changes_nothing(tmp_path: Path) -> None:
    film, record = tmp_path / "film.mkv", tmp_path / "contents.json"
    film.write_bytes(b"film")
    before = contents(states(film), record)
    os.utime(film, (5, 5))
    assert contents(states(film), record) == before == {str(film): digest(str(film), 4)}


def test_a_film_is_read_once_and_the_record_may_be_damaged(tmp_path: Path) -> None:
    film, record = tmp_path / "film.mkv", tmp_path / "contents.json"
    film.write_bytes(b"film")
    before = contents(states(film), record)
    record.write_text(record.read_text().replace(before[str(film)], "from the record"))
    assert contents(states(film), record) == {str(film): "from the record"}
    record.write_text("{")
    assert contents(states(film), record) == before
    gone = tmp_path / "gone.mkv"
    gone.touch()
    seen = states(film, gone)
    gone.unlink()
    assert contents(seen, tmp_path / "none" / "contents.json").keys() == {str(film)}
    assert not (tmp_path / "none").exists()


def test_a_film_replaced_by_one_of_the_same_size_and_date_is_noticed(tmp_path: Path) -> None:
    film, other, record = tmp_path / "film.mkv", tmp_path / "other.mkv", tmp_path / "contents.json"
    film.write_bytes(b"film")
    before = contents(states(film), record)
    dates = film.stat().st_atime_ns, film.stat().st_mtime_ns
    time.sleep(0.02)  # file systems count in ticks
    film.write_bytes(b"mlif")
    os.utime(film, ns=dates)
    in_place = contents(states(film), record)
    assert in_place != before
    other.write_bytes(b"flim")
    os.utime(other, ns=dates)
    other.rename(film)
    assert contents(states(film), record) != in_place


def test_a_film_that_grows_is_being_written_and_one_that_was_just_copied_is_not(tmp_path: Path) -> None:
    growing, copied = tmp_path / "growing.mkv", tmp_path / "copied.mkv"
    copied.write_bytes(b"film")
    done = threading.Event()

    def write() -> None:
        with growing.open("ab", buffering=0) as file:
            while not done.is_set():
                file.write(b"more")
                time.sleep(0.01)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while not growing.exists():
            time.sleep(0.01)
        assert being_written(states(growing, copied)) == {str(growing)}
    finally:
        done.set()
        writer.join()
