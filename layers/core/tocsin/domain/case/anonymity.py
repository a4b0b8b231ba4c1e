"""What hides who somebody is: signs with how much each tells, never who it is, and never an accusation.

Most people who hide their name have good reasons, and a sign alone means little: a reader gets each with its weight,
and what all of them come to.
"""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from tocsin.domain.author_record import AuthorRecord
from tocsin.domain.clues import Clue, ClueKind, clue
from tocsin.domain.mention import Author
from tocsin.domain.outlets import host_of
from tocsin.domain.reading import ScoredMention
from tocsin.domain.story import moment_of

YOUNG = timedelta(days=30)
KNOWN_BEFORE = timedelta(days=7)
"""Who was first heard of longer ago than that before the first word in this case has a history."""
_NUMBERED = re.compile(r"\D{0,14}\d{5,}")
_MADE = re.compile(r"[A-Z][a-z]+[-_][A-Z]?[a-z]+[-_]?\d{2,5}")
"""As platforms make them up: Ordinary-Cabbage-4821."""
_BARE_ID = re.compile(r"(?=.*\d)(?:user|guest|id|anon|користувач|usuario)[-_ ]?[0-9a-f]{3,}", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")


class Sign(NamedTuple):
    """``confidence`` 0-1: how much it alone speaks for somebody who hides."""

    clue: Clue
    confidence: float


class _Cues(NamedTuple):
    default_names: frozenset[str]
    throwaway: tuple[str, ...]
    nameless_hosts: frozenset[str]


def signs_of(said: Sequence[ScoredMention], record: AuthorRecord | None) -> tuple[Sign, ...]:
    """``said``: all that one author said in the case. What a source does not tell is no sign."""
    if not said:
        return ()
    found: dict[ClueKind, Sign] = {}
    for sign in (*_of_account(said), *_of_place(said), *_of_past(said, record)):
        known = found.get(sign.clue.kind)
        if known is None or known.confidence < sign.confidence:
            found[sign.clue.kind] = sign
    return tuple(sorted(found.values(), key=lambda one: (-one.confidence, one.clue.kind)))


def together(signs: Sequence[Sign]) -> float:
    """What they come to, 0-1: each takes its share of what the others have left."""
    left = 1.0
    for sign in signs:
        left *= 1 - sign.confidence
    return round(1 - left, 2)


def _of_account(said: Sequence[ScoredMention]) -> Iterator[Sign]:
    author = max(said, key=moment_of).mention.author
    named = _own_name(author)
    if author.handle and not named and _NUMBERED.fullmatch(author.handle):
        yield Sign(clue(ClueKind.DIGITS), 0.5)
    called = named or author.handle or ""
    if _is_default(called):
        yield Sign(clue(ClueKind.DEFAULT_NAME, called[:80]), 0.5)
    if any(word in f"{author.handle or ''} {author.name or ''}".casefold() for word in _cues().throwaway):
        yield Sign(clue(ClueKind.THROWAWAY, (author.handle or author.name or "")[:80]), 0.7)
    if author.name and len(_LETTER.findall(author.name)) < 2:
        yield Sign(clue(ClueKind.NAME_HIDDEN, author.name[:80]), 0.4)
    if author.bare:
        yield Sign(clue(ClueKind.BARE), 0.3)
    if author.followers == 0:
        yield Sign(clue(ClueKind.UNFOLLOWED), 0.2)
    ages = [moment_of(one) - one.mention.author.created_at for one in said if one.mention.author.created_at is not None]
    if ages and min(ages) < YOUNG:
        yield Sign(clue(ClueKind.YOUNG, max(0, min(ages).days)), 0.4)


def _of_place(said: Sequence[ScoredMention]) -> Iterator[Sign]:
    for one in said:
        mention = one.mention
        host = host_of(mention.url)
        if host is not None and any(host == known or host.endswith(f".{known}") for known in _cues().nameless_hosts):
            yield Sign(clue(ClueKind.NAMELESS_PLACE, host), 0.7)
        handle = (mention.author.handle or "").casefold()
        if (
            mention.source == "telegram"
            and handle
            and (mention.url or "").casefold().startswith(f"https://t.me/{handle}/")
        ):
            yield Sign(clue(ClueKind.CHANNEL), 0.4)


def _of_past(said: Sequence[ScoredMention], record: AuthorRecord | None) -> Iterator[Sign]:
    """Only of whom something is remembered: of the others nothing is known, and that is no sign."""
    if record is None:
        return
    if record.mentions <= len(said) and min(map(moment_of, said)) - record.first_seen < KNOWN_BEFORE:
        yield Sign(clue(ClueKind.NO_HISTORY), 0.2)


def _own_name(author: Author) -> str | None:
    """None where the name is the handle again."""
    return author.name if author.name and author.name != author.handle else None


def _is_default(name: str) -> bool:
    plain = " ".join(name.split())
    return plain.casefold() in _cues().default_names or bool(_MADE.fullmatch(plain) or _BARE_ID.fullmatch(plain))


@cache
def _cues() -> _Cues:
    raw = json.loads(files("tocsin.domain.case").joinpath("anonymity_cues.json").read_text("utf-8"))
    return _Cues(frozenset(raw["default_names"]), tuple(raw["throwaway"]), frozenset(raw["nameless_hosts"]))
