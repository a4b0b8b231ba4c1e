"""Whether somebody complains: something went wrong for them, and they want it mended. Not every negative is that."""

from collections.abc import Mapping, Sequence
from math import exp

from tocsin.domain.matter_words import Span

COMPLAINT = {"me": 1.0, "you": 0.3, "failed": 1.7, "demand": 1.6, "thing": 0.8, "bought": 0.7, "politics": -1.4,
             "reporting": -1.0, "story": -0.6, "share": -0.8}  # fmt: skip
COMPLAINT_BASE = -3.1
HARMED = frozenset({"foreign", "vermin", "injury", "ill", "poison", "outage", "blaze"})
OUTRAGED, SHORT = 3.3, 12
"""What «who approved this, shame» adds to an answer of a few tokens: it is told to the brand's face."""
AGAIN = 0.5
"""Log-odds of a second cue of the same kind."""


def complaint_of(spans: Mapping[str, Sequence[Span]], tokens: int, *, serious: bool) -> float:
    """How surely somebody complains: something went wrong for them, or they ask for it to be mended."""
    if "failed" not in spans and "demand" not in spans and "outrage" not in spans:
        return 0.0
    log_odds = COMPLAINT_BASE
    if "outrage" in spans:
        log_odds += OUTRAGED if tokens <= SHORT and not serious else 0.8
    if not HARMED.isdisjoint(spans):
        log_odds += 1.0 if "demand" in spans else 0.4
    for concept, weight in COMPLAINT.items():
        if found := spans.get(concept):
            log_odds += weight + (AGAIN if len(found) > 1 and weight > 1 else 0)
    return round(1 / (1 + exp(-log_odds)), 3)
