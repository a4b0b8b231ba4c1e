"""Whether somebody complains: something went wrong for them, and they want it mended. Not every negative is that.

Most complaints are told as plain facts, without a word of feeling: so what counts is which facts stand together."""

from collections.abc import Mapping, Sequence
from math import exp

from tocsin.domain.matter_words import Span

COMPLAINT = {"me": 1.0, "you": 0.3, "failed": 1.0, "demand": 1.2, "thing": 0.8, "bought": 0.7, "flop": 2.7,
             "beware": 2.4, "lasting": 0.6, "chorus": 1.4, "politics": -1.4, "reporting": -1.0, "story": -0.6,
             "share": -0.8, "settled": -1.8}  # fmt: skip
COMPLAINT_BASE = -3.0
NAMED = 0.6
"""There is a brand to complain of."""
UNSERVED, WITHIN = 1.8, 5
"""«Nobody answers», «kommt nicht»: a service beside a no, so many tokens apart at most."""
SPOILT = 0.8
"""«Cold» is the weather; a cold meal is not."""
FACTS = frozenset({"failed", "demand", "outrage", "flop", "beware"})
HARMED = frozenset({"foreign", "vermin", "injury", "ill", "poison", "outage", "blaze"})
OUTRAGED, SHORT = 3.3, 12
"""What «who approved this, shame» adds to an answer of a few tokens: it is told to the brand's face."""
AGAIN = 0.5
"""Log-odds of a second cue of the same kind."""


def complaint_of(
    spans: Mapping[str, Sequence[Span]], tokens: int, *, serious: bool, about_brand: bool = False
) -> float:
    """How surely somebody complains: something went wrong for them, or they ask for it to be mended."""
    served = spans.get("serve", ())
    unserved = _beside(served, (*spans.get("unable", ()), *spans.get("chorus", ()))) if served else False
    if not unserved and FACTS.isdisjoint(spans):
        return 0.0
    log_odds = COMPLAINT_BASE + NAMED * about_brand + UNSERVED * unserved
    if "outrage" in spans:
        log_odds += OUTRAGED if tokens <= SHORT and not serious else 0.8
    if not HARMED.isdisjoint(spans):
        log_odds += 1.0 if "demand" in spans else 0.4
    if "failed" in spans and "thing" in spans:
        log_odds += SPOILT
    for concept, weight in COMPLAINT.items():
        if found := spans.get(concept):
            log_odds += weight + (AGAIN if len(found) > 1 and weight > 1 else 0)
    return round(1 / (1 + exp(-log_odds)), 3)


def _beside(services: Sequence[Span], noes: Sequence[Span]) -> bool:
    return any(-WITHIN <= service.start - no.start <= WITHIN for no in noes[:8] for service in services[:8])
