"""At whom a grave matter is aimed: the brand did it, or it befell the brand, or happened beside it, or the brand warns
of it, or it is somebody else's. By who stands where, and a few words of each language between."""

from typing import NamedTuple

from tocsin.domain.matter_words import Span
from tocsin.domain.matters import Matter
from tocsin.domain.reading import Aim

LOWERED = 0.3
"""The most that a matter weighs of which the brand is not guilty."""
BEFALLS = frozenset({"death", "harm", "disaster", "defect"})
"""What may be a strike's, a robbery's or an accident's doing."""
WARNED_OF = frozenset({"fraud", "impersonation", "leak", "rumour", "extortion", "coordinated", "authority"})
OWN_THINGS = frozenset({"food", "ate", "gadget", "poison", "allergy", "foreign", "vermin", "recall", "tamper"})
NEAR, SUBJECT, ELSEWHERE, HELPED, BY = 4, 6, 4, 9, 6
"""Tokens between a cue and the brand."""


class Party(NamedTuple):
    """Where the brand and its competitors are named; ``known``: the brand is known at all."""

    brand: tuple[Span, ...]
    rivals: tuple[Span, ...]
    known: bool


NOBODY = Party((), (), known=False)
Spans = dict[str, list[Span]]


def aim_of(matter: Matter, spans: Spans, party: Party) -> tuple[Aim, Span | None]:
    """The aim, and the words that told it."""
    if cue := _rivals(matter, spans, party) or apart(spans, party, matter.span.start):
        return Aim.OTHER, cue
    if matter.topic in WARNED_OF and (cue := _warns(spans, party)):
        return Aim.WARNS, cue
    blamed = "blame" in spans or "expel" in spans
    befell = next((concept for concept in ("strike", "crime", "mishap") if concept in spans), None)
    if matter.struck or (matter.topic in BEFALLS and befell is not None):
        if blamed and befell in {"crime", "mishap"}:
            return Aim.BRAND, None
        if (cue := _near(spans, party)) or (cue := _helps(spans, party)):
            return Aim.BESIDE, cue
        if not matter.struck and befell != "strike" and _own(matter, spans):
            return Aim.BRAND, None
        return Aim.STRUCK, spans[befell][0] if befell is not None else matter.span
    if (
        matter.topic in BEFALLS
        and not blamed
        and OWN_THINGS.isdisjoint(matter.concepts)
        and (cue := _near(spans, party))
    ):
        return Aim.BESIDE, cue
    if matter.topic in {*BEFALLS, "service"} and not blamed and (cue := _helps(spans, party)):
        return Aim.BESIDE, cue
    return Aim.BRAND, None


def _own(matter: Matter, spans: Spans) -> bool:
    """Is a thing that the brand makes or sells named with the matter?"""
    here = matter.span
    return any(
        here.start - BY <= span.start < here.end + BY
        for concept in OWN_THINGS
        if concept in spans
        for span in spans[concept]
    )


def helps(spans: Spans, party: Party) -> bool:
    return _helps(spans, party) is not None


def stands_by(spans: Spans, party: Party) -> bool:
    """Something befell somebody near the brand."""
    return (
        any(concept in spans for concept in ("strike", "crime", "mishap", "death")) and _near(spans, party) is not None
    )


def apart(spans: Spans, party: Party, since: int) -> Span | None:
    """Of somebody else: «so glad we order from X» after what was said (from token ``since`` on), and where X is only
    what an arena or a cup is called."""
    for cue in spans.get("refuge", ()):
        if cue.start >= since and any(0 <= named.start - cue.end < ELSEWHERE for named in party.brand):
            return cue
    if not party.brand or not (cues := spans.get("arena")) or "blame" in spans:
        return None
    beside = {at for cue in cues for at in (cue.start, cue.end)}
    return cues[0] if all(named.start in beside or named.end in beside for named in party.brand) else None


def _near(spans: Spans, party: Party) -> Span | None:
    """«near the X supermarket»: a cue a few tokens before the brand."""
    cues = spans.get("near", ())
    if not party.brand:
        return cues[0] if cues else None
    return next((cue for cue in cues for named in party.brand if 0 <= named.start - cue.end < NEAR), None)


def _helps(spans: Spans, party: Party) -> Span | None:
    """«X hands out water to the victims»: the brand, then the deed, then whom it is for."""
    for cue in spans.get("help", ()):
        if party.brand and not any(0 <= cue.start - named.end < SUBJECT for named in party.brand):
            continue
        if any(cue.start < victim.end and victim.start - cue.end < HELPED for victim in spans.get("victim", ())):
            return cue
    return None


def _warns(spans: Spans, party: Party) -> Span | None:
    """«X warns its customers of scammers», «fraud alert from X»."""
    cues = spans.get("warn", ())
    if not party.known:
        return next((cue for cue in cues for who in spans.get("person", ()) if 0 <= who.start - cue.end < 3), None)
    return next(
        (
            cue
            for cue in cues
            for named in party.brand
            if 0 <= cue.start - named.end < NEAR or named.start - cue.end == 1
        ),
        None,
    )


def _rivals(matter: Matter, spans: Spans, party: Party) -> Span | None:
    """The last party named before the matter is who did it; after «unlike» or «switched to» it is not the brand."""
    for cue in spans.get("elsewhere", ()):
        if any(0 <= named.start - cue.end < ELSEWHERE for named in party.brand):
            return cue
    if not party.rivals:
        return None
    before = [(span.start, rival) for rival, spans_ in ((True, party.rivals), (False, party.brand)) for span in spans_]
    earlier = [each for each in before if each[0] <= matter.span.start]
    nearest = max(earlier) if earlier else min(before)
    return next(span for span in party.rivals if span.start == nearest[0]) if nearest[1] else None
