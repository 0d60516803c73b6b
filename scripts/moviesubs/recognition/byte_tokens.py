"""What the letters of a byte-level vocabulary stand for."""

from functools import cache


@cache
def _bytes_of_letters() -> dict[str, int]:
    """Each letter and its byte: printable bytes stand for themselves, the others for letters from U+0100 on (GPT-2's table)."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(0x100) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(0x100 + k): byte for k, byte in enumerate(others)}


def token_bytes(token: str) -> bytes:
    """The bytes of a token as the vocabulary writes it; a space for what the table lacks."""
    return bytes(_bytes_of_letters().get(letter, 0x20) for letter in token)
