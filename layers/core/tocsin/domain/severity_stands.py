"""Where the words of a post stand to the brand's name: «X warns», «near X», «not X», «at the X arena». Who did what to
whom is told by that, and the head learns which place tells what (severity_head.py)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from tocsin.domain.matter_words import TOKEN, Span, fold
from tocsin.domain.matters import BRAND

MARK = "@"
"""Stands in the name of every such sign, and in no concept's."""
CLOSE = 4
"""Tokens between a concept and the brand's name."""
LONG, WHOLE, ENDING = 4, 4, 3
"""Letters of a name's word that is looked for where it has such, up to which it must stand whole, and that its ending
may add."""
LOOKED_AT = 3
"""Places of the name that are looked at."""


def places_of(tokens: Sequence[str], terms: tuple[str, ...]) -> list[int]:
    """Where words of the brand's name stand, in whatever case."""
    stems, longest = _stems(terms)
    if not stems:
        return []
    return [at for at, token in enumerate(tokens) if token.startswith(stems) and len(token) <= longest]


def stands(tokens: Sequence[str], spans: Mapping[str, Sequence[Span]], places: Sequence[int]) -> list[str]:
    """Signs of where concepts and neighbouring words stand to the name; ``places``: where its words do."""
    if not places:
        return ["@0"]
    breaks = [at for at in range(1, len(places)) if places[at] - places[at - 1] > 1]
    starts = [places[at] for at in (0, *breaks)][:LOOKED_AT]
    ends = [places[at - 1] for at in (*breaks, len(places))][:LOOKED_AT]
    before = {start - gap for start in starts for gap in range(CLOSE + 1)}
    behind = {end + 1 + gap for end in ends for gap in range(CLOSE + 1)}
    signs = set()
    if places[0] <= 1:
        signs.add("@first")
    if places[-1] >= len(tokens) - 3:
        signs.add("@last")
    if len(starts) > 1:
        signs.add("@many")
    for concept, found in spans.items():
        if concept != BRAND:
            for first, last in found[:LOOKED_AT]:
                if last in before:
                    signs.add(f"{concept}<@")
                if first in behind:
                    signs.add(f"{concept}>@")
    signs.update([f"@<{_word_before(tokens, start)}" for start in starts])
    signs.update([f"@>{tokens[end + 1] if end + 1 < len(tokens) else ''}" for end in ends])
    return sorted(signs)


def _word_before(tokens: Sequence[str], at: int) -> str:
    """The word before the name, past an article's or a quotation's mark."""
    return next((tokens[place] for place in range(at - 1, max(-1, at - 3), -1) if tokens[place][0].isalnum()), "")


@lru_cache(maxsize=256)
def _stems(terms: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    named = [TOKEN.findall(fold(term)) for term in terms]
    words = {word for name in named for word in name if len(word) >= LONG} or {word for name in named for word in name}
    stems = {word if len(word) <= WHOLE else word[: max(WHOLE, len(word) - 2)] for word in words}
    return tuple(sorted(stems)), max(map(len, words), default=0) + ENDING
