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
from tocsin.domain.severity_head import HEARD, Head, Heard, head
from tocsin.domain.severity_rules import ORDINARY, Judged, Meaning, Ruled, ruled, words_of
from tocsin.domain.severity_stands import places_of, stands

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
    "service_outage": "outage",
}  # fmt: skip
"""What a scenario that only the head heard is about."""
BEFALLS = frozenset({"product_tampering", "coordinated_attack", "disaster", "data_leak"})
"""Scenarios that are grave though they befell the brand: customers are in danger, or the brand must act."""
DONE_TO_IT = frozenset({"product_tampering", "coordinated_attack"})
LOWERING = (Claim.DENIAL, Claim.QUESTION, Claim.FICTION)
AIMS = tuple((HEARD.index(each.value), f"aim {each.value}", each) for each in Aim if each is not Aim.BRAND)
AIMS_OF_NONE = tuple(each for each in AIMS if each[2] is not Aim.OTHER)
"""Where no brand is known, nobody is another than it."""
CLAIMS = tuple((HEARD.index(each.value), f"told as {each.value}", each) for each in LOWERING)
AIMED = slice(min(place for place, *_ in (*AIMS, *CLAIMS)), max(place for place, *_ in (*AIMS, *CLAIMS)) + 1)
HALF = 0.5
"""Chance from which somebody complains."""
UNHEARD, COULD_BE = -2.5, 0.4
"""Log-odds below which the head does not believe a complaint of the rules, and what is left of its chance: stars may
still make one of it."""
SURER, TOLD_SO = 1.0, 0.5
"""Log-odds above which the head must be of an aim where the rules hear a grave matter and do not hear that, and of a
way of telling: jest is against nobody."""
ACCUSING = frozenset({"cheat>@", "cheat<@", "beware>@", "beware<@", "blame>@"})
"""Signs that the brand is called a cheat or to blame, or others are told to keep away from it."""
ACCUSED = 3.0
"""Log-odds above which the head must be of an aim there."""
TONELESS, DOUBTED = -0.1, 0.75
"""Above which tone nobody is blamed, and by how much the head alone is believed less there: plain news of a brand that
does something outnumber grave facts told without any feeling."""
FEWEST = 5
"""Tokens below which a text hardly tells whose deed it was: there, too."""
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
    meaning: Meaning | None = None,
) -> Judged:
    """``news``: it stands in a news outlet; ``negative`` and ``tone`` (-1 to 1): how it sounds, which settles what the
    words leave open; ``meaning``: of ``text``, which was cleaned before."""
    said = ruled(text, language, brand, news=news, negative=negative, meaning=meaning)
    return settled(said, brand, tone, head())


def settled(said: Ruled, brand: Brand | None, tone: float, model: Head) -> Judged:
    """What the rules and the head say together."""
    judged, tokens = said.judged, said.tokens
    severity, count = judged.severity, len(tokens)
    # in a few words the rules' words can hardly stand together by chance: only of whom they are said is left open
    certain = severity >= GRAVE and _is_brief(tokens)
    heard, accused = _heard(said, brand, model)
    lanes, facts = heard.lanes, facts_of(judged, tone, count)
    sure = model.decide("grave", heard.most, facts)  # which is enough where it says no
    if sure > 0 or severity > LOWERED:
        sure = model.decide("grave", heard.figures, facts)
    if tone > TONELESS and severity <= LOWERED:
        sure -= DOUBTED
    if judged.complaint >= HALF or (tone < 0 and count >= FEWEST):
        judged = _complaining(judged, model.decide("complaint", lanes, facts))
    if max(lanes[AIMED]) > SLIGHT:
        aims = AIMS if brand is not None else AIMS_OF_NONE
        judged = _turned(judged, sure, lanes, facts, model, aims, accused=accused or count < FEWEST)
    if (sure <= 0 and severity <= LOWERED) or _is_own(judged, brand):
        return judged
    aim, scenario = judged.aim, heard.scenario
    excused = aim is not Aim.BRAND and not (aim is Aim.STRUCK and scenario in BEFALLS)
    if sure <= 0 or judged.severity >= GRAVE:
        top = LOWERED if excused else MOST if certain or sure > DOUBT else REFUTED
        if judged.severity > top:
            return judged._replace(severity=top)
        if judged.severity >= GRAVE and judged.scenario in TOPIC and not certain:
            judged = judged._replace(scenario=scenario)  # of a longer post the words tell that better than rules
        return _by_whom(judged)
    topics = judged.topics or (TOPIC[scenario],)
    severity = GRAVE + (MOST - GRAVE) * (1 - exp(-sure / 2))
    if brand is not None and not set(brand.ordinary_topics).isdisjoint(topics):
        severity *= ORDINARY
    if excused:
        return judged if judged.severity <= LOWERED else judged._replace(severity=LOWERED)
    evidence = words_of(said.clean, model.evidence(said.tokens))
    return _by_whom(
        judged._replace(
            severity=round(severity, 3),
            topics=topics,
            scenario=scenario,
            evidence=evidence,
            firm=True,
            cues={**judged.cues, "severity": (evidence,)},
        )
    )


def _heard(said: Ruled, brand: Brand | None, model: Head) -> tuple[Heard, bool]:
    """What the head hears, and whether the brand is accused to its face."""
    accused = False
    tokens, concepts = said.tokens, [concept for concept in said.spans if concept != BRAND]
    named: list[str] = []
    if brand is not None:
        places = places_of(tokens, brand.terms)
        signs = stands(tokens, said.spans, places)
        accused = not ACCUSING.isdisjoint(signs)
        concepts += signs
        named = [tokens[at] for at in places]  # whose sound tells nothing
    return model.hear(tokens, concepts, said.clean, weight=said.weight, but=named), accused


def _complaining(judged: Judged, chance: float) -> Judged:
    """With the complaint that the head hears, or without the one that it clearly does not believe; ``chance``: its
    log-odds."""
    if judged.complaint >= HALF:
        return judged._replace(complaint=COULD_BE) if chance < UNHEARD else judged
    return judged._replace(complaint=round(1 / (1 + exp(-chance)), 3)) if chance > 0 else judged


def _by_whom(judged: Judged) -> Judged:
    """Somebody else poisons the goods, and floods the ratings: that befalls the brand, however grave it is."""
    if judged.severity >= GRAVE and judged.aim is Aim.BRAND and judged.scenario in DONE_TO_IT:
        return judged._replace(aim=Aim.STRUCK)
    return judged


def _turned(
    judged: Judged,
    sure: float,
    lanes: list[float],
    facts: dict[str, float],
    model: Head,
    aims: tuple[tuple[int, str, Aim], ...],
    *,
    accused: bool,
) -> Judged:
    """With the aim and the way of telling that the head is surer of than that it is grave."""
    aim, claim = judged.aim, judged.claim
    least = ACCUSED if accused else SURER if judged.severity >= GRAVE else 0.0
    most = max(sure, least)
    if aim is Aim.BRAND:
        for place, figure, other in aims:
            if lanes[place] > SLIGHT and (likelier := model.decide(figure, lanes, facts)) > most:
                aim, most = other, likelier
    most = max(sure, TOLD_SO)
    if claim not in LOWERING:
        for place, figure, told in CLAIMS:
            if lanes[place] > SLIGHT and (likelier := model.decide(figure, lanes, facts)) > most:
                claim, most = told, likelier
    return judged._replace(aim=aim, claim=claim)


def _is_brief(tokens: list[str]) -> bool:
    """By words: what is said in three short cries is no longer for their marks."""
    return len(tokens) <= BRIEF or sum([token[0].isalnum() for token in tokens]) <= BRIEF


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
