"""What a text denies, admits and apologises for, whatever its author calls it.

An apology for the matter rebuilds, and is a promise that somebody with budget and law behind them signs; so is the
plain word that it was our fault. Concern is neither: whoever is hurt hears it before anybody knows why. In a reply the
small courtesies of service (for the wait, a late answer, the inconvenience) are no apology for the matter; in a
statement to all they are, since there the delay is what it is about.
"""

import re
import unicodedata

from tocsin.domain.lint_lists import LANGUAGES, pattern
from tocsin.domain.text_kinds import Kind

LONGEST = 20_000
STATEMENTS = frozenset({Kind.HOLDING, Kind.NOTICE})
_CLAUSE = re.compile(r"[^.!?;:\n]+")


def denies(text: str) -> bool:
    """Does it say that something is not so?"""
    text = _normal(text)
    return any(pattern(language, "says_denial").search(text) for language in LANGUAGES)


def apologises(text: str, kind: Kind) -> bool:
    """Does it apologise for the matter, or say that it was our fault?"""
    text = _normal(text)
    return any(_apologises(clause[0], kind) for clause in _CLAUSE.finditer(text))


def _apologises(clause: str, kind: Kind) -> bool:
    for language in LANGUAGES:
        said = clause if kind in STATEMENTS else pattern(language, "courtesy").sub(" ", clause)
        if pattern(language, "says_apology").search(said):
            return True
        fault = pattern(language, "says_our_fault").search(said)
        if fault is not None and not pattern(language, "leaves_open").search(said, 0, fault.start()):
            return True
    return False


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text[:LONGEST])
