"""How a movie's subtitles were made: with what, and what went otherwise than planned. All functions are pure."""

from moviesubs.contracts import Alignment, Failure, Transcript
from moviesubs.errors import UserError
from moviesubs.language.languages import language
from moviesubs.report.materials import Materials
from moviesubs.stage.progress import clock

#: a language with a smaller share of the votes is not worth telling
LEAST_VOTES = 0.01


def language_name(code: str) -> str:
    """English name of a language, or of two ("hi+en"); an unknown code is its own name."""
    if "+" in code:
        return " + ".join(map(language_name, code.split("+")))
    try:
        return language(code).name
    except UserError:
        return code


def describe_failure(failure: Failure) -> str:
    """How a child process ended, in one line."""
    parts = [failure.reason]
    if failure.signal:
        parts.append(f"signal {failure.signal}")
    if failure.exit_code is not None:
        parts.append(f"exit status {failure.exit_code}")
    if failure.seconds is not None:
        parts.append(f"after {clock(failure.seconds)}")
    if failure.position is not None:
        parts.append(f"at {clock(failure.position)} of the audio")
    return ", ".join(parts)


def events(materials: Materials) -> list[tuple[str, str]]:
    """What went otherwise than planned, from the choice of the sound to alignment, as headline and explanation."""
    asr, sound = materials.asr, materials.sound
    pairs = [("Check which sound was chosen", line) for line in materials.probe.warnings]
    pairs += [("Check the sound", line) for line in (sound.warnings if sound else ())]
    if asr.status == "rescued":
        pairs.append((f"Recognised by {asr.backend} after the first attempt failed", _why(asr.reason, asr.failure)))
    alignment = asr.alignment
    if alignment and alignment.status == "segments":
        pairs.append(("Words were not aligned: their times are estimates", _why(alignment.reason, alignment.failure)))
    return pairs


def _why(reason: str | None, failure: Failure | None) -> str:
    reasons = [reason] if reason else []
    if failure and describe_failure(failure) != reason:
        reasons.append(describe_failure(failure))
    return "; ".join(reasons) or "no reason recorded"


def _aligners(alignment: Alignment) -> str:
    """Who placed how many words, and why not all were placed by the first."""
    model = f", {alignment.model}" if alignment.model else ""
    counts = ", ".join(f"{count:,} words by {backend}" for backend, count in alignment.words.items())
    why = f" ({alignment.reason})" if alignment.reason and alignment.status == "words" else ""
    return f"{alignment.backend}{model}{': ' if counts else ''}{counts}{why}"


def _spoken(transcript: Transcript) -> str:
    """The spoken language; of a film in several, how much of the text's time is in each."""
    seconds: dict[str, float] = {}
    for one in transcript.sentences:
        code = one.language or transcript.language
        seconds[code] = seconds.get(code, 0.0) + one.end - one.start
    if len(seconds) < 2:
        return language_name(transcript.language)
    whole, shares = sum(seconds.values()) or 1.0, sorted(seconds.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{language_name(code)} {share / whole:.0%}" for code, share in shares)


def facts(materials: Materials) -> list[tuple[str, str]]:
    """File, sound, models and languages, as pairs of label and value."""
    probe, asr = materials.probe, materials.asr
    alignment = asr.alignment
    sound = next((stream for stream in probe.streams if stream.index == probe.audio), None)
    picture = next((stream for stream in probe.streams if stream.index == probe.video), None)
    whole = probe.start == 0 and abs(probe.end - probe.duration) < 1
    pairs = [
        ("File", probe.path),
        ("Container", f"{probe.format}, {clock(probe.duration)}"),
        ("Worked on", "the whole movie" if whole else f"{clock(probe.start)} to {clock(probe.end)}"),
    ]
    if picture:
        size = f" {picture.width} × {picture.height}" if picture.width and picture.height else ""
        rate = f", {picture.frame_rate:.3f}".rstrip("0").rstrip(".") + " frames a second" if picture.frame_rate else ""
        pairs.append(("Picture", f"{picture.codec}{size}{rate}"))
    if sound:
        details = [sound.codec, sound.language, sound.title, f"{sound.channels} channels" if sound.channels else None]
        pairs.append(("Sound", f"stream {sound.index}: " + ", ".join(part for part in details if part)))
    pairs.append(("Spoken language", _spoken(materials.transcript)))
    if materials.votes:
        votes = sorted(materials.votes.items(), key=lambda pair: -pair[1])[:3]
        shares = [f"{language_name(code)} {share:.0%}" for code, share in votes if share >= LEAST_VOTES]
        pairs.append(("Language heard", ", ".join(shares)))
    pairs.append(
        (
            "Speech found by",
            materials.speech.method + (f" ({materials.speech.model})" if materials.speech.model else ""),
        )
    )
    device = f" on {asr.device}" if asr.device else ""
    pairs.append(("Recognised by", f"{asr.backend}, {asr.model}{device}"))
    if second := (materials.transcript.asr or {}).get("second"):
        pairs.append(("Heard again by", second))
    if alignment:
        pairs.append(("Aligned by", _aligners(alignment)))
    for code, record in materials.translations.items():
        if record.translation:
            translation = record.translation
            pairs.append((f"Translated to {language_name(code)} by", f"{translation.backend}, {translation.model}"))
    return pairs
