"""How grave a text is for a brand: what the rules hear (severity_rules.py), weighed with what its words say to a
trained head (severity_head.py). Total and linear in the text's length; docs/severity.md."""

from math import exp

from tocsin.domain.brand import Brand
from tocsin.domain.complaints import COMPLAINT
from tocsin.domain.matter_aim import LOWERED
from tocsin.domain.matter_words import Span
from tocsin.domain.matters import BRAND
from tocsin.domain.reading import GRAVE, Aim, Claim
from tocsin.domain.severity_facts import BRIEF, facts_of
from tocsin.domain.severity_head import HEARD, Head, head
from tocsin.domain.severity_rules import ORDINARY, Judged, Ruled, ruled, words_of

REFUTED, DOUBT = 0.65, -1.0
"""The most that rules weigh which the head does not believe, and the log-odds below which it does not."""
MOST = 0.95
SHOWN = 6
"""Words that are named as having weighed most."""
TOPIC = {
    "product_harm": "harm", "product_tampering": "tampering", "data_leak": "leak", "employee_misconduct": "staff",
    "management_misconduct": "management", "offensive_content": "discrimination", "executive_statement": "management",
    "coordinated_attack": "coordinated", "boycott": "boycott", "labour_conflict": "labour",
    "supplier_scandal": "labour", "disaster": "disaster", "whistle_blower": "whistle", "war_ties": "war",
}  # fmt: skip
"""What a scenario that only the head heard is about."""
BEFALLS = frozenset({"product_tampering", "coordinated_attack", "disaster"})
"""Scenarios that are grave though they befell the brand: customers are in danger, or the brand must act."""
LOWERING = (Claim.DENIAL, Claim.QUESTION, Claim.FICTION)
AIMS = tuple((HEARD.index(each.value), f"aim {each.value}", each) for each in Aim if each is not Aim.BRAND)
CLAIMS = tuple((HEARD.index(each.value), f"told as {each.value}", each) for each in LOWERING)
SLIGHT = -2.0
"""Log-odds of the words below which an aim or a way of telling is not looked at."""


def judge(
    text: str,
    language: str,
    brand: Brand | None = None,
    *,
    news: bool = False,
    negative: bool = False,
    tone: float = 0.0,
) -> Judged:
    """``news``: it stands in a news outlet; ``negative`` and ``tone`` (-1 to 1): how it sounds, which settles what the
    words leave open."""
    return settled(ruled(text, language, brand, news=news, negative=negative), brand, tone, head())


def settled(said: Ruled, brand: Brand | None, tone: float, model: Head) -> Judged:
    """What the rules and the head say together."""
    judged = said.judged
    if judged.severity >= GRAVE and len(said.tokens) <= BRIEF:
        return judged  # in a few words the rules' words can hardly stand together by chance
    concepts = [concept for concept in said.spans if concept != BRAND]
    heard = model.hear(said.tokens, concepts)
    facts = facts_of(judged, tone, len(said.tokens))
    sure = model.decide("grave", heard, facts)
    aim, claim = judged.aim, judged.claim
    most = max(sure, 0.0)
    if aim is Aim.BRAND:
        for place, figure, other in AIMS:
            if heard.figures[place] > SLIGHT and (likelier := model.decide(figure, heard, facts)) > most:
                aim, most = other, likelier
    most = max(sure, 0.0)
    if claim not in LOWERING:
        for place, figure, told in CLAIMS:
            if heard.figures[place] > SLIGHT and (likelier := model.decide(figure, heard, facts)) > most:
                claim, most = told, likelier
    judged = judged._replace(aim=aim, claim=claim)
    if _is_own(judged, brand):
        return judged
    if sure <= 0 or judged.severity >= GRAVE:
        top = LOWERED if aim is not Aim.BRAND else MOST if sure > DOUBT else REFUTED
        return judged if judged.severity <= top else judged._replace(severity=top)
    scenario = heard.scenario
    topics = judged.topics or (TOPIC[scenario],)
    severity = GRAVE + (MOST - GRAVE) * (1 - exp(-sure / 2))
    if brand is not None and not set(brand.ordinary_topics).isdisjoint(topics):
        severity *= ORDINARY
    if aim is not Aim.BRAND and scenario not in BEFALLS:
        return judged if judged.severity <= LOWERED else judged._replace(severity=LOWERED)
    evidence = words_of(said.clean, model.evidence(said.tokens))
    return judged._replace(
        severity=round(severity, 3),
        topics=topics,
        scenario=scenario,
        evidence=evidence,
        firm=True,
        cues={**judged.cues, "severity": (evidence,)},
    )


def _is_own(judged: Judged, brand: Brand | None) -> bool:
    """Is it a matter of the client's own file? That is as grave as the file says."""
    return brand is not None and bool(judged.topics) and any(own.topic == judged.topics[0] for own in brand.matters)


def explain(
    text: str, language: str, brand: Brand | None = None, *, news: bool = False, tone: float = 0.0
) -> dict[str, tuple[str, ...]]:
    """The words that moved severity, aim, claim and complaint."""
    said = ruled(text, language, brand, news=news)
    judged = settled(said, brand, tone, head())
    words = tuple(
        dict.fromkeys(
            words_of(said.clean, span)
            for concept in (*COMPLAINT, "outrage", "serve")
            if judged.complaint
            for span in said.spans.get(concept, ())[:5]
        )
    )
    weighed = _weightiest(said, head())
    return {
        **judged.cues,
        **({"complaint": words} if words else {}),
        **({"weighed": weighed} if weighed and judged.severity >= GRAVE else {}),
    }


def _weightiest(said: Ruled, model: Head) -> tuple[str, ...]:
    """The words that weighed most for *grave*, as they are written in the text."""
    pushes = model.pushes(said.tokens)
    order = sorted(range(len(pushes)), key=lambda at: -pushes[at])[:SHOWN]
    return tuple(dict.fromkeys(words_of(said.clean, Span(at, at + 1)) for at in order if pushes[at] > 0))
