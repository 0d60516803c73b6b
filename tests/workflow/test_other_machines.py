"""Jobs that share nothing with the run but a storage: an S3 server on this machine, and an executor with fresh folders."""

import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from support import ROOT
from support.workflow import ENVIRONMENTS, copy_project

KEYS = {"SNAKEMAKE_STORAGE_S3_ACCESS_KEY": "a", "SNAKEMAKE_STORAGE_S3_SECRET_KEY": "b"}
DEMO = ROOT / "resources" / "demo" / "demo.mkv"
CONFIG = f"pathvars={{environments: {ENVIRONMENTS}}}"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of an S3 server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        with socket.socket() as there:
            if there.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()


@pytest.fixture
def storage(server: str) -> Any:
    """A client with a bucket that holds a movie, and nothing of other tests."""
    import boto3

    client = boto3.client(
        "s3", endpoint_url=server, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    client.create_bucket(Bucket="films")
    for item in client.list_objects_v2(Bucket="films").get("Contents", []):
        client.delete_object(Bucket="films", Key=item["Key"])
    client.upload_file(str(DEMO), "films", "old/Sholay (1975).mkv")
    return client


def keys(client: Any) -> set[str]:
    return {item["Key"] for item in client.list_objects_v2(Bucket="films")["Contents"]}


def project(folder: Path, *movies: str) -> Path:
    """A copy of the project that git knows, as Snakemake hands it to jobs elsewhere, with a table of movies."""
    folder.mkdir()
    copy_project(folder)
    (folder / "config" / "movies.tsv").write_text(
        "movie\tpath\n" + "".join(f"{Path(one).stem}\t{one}\n" for one in movies)
    )
    git(folder, "init", "--quiet")
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", "x")
    return folder


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", folder, *arguments], check=True)


def snakemake(
    folder: Path, server: str, *arguments: str, profile: str = "none", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Runs Snakemake; arguments may begin with settings."""
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", profile, "--storage-s3-endpoint-url", server]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [*command, "--config", CONFIG, "movies={folder: '', table: config/movies.tsv}", *arguments],
        cwd=folder,
        env={name: value for name, value in {**os.environ, **KEYS, "PATH": path, **variables}.items() if value},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_a_movie_in_a_storage_is_worked_on_and_its_results_are_here(tmp_path: Path, server: str, storage: Any) -> None:
    folder = project(tmp_path / "project", "s3://films/old/Sholay (1975).mkv")
    done = snakemake(folder, server, "--cores", "2", "--", "results/Sholay (1975)/shots.json")
    assert done.returncode == 0, done.stdout
    made = folder / "results" / "Sholay (1975)"
    assert {path.name for path in made.iterdir()} == {"probe.json", "shots.json"}


def demo_elsewhere(
    folder: Path, server: str, elsewhere: Path, settings: list[str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    """The demo's models at work in jobs that share nothing with the run but the storage; with their logs in the output."""
    elsewhere.mkdir()
    done = snakemake(
        folder,
        server,
        *settings,
        *("--executor", "elsewhere", "--jobs", "2", "--shared-fs-usage", "none"),
        *("--default-storage-provider", "s3", "--default-storage-prefix", "s3://films/run"),
        *arguments,
        profile="demo",
        PYTHONPATH=str(ROOT / "tests" / "data" / "executor"),
        ELSEWHERE=str(elsewhere),
    )
    done.stdout += "\n".join(file.read_text() for file in elsewhere.glob("*.log"))
    return done


def content(client: Any, key: str) -> bytes:
    return client.get_object(Bucket="films", Key=key)["Body"].read()


def test_jobs_that_share_nothing_but_the_storage_make_models_and_a_clips_subtitles_there(
    tmp_path: Path, server: str, storage: Any
) -> None:
    """Models of which a folder is all, and converted ones; nothing is left where the run was started."""
    folder = project(tmp_path / "project", "s3://films/old/Sholay (1975).mkv")
    table = folder / "config" / "movies.tsv"
    table.write_text("movie\tpath\tend\nSholay (1975)\ts3://films/old/Sholay (1975).mkv\t0:20\n")
    git(folder, "commit", "--quiet", "--all", "--message", "x")
    made = [f"results/Sholay (1975)/{name}" for name in ("Sholay (1975).hi.srt", "report.html", "quality.json")]
    settings = ["subtitles_in=[spoken]", "diarize={enabled: false}", "report={preview: false}"]
    done = demo_elsewhere(folder, server, tmp_path / "elsewhere", settings, "--", *made)
    assert done.returncode == 0, done.stdout
    assert "only valid for outputs" not in done.stdout
    assert {f"run/{name}" for name in made} <= keys(storage)
    assert len(re.findall("-->", content(storage, f"run/{made[0]}").decode())) > 3
    assert {f"run/models/{name}-demo.json" for name in ("wav2vec2-hi", "whisper-hi")} <= keys(storage)
    assert not (folder / "results" / "Sholay (1975)").exists() and not (folder / "models").exists()


def test_what_went_wrong_elsewhere_is_said_here(tmp_path: Path, server: str, storage: Any) -> None:
    storage.put_object(Bucket="films", Key="broken.mkv", Body=b"no movie")
    folder = project(tmp_path / "project", "s3://films/broken.mkv")
    done = demo_elsewhere(folder, server, tmp_path / "elsewhere", [], "--", "results/broken/probe.json")
    here = done.stdout.partition("Complete log(s)")[0]
    assert done.returncode != 0 and "Traceback" not in here
    assert len(re.findall(r"^error: .*broken\.mkv.*$", here, re.M)) == 1, done.stdout


@pytest.mark.slow
def test_jobs_that_share_nothing_make_of_a_whole_movie_what_jobs_here_make(
    tmp_path: Path, server: str, storage: Any
) -> None:
    """Every stage, optional ones among them; subtitles and the muxed movie byte for byte."""
    settings = ["separate={enabled: true}", "subtitles_in=[spoken, en, gu, spoken+en]", "asr={second: ctc}"]
    films = tmp_path / "films"
    films.mkdir()
    (films / "Sholay (1975).mkv").symlink_to(DEMO)
    here = project(tmp_path / "here", str(films / "Sholay (1975).mkv"))
    done = snakemake(here, server, *settings, "--cores", "2", profile="demo")
    assert done.returncode == 0, done.stdout
    there = project(tmp_path / "there", "s3://films/old/Sholay (1975).mkv")
    done = demo_elsewhere(there, server, tmp_path / "elsewhere", settings)
    assert done.returncode == 0, done.stdout
    results = {path.relative_to(here).as_posix(): path for path in (here / "results").rglob("*") if path.is_file()}
    assert {name for name in results if not name.endswith((".usage", "contents.json"))} <= {
        key.removeprefix("run/") for key in keys(storage)
    }
    same = [name for name in results if name.endswith((".srt", ".vtt", ".ass", ".mkv", "transcript.txt"))]
    assert len(same) > 10
    assert [name for name in same if content(storage, f"run/{name}") != results[name].read_bytes()] == []
    again = demo_elsewhere(there, server, tmp_path / "again", settings, "--dry-run")
    assert "Nothing to be done" in again.stdout


def test_a_movie_that_jobs_elsewhere_cannot_read_is_left_out_with_advice(tmp_path: Path, server: str) -> None:
    folder = project(tmp_path / "project", str(DEMO))
    done = snakemake(
        folder,
        server,
        *("--dry-run", "--executor", "elsewhere", "--jobs", "2", "--shared-fs-usage", "none"),
        *("--default-storage-provider", "s3", "--default-storage-prefix", "s3://films/run"),
        PYTHONPATH=str(ROOT / "tests" / "data" / "executor"),
    )
    assert f"left out: {DEMO} lies on this machine, and jobs run on others" in done.stdout


def test_movies_that_the_storage_does_not_have_are_left_out_and_the_others_are_not(
    tmp_path: Path, server: str, storage: Any
) -> None:
    addresses = ["s3://films/old/Sholay (1975).mkv", "s3://films/old/Deewaar.mkv", "s3://nowhere/Don.mkv"]
    folder = project(tmp_path / "project", *addresses, "sftp://films/Awaara.mkv")
    done = snakemake(folder, server, "--dry-run", "--cores", "2")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("warning: left out: ") == 3 and "Traceback" not in done.stdout
    for address in addresses[1:]:
        assert f"warning: left out: {address}: there is no such file in the storage" in done.stdout
    assert "sftp://films/Awaara.mkv: no storage plugin of Snakemake" in done.stdout
    assert "Mux Sholay (1975)" in done.stdout and "Mux Deewaar" not in done.stdout


@pytest.mark.parametrize(
    ("address", "keys", "reason"),
    [
        (None, {name: "" for name in KEYS}, "Unable to locate credentials"),
        ("http://127.0.0.1:9", KEYS, "Could not connect to the endpoint URL"),
        ("not an address", KEYS, "Invalid endpoint"),
    ],
    ids=["no credentials", "nobody answers", "no address"],
)
def test_a_storage_that_cannot_be_asked_costs_its_movies_alone(
    tmp_path: Path, server: str, address: str | None, keys: dict[str, str], reason: str
) -> None:
    stored = [f"s3://films/{name}.mkv" for name in ("Sholay", "Deewaar", "Don", "Awaara")]
    folder = project(tmp_path / "project", str(DEMO), *stored)
    variables = {**keys, "AWS_EC2_METADATA_DISABLED": "true", "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    done = snakemake(folder, address or server, "--dry-run", "--cores", "2", "--storage-s3-retries", "1", **variables)
    assert done.returncode == 0, done.stdout
    for one in stored:
        lines = [line for line in done.stdout.splitlines() if line.startswith(f"warning: left out: {one}: ")]
        assert len(lines) == 1 and reason in lines[0]
    assert "Mux demo" in done.stdout and "Mux Sholay" not in done.stdout and "Traceback" not in done.stdout


@pytest.fixture
def refusing(server: str) -> Iterator[str]:
    """The address of the same server, which says here that a movie is there and refuses to hand it over."""

    class Proxy(BaseHTTPRequestHandler):
        def forward(self) -> None:
            if self.command == "GET" and "Sholay" in self.path and "prefix" not in self.path:
                return self.send_error(403)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            connection = http.client.HTTPConnection(server.removeprefix("http://"))
            connection.request(self.command, self.path, body, dict(self.headers))
            answer = connection.getresponse()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "connection", "server", "date"):
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.read())

        do_GET = do_HEAD = do_PUT = do_POST = forward

        def log_message(self, *_: object) -> None:
            pass

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{proxy.server_port}"
    proxy.shutdown()


def test_a_movie_that_cannot_be_fetched_when_its_turn_comes_does_not_stop_the_others(
    tmp_path: Path, refusing: str, storage: Any
) -> None:
    folder = project(tmp_path / "project", "s3://films/old/Sholay (1975).mkv", str(DEMO))
    wanted = [f"results/{name}/probe.json" for name in ("Sholay (1975)", "demo")]
    done = snakemake(folder, refusing, "--cores", "2", "--keep-going", "--storage-s3-retries", "1", "--", *wanted)
    assert done.returncode != 0
    assert [(folder / path).exists() for path in wanted] == [False, True]
    assert done.stdout.count("error: s3://films/old/Sholay (1975).mkv could not be fetched") == 1
    assert "Forbidden" in done.stdout and "Traceback" not in done.stdout


def test_a_run_whose_movies_are_all_left_out_says_that_none_is_left(tmp_path: Path, server: str, storage: Any) -> None:
    folder = project(tmp_path / "project", "s3://films/Deewaar.mkv")
    for target in ([], ["--", "results/Deewaar/Deewaar.en.srt"]):
        done = snakemake(folder, server, "--dry-run", "--cores", "2", *target)
        assert done.returncode != 0 and "Traceback" not in done.stdout
        assert "s3://films/Deewaar.mkv: there is no such file in the storage" in done.stdout


def test_a_folder_in_a_storage_is_refused_in_one_line(tmp_path: Path, server: str) -> None:
    done = snakemake(copy_project(tmp_path), server, "--dry-run", "--config", "movies={folder: 's3://films'}")
    assert (
        "\nError: config: movies.folder: s3://films is in a storage" in done.stdout and "Traceback" not in done.stdout
    )
