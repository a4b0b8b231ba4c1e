"""Mending what GDELT writes: JSON with stray backslashes, titles with spaces around punctuation, language names."""

from __future__ import annotations

import json
import re
from typing import Any

_ESCAPE = re.compile(r'\\(u[0-9a-fA-F]{4}|["\\/bfnrt])|\\')
_URL = re.compile(r'"url"\s*:')
_OBJECT = re.compile(r"\{[^{}]*\}")
_END_OF_VALUE = re.compile(r'\\"(?=\s*(?:,\s*"[a-z_]{2,20}"\s*:|\}))')
_BEFORE = re.compile(r"\s+([,.;:!?%)\]}»”…])(?=\s|$|[,.;:!?%)\]}»”…])")
_AFTER = re.compile(r"([(\[{«“¿¡])\s+")
_MONEY = re.compile(r"([$€£¥₴])\s+(?=\d)")
_NUMBER = re.compile(r"(\d)\s+([.,:])\s+(?=\d)")
_APOSTROPHE = re.compile(r"(\w)\s+(['’])\s+(s|t|re|ve|ll|d|m)\b", re.IGNORECASE)
_SINGLE_LETTER = re.compile(r"\b(d|l|o|qu|n|s|c|j|m|t)\s+(['’])\s+(?=\w)", re.IGNORECASE)
_QUOTED = re.compile(r'"\s+([^"]{1,300}?)\s+"')


def articles_of(text: str) -> tuple[list[Any], int]:
    """The objects of a broken list, each read for itself, and how many could not be read."""
    good: list[Any] = []
    for chunk in _OBJECT.findall(text):
        for attempt in (chunk, repaired(chunk), repaired(_END_OF_VALUE.sub(r'\\\\"', chunk))):
            try:
                good.append(json.loads(attempt, strict=False))
                break
            except ValueError:
                continue
    return good, max(0, len(_URL.findall(text)) - len(good))


def repaired(text: str) -> str:
    """Backslashes that begin no escape of JSON's are doubled."""
    return _ESCAPE.sub(lambda match: match.group() if match[1] else r"\\", text)


def mended(title: str) -> str:
    """A title as a person would write it: GDELT puts spaces around every punctuation mark."""
    title = _NUMBER.sub(r"\1\2", title)
    title = _APOSTROPHE.sub(r"\1\2\3", title)
    title = _SINGLE_LETTER.sub(r"\1\2", title)
    title = _QUOTED.sub(r'"\1"', title)
    title = _BEFORE.sub(r"\1", title)
    title = _MONEY.sub(r"\1", title)
    return " ".join(_AFTER.sub(r"\1", title).split())


def tag_of(language: str) -> str | None:
    """The BCP 47 tag of a language by its English name, as GDELT says it."""
    return _TAGS.get("".join(language.lower().split()))


def name_of(tag: str) -> str | None:
    """GDELT's name of a language, for ``sourcelang:``."""
    return _NAMES.get(tag.lower())


_NAMES = dict(
    pair.split("=")
    for pair in (
        "af=afrikaans sq=albanian ar=arabic hy=armenian az=azerbaijani eu=basque bn=bengali bs=bosnian bg=bulgarian "
        "ca=catalan zh=chinese hr=croatian cs=czech da=danish nl=dutch en=english et=estonian fi=finnish fr=french "
        "gl=galician ka=georgian de=german el=greek gu=gujarati he=hebrew hi=hindi hu=hungarian is=icelandic "
        "id=indonesian it=italian ja=japanese kn=kannada kk=kazakh ko=korean lv=latvian lt=lithuanian mk=macedonian "
        "ms=malay ml=malayalam mr=marathi mn=mongolian ne=nepali no=norwegian nn=norwegiannynorsk fa=persian "
        "pl=polish pt=portuguese pa=punjabi ro=romanian ru=russian sr=serbian si=sinhalese sk=slovak sl=slovenian "
        "so=somali es=spanish sw=swahili sv=swedish ta=tamil te=telugu th=thai bo=tibetan tr=turkish uk=ukrainian "
        "ur=urdu vi=vietnamese"
    ).split()
)
_TAGS = {name: tag for tag, name in _NAMES.items()} | {"letzeburgesch": "lb", "sinhala": "si", "farsi": "fa"}
