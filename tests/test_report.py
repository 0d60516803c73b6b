"""The report says what is doubtful and why, shows whatever text it is given as text, and loads nothing."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

import report
import subtitles
import transcript
from moviesubs import contracts
from moviesubs.contracts import Model, Segment, Sentence, Speech, Transcript, Translation
from moviesubs.errors import UserError

DATA = Path(__file__).parent / "data" / "transcripts"
TRAP = '<script>alert(1)</script> & "O\'Neill" (1975)'
VOID = {"meta"}


class Page(HTMLParser):
    """A page's elements, text by element, and whether its tags are balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "tr" in self.open and data.strip():
            self.rows[-1].append(" ".join(data.split()))


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """The report of the Hindi movie with an English translation, models and measurements."""
    given = [
        "--aligned",
        DATA / "aligned.hi.json",
        "--probe",
        DATA / "probe.json",
        "--speakers",
        DATA / "speakers.hi.json",
    ]
    transcript.main([*map(str, given), "--output", f"{tmp_path}/hi.json", "--text", f"{tmp_path}/hi.txt"])
    hindi = contracts.read(tmp_path / "hi.json", Transcript)
    english = [
        Sentence(id=one.id, start=one.start, end=one.end, text=f"Sentence <i>{one.id}</i>.", flags=one.flags)
        for one in hindi.sentences
        if one.id != 5
    ]
    origin = Translation(backend="ctranslate2", model="indictrans2")
    contracts.write(tmp_path / "en.json", Transcript(language="en", sentences=english, translation=origin))
    for language in ("hi", "en"):
        outputs = [
            "--cues",
            f"{tmp_path}/cues.{language}.json",
            "--srt",
            f"{tmp_path}/x.srt",
            "--vtt",
            f"{tmp_path}/x.vtt",
        ]
        subtitles.main(["--transcript", f"{tmp_path}/{language}.json", "--probe", str(DATA / "probe.json"), *outputs])
    speech = Speech(segments=[Segment(start=1, end=16)], method="silero", duration=120)
    contracts.write(tmp_path / "speech.json", speech)
    model = Model(name="whisper", path="models/whisper", source="a/<b>", revision="0123456789abcdef", licence="MIT")
    contracts.write(tmp_path / "model.json", model)
    for folder in ("benchmarks", "logs"):
        (tmp_path / folder).mkdir()
    head = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\n"
    (tmp_path / "benchmarks" / "translate.en.tsv").write_text(f"{head}9.25\t0:00:09\t940.5\t1\t1\t1\t0\t0\t99\t14.5\n")
    (tmp_path / "benchmarks" / "probe.tsv").write_text(f"{head}0.41\t0:00:00\tNA\tNA\tNA\tNA\tNA\tNA\tNA\tNA\n")
    (tmp_path / "logs" / "probe.log").write_text("done\n")
    write(tmp_path)
    return tmp_path


def write(folder: Path, *options: str) -> None:
    report.main(
        [
            *["--name", TRAP, "--probe", str(DATA / "probe.json"), "--speech", f"{folder}/speech.json"],
            *["--asr", str(DATA / "aligned.hi.json"), "--transcript", f"{folder}/hi.json"],
            *[
                "--translations",
                f"en={folder}/en.json",
                "--cues",
                f"hi={folder}/cues.hi.json",
                f"en={folder}/cues.en.json",
            ],
            *["--models", f"{folder}/model.json", "--log-folder", f"{folder}/logs"],
            *["--benchmark-folder", f"{folder}/benchmarks", "--output", f"{folder}/report.html", *options],
        ]
    )


def html(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def test_text_of_users_and_models_is_shown_as_text(made: Path) -> None:
    page = html(made)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;O&#39;Neill&#34; (1975)" in page
    assert "<i>3</i>" not in page and "Sentence &lt;i&gt;3&lt;/i&gt;." in page


def test_the_page_is_well_formed_and_loads_nothing(made: Path) -> None:
    page = Page(html(made))
    for tag, attributes in page.tags:
        assert tag not in {"script", "link", "img", "iframe", "object", "video", "base", "form"}
        assert not {"src", "srcset", "action", "data"} & set(attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert "url(" not in html(made) and "@import" not in html(made)
    policy = next(
        a["content"] for t, a in page.tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy and policy.startswith("default-src 'none'")
    targets = {a["id"] for _, a in page.tags if "id" in a}
    assert {(a["href"] or "")[1:] for t, a in page.tags if t == "a"} <= targets


def test_doubtful_sentences_come_first_the_gravest_on_top(made: Path) -> None:
    rows = Page(html(made)).rows
    assert rows[1][0] == "0:01:13" and "no translation" in rows[1]
    assert rows[2][0] == "0:01:21" and {"maybe no speech", "repeated", "low confidence"} <= set(rows[2])
    assert any("The recogniser doubts" in cell for cell in rows[2])


def test_every_sentence_is_in_the_table(made: Path) -> None:
    page = Page(html(made))
    assert [a["id"] for t, a in page.tags if t == "tr" and "id" in a] == [f"s{number}" for number in range(1, 14)]


def test_rescue_removal_models_and_measurements_are_told(made: Path) -> None:
    page = html(made)
    assert "Recognised by whisperx after the first choice failed" in page
    assert "mlx ended with signal 11 after 42 s" in page
    rows = Page(page).rows
    assert ["0:01:25", "...", "no words", "Punctuation only."] in [row for row in rows if "..." in row]
    assert ["whisper", "a/<b>", "0123456789ab", "MIT"] in rows
    assert ["probe", "0.4 s", "–", "–", "probe.log"] in rows
    assert ["translate", "en", "9.2 s", "14.5 s", "940 MiB", "–"] in rows


def test_colours_follow_the_system_and_the_layout_the_screen(made: Path) -> None:
    page = html(made)
    assert "prefers-color-scheme: dark" in page and "max-width: 700px" in page
    assert 'name="viewport"' in page


def test_an_empty_movie_has_a_report(tmp_path: Path) -> None:
    contracts.write(tmp_path / "hi.json", Transcript(language="hi", sentences=[]))
    contracts.write(tmp_path / "speech.json", Speech(segments=[], method="silero", duration=120))
    options = ["--name", "Silence", "--probe", DATA / "probe.json", "--speech", tmp_path / "speech.json"]
    options += [
        "--asr",
        DATA / "aligned.gu.json",
        "--transcript",
        tmp_path / "hi.json",
        "--translations",
        "--cues",
        "--models",
    ]
    report.main(list(map(str, [*options, "--output", tmp_path / "report.html"])))
    Page(html(tmp_path))
    assert "Nobody was heard speaking" in html(tmp_path)
    assert "no alignment model for gu" in html(tmp_path)


def test_a_pair_without_language_is_refused(made: Path) -> None:
    with pytest.raises(UserError, match="cues.en.json"):
        write(made, "--cues", "cues.en.json")
