"""Which part of a post is about the brand: clauses, whom each is about, and comparisons.

A post of one clause, one that names nobody else, and one in which the brand is not named (an answer below the brand's
own post) is about the brand as a whole. Otherwise its clauses are told apart: those that name the brand, what goes on
after them, what was said before, and what is about a competitor, the weather or somebody else.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from tocsin.domain import cues
from tocsin.domain.aim_words import (
    ASKS,
    BESIDE,
    BETTER_THAN_BRAND,
    BETTER_THAN_RIVAL,
    BRAND,
    COMMA,
    CONTRAST,
    LEADS,
    LEFT,
    LOOSE_A,
    NOBODY,
    NOT,
    PREFERS,
    PREFERS_RIVAL,
    PROPER,
    RIVAL,
    SENTENCE,
    STATE,
    SWITCHED_FROM,
    SWITCHED_TO,
    THAN,
    UNLIKE,
    WORSE_THAN_BRAND,
    WORSE_THAN_RIVAL,
)
from tocsin.domain.brand import Brand, Competitor
from tocsin.domain.cues import known_cue
from tocsin.domain.matching import TermMatcher
from tocsin.domain.phrases import Phrases
from tocsin.domain.tokens import raw_tokens
from tocsin.domain.wording import read_words

PUSH = 2.0
"""Log-odds of a comparison that the brand wins or loses."""
NAME = "@user"
"""Stands for a name when the model hears a part: what a name sounds like is no praise, and texts taught it so."""
STEM = 4
CUED = 60
"""Letters of a word that are looked at for cues."""


class Aimed(NamedTuple):
    """``about``: what is said of the brand; ``after``: the part of that from the last "but" on, which weighs more;
    ``before``: what was said before it was named, of whom nobody knows.

    ``rival``: what is said of others unlike whom the brand is said to be; it counts the other way round.
    ``push``: above 0 the brand wins a comparison, below it loses.
    """

    about: str
    after: str = ""
    before: str = ""
    rival: str = ""
    push: float = 0.0

    @property
    def whole(self) -> bool:
        """Nothing was told apart but what follows a "but"."""
        return not (self.about or self.before or self.rival or self.push)


class _Clause(NamedTuple):
    text: str
    contrasts: bool
    """It begins with a word that sets it against the clause before."""


class _Cued(NamedTuple):
    """What the words of a text give of cues, and which words: a clause without one of those is not searched."""

    flags: int
    compares: tuple[str, ...] | None
    elses: tuple[str, ...] | None

    def compared(self, says: str) -> bool:
        return ">" in says or bool(self.flags & cues.COMPARES and _holds(says, self.compares))

    def elsewhere(self, says: str) -> bool:
        return bool(self.flags & cues.ELSE and _holds(says, self.elses))


def _holds(says: str, words: tuple[str, ...] | None) -> bool:
    return words is None or any(word in says for word in words)


def aimed(text: str, brand: Brand, language: str = "und", flags: int = cues.ALL, *, cut: bool = False) -> Aimed | None:
    """The parts of a text that are about the brand; None where that is all of it. Linear in its length.

    ``flags``: the cues that the text's words give, which spare searches; ``cut``: look for
    those words, which spares more.
    """
    one = not flags & cues.CONTRASTS and SENTENCE.search(text.rstrip(" .!?…\n")) is None
    if one and not (flags & cues.COMPARES or ">" in text) and not _hinted(text, brand.competitors):
        return None
    named = TermMatcher(brand).spans(text)
    if not named:
        return None
    masked = _masked(text, named, brand.competitors)
    raws = raw_tokens(text) if cut and flags & (cues.COMPARES | cues.ELSE) else ()
    cued = _Cued(
        flags,
        _cued_words(masked, raws, cues.COMPARES) if flags & cues.COMPARES else None,
        _cued_words(masked, raws, cues.ELSE) if flags & cues.ELSE else None,
    )
    found = _told_apart(list(_clauses(masked, cued)), language, cued)
    return found._replace(about=text) if found and found.whole else found


def _cued_words(masked: str, raws: Sequence[str], flag: int) -> tuple[str, ...] | None:
    """The words that gave the cue; None where they are not known, or stand in a name that was masked."""
    words = tuple(dict.fromkeys(raw for raw in raws if known_cue(raw[:CUED]) & flag))
    return words if words and all(word in masked for word in words) else None


def _told_apart(clauses: list[_Clause], language: str, cued: _Cued) -> Aimed | None:  # noqa: C901, PLR0912 one pass
    about: list[str] = []
    before: list[str] = []
    rival: list[str] = []
    after = ""
    push, on, apart, other = 0.0, "", False, ""
    for clause in clauses:
        says, was_other, other = clause.text, other, ""
        if BRAND in says:
            compares = cued.compared(says)
            if compares and (turn := UNLIKE.search(says)) and turn[1] == BRAND:
                rival.append(says[: turn.start()] + says[turn.end() :])
                on, apart = RIVAL, True
            elif compares and (won := _compared(says)):
                push += won
                on, apart = (BRAND if won > 0 else RIVAL), True
            else:
                if clause.contrasts and was_other:
                    rival.append(was_other)
                after = says if clause.contrasts and (about or before) else ""
                about.append(says)
                on = BRAND
        elif RIVAL in says:
            if (clause.contrasts and on == BRAND) or (rival and on == RIVAL):
                rival.append(says)
            on, apart, other = RIVAL, True, says
        elif cued.elsewhere(says) and (BESIDE.search(says) or (not on and STATE.search(says))):
            apart, other = True, says
        elif on == RIVAL:
            if rival:
                rival.append(says)
            apart, other = True, says
        elif on == BRAND:
            if clause.contrasts and language != "de" and _another(says):
                apart = True
            else:
                after = says if clause.contrasts else f"{after} {says}" if after else ""
                about.append(says)
        elif language != "de" and PROPER.search(says):
            apart, other = True, says
        elif was_other:
            other = f"{was_other} {says}"
        else:
            before.append(says)
    if not apart:
        return Aimed("", _joined([after])) if after else None
    return Aimed(_joined(about), _joined([after]), _joined(before), _joined(rival), max(-PUSH, min(PUSH, push)))


def _compared(says: str) -> float:
    """Above 0 the brand wins, below it loses, 0: no comparison, or one that nobody won."""
    if ASKS.search(says):
        return 0.0
    for pattern, won in _THAN if THAN.search(says) else ():
        if found := pattern.search(says):
            against_brand = pattern in {BETTER_THAN_BRAND, WORSE_THAN_BRAND}
            if against_brand and NOBODY.search(says):
                return -won
            if against_brand and BRAND in says[: found.start()]:
                continue
            if not against_brand and BRAND not in says[: found.start()]:
                continue
            return 0.0 if NOT.search(says[: found.start()]) else won
    if RIVAL not in says:
        return -PUSH if LEFT.search(says) else 0.0
    if SWITCHED_FROM.search(says) or PREFERS_RIVAL.search(says):
        return -PUSH
    if SWITCHED_TO.search(says) or PREFERS.search(says):
        return PUSH
    return 0.0


_THAN = (
    (BETTER_THAN_BRAND, -PUSH), (WORSE_THAN_BRAND, PUSH), (BETTER_THAN_RIVAL, PUSH), (WORSE_THAN_RIVAL, -PUSH)
)  # fmt: skip


def _another(says: str) -> bool:
    """Does a clause that contrasts begin with a name that is not the brand's?"""
    found = LEADS.match(says)
    return bool(found and found[1][0].isupper() and not found[1].isupper())


def _clauses(masked: str, cued: _Cued) -> Iterator[_Clause]:
    start = 0
    for end in (*(found.end() for found in SENTENCE.finditer(masked)), len(masked)):
        if cued.flags & cues.CONTRASTS:
            yield from _contrasted(masked[start:end], cued)
        else:
            yield from _apart(masked[start:end], False, cued)
        start = end


def _contrasted(sentence: str, cued: _Cued) -> Iterator[_Clause]:
    start, contrasts = 0, False
    loose = {found.end() for found in LOOSE_A.finditer(sentence)}
    for found in CONTRAST.finditer(sentence):
        if found.end() in loose and not found[0].startswith(","):
            continue
        yield from _apart(sentence[start : found.end()], contrasts, cued)
        start, contrasts = found.end(), True
    yield from _apart(sentence[start:], contrasts, cued)


def _apart(says: str, contrasts: bool, cued: _Cued) -> Iterator[_Clause]:
    """A clause that names the brand and a competitor, cut between them where it compares nothing."""
    if not says.strip():
        return
    if BRAND in says and RIVAL in says and not (cued.compared(says) and _compared(says)):
        cuts, start = [found.end() for found in COMMA.finditer(says)], 0
        for cut, after in zip(cuts, [*cuts[1:], len(says)], strict=False):
            left, right = says[start:cut], says[cut:after]
            if (BRAND in left or RIVAL in left) and (BRAND in right or RIVAL in right) and len(right.split()) > 1:
                yield _Clause(left, contrasts)
                start = cut
        yield _Clause(says[start:], contrasts)
        return
    yield _Clause(says, contrasts)


def _joined(parts: list[str]) -> str:
    return " ".join(part.strip() for part in parts).replace(BRAND, NAME).replace(RIVAL, NAME)


def _masked(text: str, named: tuple[tuple[int, int], ...], competitors: tuple[Competitor, ...]) -> str:
    text = text.replace(BRAND, " ").replace(RIVAL, " ") if BRAND in text or RIVAL in text else text
    places = [(start, end, BRAND) for start, end in named]
    if competitors:
        ends = [end for _, end in named]
        for span in _phrases(competitors).find(text, read_words(text)):
            at = bisect_left(ends, span.start + 1)
            if at == len(named) or named[at][0] >= span.end:
                places.append((span.start, span.end, RIVAL))
    parts: list[str] = []
    last = 0
    for start, end, mark in sorted(places):
        if start >= last:
            parts += (text[last:start].removesuffix("@").removesuffix("#"), mark)
            last = end
    return "".join((*parts, text[last:]))


def _hinted(text: str, competitors: tuple[Competitor, ...]) -> bool:
    """May a competitor be named? Cheap, and never wrong in saying no."""
    folded = text.casefold()
    return any(stem in folded for stem in _stems(competitors))


@lru_cache(maxsize=64)
def _stems(competitors: tuple[Competitor, ...]) -> tuple[str, ...]:
    terms = (term for competitor in competitors for term in competitor.terms)
    return tuple({term.split()[0].casefold()[:STEM] for term in terms if term.split()})


@lru_cache(maxsize=64)
def _phrases(competitors: tuple[Competitor, ...]) -> Phrases:
    return Phrases(term for competitor in competitors for term in competitor.terms)
