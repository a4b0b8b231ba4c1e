"""How a grave matter is told: as a fact, or denied, asked, quoted, reported, made up."""

from tocsin.domain.matter_words import Span
from tocsin.domain.matters import Matter
from tocsin.domain.reading import Claim

WEIGHT = {
    Claim.CLAIM: 1.0,
    Claim.REPORT: 1.0,
    Claim.QUOTATION: 1.0,
    Claim.QUESTION: 0.6,
    Claim.DENIAL: 0.3,
    Claim.FICTION: 0.2,
}
"""A news report of the brand's guilt weighs full: it is what everybody will read."""
MADE_UP = frozenset({"death", "harm", "disaster", "staff", "tampering"})
"""Matters of which films and games are full."""
DENIED, TOLD, SUPPOSED = 10, 8, 10
"""Tokens between a cue and the matter."""
QUOTED = 4
"""Fewer tokens between quotation marks are a name or irony."""
OPENING, CLOSING = frozenset('«“„"'), frozenset('»”“"')

Spans = dict[str, list[Span]]


def claim_of(matter: Matter, spans: Spans, tokens: list[str], *, news: bool) -> tuple[Claim, Span | None]:
    """The claim, and the words that told it."""
    here = matter.span
    first, last = _sentence(tokens, here)
    if tokens[last - 1 : last] == ["?"] and (cue := _asked(spans, first, last)):
        return Claim.QUESTION, cue
    if matter.topic != "impersonation" and (cue := _beside(spans.get("denial", ()), here, DENIED)):
        return Claim.DENIAL, cue
    for cue in spans.get("suppose", ()):
        if 0 <= here.start - cue.end <= SUPPOSED:
            return Claim.FICTION, cue
    if matter.topic in MADE_UP:
        if cue := _beside(spans.get("story", ()), here, TOLD):
            return Claim.FICTION, cue
        if (matter.struck or not matter.firm) and (laugh := spans.get("laugh")):
            return Claim.FICTION, laugh[0]
    if cue := _quoted(tokens, here):
        return Claim.QUOTATION, cue
    if reporting := spans.get("reporting"):
        return Claim.REPORT, reporting[0]
    return (Claim.REPORT if news else Claim.CLAIM), None


def _beside(cues: "list[Span] | tuple[()]", here: Span, within: int) -> Span | None:
    for cue in cues:
        apart = cue.start - here.end if cue.start >= here.end else here.start - cue.end
        if 0 <= apart <= within:
            return cue
    return None


def _asked(spans: Spans, first: int, last: int) -> Span | None:
    for cue in spans.get("ask", ()):
        if first <= cue.start < last:
            return cue
    return next((cue for cue in spans.get("auxiliary", ()) if cue.start == first), None)


def _sentence(tokens: list[str], here: Span) -> tuple[int, int]:
    first, last = here.start, here.end
    while first and tokens[first - 1] not in {".", "!", "?", "\n"}:
        first -= 1
    while last < len(tokens) and tokens[last - 1] not in {".", "!", "?", "\n"}:
        last += 1
    return first, last


def _quoted(tokens: list[str], here: Span) -> Span | None:
    """Quotation marks around the matter and a few words more."""
    start = next((at for at in range(here.start - 1, max(-1, here.start - 40), -1) if tokens[at] in OPENING), None)
    end = next((at for at in range(here.end, min(len(tokens), here.end + 40)) if tokens[at] in CLOSING), None)
    if start is None or end is None or end - start <= QUOTED:
        return None
    return Span(start, start + 1)
