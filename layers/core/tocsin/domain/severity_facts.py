"""What the last step of severity looks at beside the head: how far the rules and the tone already go."""

from tocsin.domain.reading import GRAVE, Aim, Claim
from tocsin.domain.severity_rules import Judged

CHARGE = 0.45
BRIEF = 16
"""Tokens up to which a post has little room for the rules to mistake one matter's words for another's."""
AGAINST = 0.2
"""Score beyond which a tone is negative or positive."""


def facts_of(judged: Judged, tone: float, tokens: int) -> dict[str, float]:
    """What holds, with its size; ``tone``: score from -1 to 1, ``tokens``: how long the text is."""
    facts = {"tone": tone}
    severity = judged.severity
    if brief := tokens <= BRIEF:
        facts["brief"] = 1.0
    if severity > 0:
        facts["grave" if severity >= GRAVE else "charge" if severity >= CHARGE else "slight"] = 1.0
        if brief and severity >= GRAVE:
            facts["brief and grave"] = 1.0
        if judged.firm:
            facts["firm"] = 1.0
    if judged.complaint:
        facts["complains"] = judged.complaint
    if tone <= -AGAINST:
        facts["against"] = 1.0
    elif tone >= AGAINST:
        facts["praised"] = 1.0
    if judged.aim is not Aim.BRAND:
        facts[f"aim {judged.aim.value}"] = 1.0
    if judged.claim in (Claim.REPORT, Claim.QUOTATION):
        facts["reported"] = 1.0
    elif judged.claim is not Claim.CLAIM:
        facts[f"told as {judged.claim.value}"] = 1.0
    return facts
