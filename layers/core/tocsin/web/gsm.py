"""How an SMS is counted: GSM 03.38 (3GPP TS 23.038, section 6.2.1) or UCS-2, 140 octets a segment."""

import unicodedata
from typing import Literal, NamedTuple

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
"""These take an escape and a second septet."""

GSM_SINGLE, GSM_PART = 160, 153
UCS2_SINGLE, UCS2_PART = 70, 67

_PLAIN = str.maketrans({
    "\u00a0": " ", "\u2026": "...", "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2018": "'", "\u2019": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "«": '"', "»": '"', "\u00b7": "-", "`": "'",
})  # fmt: skip


class Segments(NamedTuple):
    """``units`` are septets in GSM-7 and UTF-16 code units in UCS-2; ``segments`` are what the carrier bills."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int


def sms_segments(text: str) -> Segments:
    """Count as the carrier does: a pair (escape and its char, surrogates) is never parted between two segments."""
    if is_gsm(text):
        widths = [2 if char in EXTENSION else 1 for char in text]
        return Segments("GSM-7", sum(widths), _segments(widths, GSM_SINGLE, GSM_PART))
    widths = [2 if ord(char) > 0xFFFF else 1 for char in text]
    return Segments("UCS-2", sum(widths), _segments(widths, UCS2_SINGLE, UCS2_PART))


def is_gsm(text: str) -> bool:
    return all(char in BASIC or char in EXTENSION for char in text)


def fold(text: str) -> str:
    """Swap what is outside GSM-7 for its nearest inside: í to i, “ to ". What has no neighbour there stays."""
    return "".join(_nearest(char) for char in text.translate(_PLAIN))


def _nearest(char: str) -> str:
    if is_gsm(char):
        return char
    bare = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    return bare if bare and is_gsm(bare) and bare.isprintable() else char


def _segments(widths: list[int], single: int, part: int) -> int:
    if sum(widths) <= single:
        return 1
    count, room = 1, part
    for width in widths:
        if width > room:
            count, room = count + 1, part
        room -= width
    return count
