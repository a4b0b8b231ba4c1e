"""What the rules hear in a text: which grave matters it names, at whom they are aimed, how they are told, whether
somebody complains. Total and linear in the text's length; what each figure stands on is kept as words."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from tocsin.domain.brand import Brand
from tocsin.domain.complaints import complaint_of
from tocsin.domain.matching import TermMatcher
from tocsin.domain.matter_aim import LOWERED, NOBODY, Party, aim_of, apart, helps, stands_by
from tocsin.domain.matter_claim import WEIGHT, claim_of
from tocsin.domain.matter_words import TOKEN, Lexicon, Span, cleaned, fold, lexicon
from tocsin.domain.matters import BRAND, Matter, rules
from tocsin.domain.own_matters import own_matters
from tocsin.domain.reading import GRAVE, Aim, Claim
from tocsin.domain.severity_stands import CLOSE

MAX_EVIDENCE = 200
CHARGED = 0.45
"""Severity from which the gravest matter decides, however it is aimed; below it the one first thought of."""
OPEN, SETTLED = 0.65, 0.72
"""What is nearly grave by its words is grave in a negative tone."""
NO_COMPLAINT = 0.5
"""Share left of a complaint where it is of another, or where a grave charge asks for nothing to be mended."""
JOKING = 0.4
"""With a surer complaint than this a figure of speech is no joke."""
ORDINARY = 0.5
"""What an everyday topic of the brand's trade (`ordinary_topics`) keeps of its severity."""
SERIOUS = frozenset(
    "poison hospital ill injury foreign blaze allergy death crash recall tamper leaked leak hack mock expel hatred "
    "abuse violence fraud cheat bribe arrest harassment strike crime mishap impersonate extort boycott leave share "
    "slavery pollute insider aggressor authority sanction rumour labour language_insult slight mourning stolen vermin "
    "unsafe outage price service maim substance vend raid naming shelter spycam donation waraid boss veteran rodent "
    "private bodypart drunk abscond series forged threat lowstars agency hearsay faulty genuine forgery".split()
)
"""Without one of these nothing is grave and nothing more is looked at."""
DENIABLE = SERIOUS - set(
    "leave share authority sanction rumour outage price service expel language_insult unsafe recall private boss "
    "veteran bodypart".split()
)
CLOSING = 8
"""Tokens at a text's end in which it says to whom the writer went instead."""
STILL = frozenset(
    {"only", "just", "solo", "solamente", "тільки", "лише", "только", "лишь", "nur", "bloß", "bloss", "doubt"}
)
"""«Not only poisoned» denies nothing."""

NEARLY = frozenset({"ледь", "ледве", "мало", "трохи", "чуть", "едва"})
"""«Ледь не помер» is *nearly* died."""


class Judged(NamedTuple):
    """``cues``: the words that moved each figure, by its name."""

    severity: float = 0.0
    topics: tuple[str, ...] = ()
    scenario: str | None = None
    aim: Aim = Aim.BRAND
    claim: Claim = Claim.CLAIM
    complaint: float = 0.0
    evidence: str | None = None
    firm: bool = False
    cues: Mapping[str, tuple[str, ...]] = MappingProxyType({})


class Ruled(NamedTuple):
    """``judged``: by the rules alone; ``tokens`` folded, ``clean``: the text that they were cut from."""

    judged: Judged
    clean: str
    tokens: list[str]
    spans: dict[str, list[Span]]
    weight: int | None


Meaning = Callable[[Lexicon], tuple[list[str], dict[str, list[Span]], int]]
"""The folded tokens of a text, where each concept of a lexicon stands among them, and what they weigh to the head."""


class _Weighed(NamedTuple):
    severity: float
    matter: Matter
    aim: Aim
    aim_cue: Span | None
    claim: Claim
    claim_cue: Span | None


def ruled(
    text: str,
    language: str,
    brand: Brand | None = None,
    *,
    news: bool = False,
    negative: bool = False,
    meaning: Meaning | None = None,
) -> Ruled:
    """``news``: it stands in a news outlet; ``negative``: its tone, which settles what the words leave open;
    ``meaning``: of ``text``, which was cleaned before."""
    weight: int | None = None
    if meaning is not None:
        clean = text
        tokens, spans, weight = meaning(lexicon(language))
    else:
        clean = cleaned(text)
        tokens = TOKEN.findall(fold(clean))
        spans = lexicon(language).hear_tokens(tokens)
    serious = not SERIOUS.isdisjoint(spans)
    complaint = complaint_of(spans, len(tokens), serious=serious, about_brand=brand is not None)
    if not serious and not (brand is not None and brand.matters):
        told = ("help" in spans and "victim" in spans) or "refuge" in spans or "arena" in spans
        party = _party(clean, brand) if told and brand is not None else NOBODY
        judged = _nothing(spans, tokens, party, complaint)
    else:
        judged = _judge_matters(clean, tokens, spans, brand, news, negative, complaint)
    return Ruled(judged, clean, tokens, spans, weight)


def _judge_matters(
    clean: str,
    tokens: list[str],
    spans: dict[str, list[Span]],
    brand: Brand | None,
    news: bool,
    negative: bool,
    complaint: float,
) -> Judged:
    _without_aid(spans)
    party = _party(clean, brand)
    denied = _without_denied(tokens, spans)
    if party.brand:
        spans[BRAND] = list(party.brand)
    matters = rules().matters(spans)
    if brand is not None and brand.matters:
        matters = sorted((*matters, *own_matters(tokens, brand.matters)), key=lambda matter: -matter.severity)
    weighed = _weighed(matters, spans, tokens, party, brand, news=news, negative=negative)
    worst = max(weighed, key=lambda one: (one.severity, one.matter.severity), default=None)
    if worst is None or (denied is not None and worst.severity < CHARGED and weighed[0].aim is Aim.BRAND):
        cues = {"claim": (words_of(clean, denied),)} if denied is not None else {}
        return _nothing(spans, tokens, party, complaint, Claim.DENIAL if denied is not None else None, cues)
    told = worst if worst.severity >= CHARGED else weighed[0]
    if told.aim is not Aim.BRAND or (told.severity >= OPEN and "demand" not in spans):
        complaint = round(complaint * NO_COMPLAINT, 3)
    evidence = words_of(clean, told.matter.span)
    cues = {"severity": (evidence,)}
    if told.aim_cue is not None:
        cues["aim"] = (words_of(clean, told.aim_cue),)
    if told.claim_cue is not None:
        cues["claim"] = (words_of(clean, told.claim_cue),)
    return Judged(
        severity=round(told.severity, 3),
        topics=tuple(dict.fromkeys(matter.topic for matter in matters)),
        scenario=_scenario(told.matter, spans),
        aim=told.aim,
        claim=told.claim,
        complaint=complaint,
        evidence=evidence,
        firm=told.matter.firm,
        cues=cues,
    )


def _weighed(
    matters: list[Matter],
    spans: dict[str, list[Span]],
    tokens: list[str],
    party: Party,
    brand: Brand | None,
    *,
    news: bool,
    negative: bool,
) -> list[_Weighed]:
    """Each matter with its aim, its claim and what is left of its severity, in the same order."""
    ordinary = frozenset(topic.casefold() for topic in brand.ordinary_topics) if brand is not None else frozenset()
    copied = any(matter.topic == "impersonation" for matter in matters) and not _is_called_a_cheat(spans, party)
    weighed = []
    for matter in matters:
        if copied and matter.topic == "fraud" and matter.concepts:  # the client's own has none and stands
            continue  # the forged site is somebody else's fraud
        aim, aim_cue = aim_of(matter, spans, party)
        claim, claim_cue = claim_of(matter, spans, tokens, news=news)
        if aim is Aim.WARNS:
            claim, claim_cue = Claim.CLAIM, None
        severity = SETTLED if negative and OPEN <= matter.severity < GRAVE else matter.severity
        severity *= WEIGHT[claim]
        if aim is not Aim.BRAND:
            severity = min(severity, LOWERED)
        if matter.topic in ordinary:
            severity *= ORDINARY
        weighed.append(_Weighed(severity, matter, aim, aim_cue, claim, claim_cue))
    return weighed


def _is_called_a_cheat(spans: dict[str, list[Span]], party: Party) -> bool:
    """To its face: «X are swindlers: a shop under their name ...»."""
    return any(
        0 <= cheat.start - named.end <= CLOSE or 0 <= named.start - cheat.end <= CLOSE
        for named in party.brand
        for cheat in spans.get("cheat", ())
    )


def _nothing(
    spans: dict[str, list[Span]],
    tokens: list[str],
    party: Party,
    complaint: float,
    claim: Claim | None = None,
    cues: Mapping[str, tuple[str, ...]] | None = None,
) -> Judged:
    """A text without a grave matter may still ask, joke, or tell of the brand's help."""
    if claim is None:
        asks = "ask" in spans and "?" in tokens
        joking = complaint < JOKING and (
            "suppose" in spans or "idiom" in spans or ("death" in spans and ("story" in spans or "laugh" in spans))
        )
        denies = "denial" in spans and not SERIOUS.isdisjoint(spans)
        claim = Claim.QUESTION if asks else Claim.DENIAL if denies else Claim.FICTION if joking else Claim.CLAIM
    aim = Aim.BRAND
    if party.brand and (helps(spans, party) or stands_by(spans, party)):
        aim = Aim.BESIDE
    elif apart(spans, party, len(tokens) - CLOSING) is not None:
        aim = Aim.OTHER
    return Judged(aim=aim, claim=claim, complaint=complaint, cues=cues or {})


def _scenario(matter: Matter, spans: dict[str, list[Span]]) -> str:
    """A supplier's deed is the supplier's scandal."""
    if matter.topic in {"harm", "labour", "fraud", "pollution"}:
        for span in spans.get("supplier", ()):
            if abs(span.start - matter.span.start) <= 10:
                return "supplier_scandal"
    return matter.scenario


def _without_aid(spans: dict[str, list[Span]]) -> None:
    """«Raised for drones» tells of no strike."""
    if "waraid" in spans and "strike" in spans:
        aid = {at for span in spans["waraid"] for at in range(span.start, span.end)}
        if strikes := [span for span in spans["strike"] if span.start not in aid]:
            spans["strike"] = strikes
        else:
            del spans["strike"]


def _without_denied(tokens: list[str], spans: dict[str, list[Span]]) -> Span | None:
    """Takes away what the text says did not happen; the first of it."""
    noes, nones = ({span.start for span in spans.get(concept, ())} for concept in ("no", "none"))
    noes = {at for at in noes if not at or tokens[at - 1] not in NEARLY}
    first = None
    if not noes and not nones:
        return None
    for concept in [each for each in spans if each in DENIABLE or (nones and each in {"private", "data", "stolen"})]:
        found = spans[concept]
        kept = []
        for span in found:
            at = span.start
            if (
                at - 1 in noes
                or not nones.isdisjoint(range(at - 4, at))
                or (at - 2 in noes and tokens[at - 1] not in STILL and tokens[at - 1].isalpha())
            ):
                first = first or Span(max(at - 2, 0), span.end)
            else:
                kept.append(span)
        if kept:
            spans[concept] = kept
        else:
            del spans[concept]
    return first


def _party(clean: str, brand: Brand | None) -> Party:
    """Where the brand and its competitors stand among the tokens."""
    if brand is None:
        return NOBODY
    starts = [match.start() for match in TOKEN.finditer(fold(clean))]
    named = _places(starts, TermMatcher(brand).spans(clean))
    rivals = _places(starts, rivals_of(brand).spans(clean)) if brand.competitors else ()
    return Party(named, rivals, known=True)


@lru_cache(maxsize=64)
def rivals_of(brand: Brand) -> TermMatcher:
    terms = tuple(dict.fromkeys(term for rival in brand.competitors for term in (rival.name, *rival.terms)))
    return TermMatcher(Brand(name=brand.name, terms=terms[:100]))


def _places(starts: list[int], found: tuple[tuple[int, int], ...]) -> tuple[Span, ...]:
    return tuple(
        Span(at, max(at + 1, bisect_left(starts, end)))
        for start, end in found
        if (at := max(0, bisect_right(starts, start) - 1)) < len(starts)
    )


def words_of(clean: str, span: Span) -> str:
    """The text from the first to the last token of a span, in one line."""
    begin = end = 0
    for at, match in enumerate(TOKEN.finditer(clean)):
        if at == span.start:
            begin = match.start()
        if at == span.end - 1:
            end = match.end()
            break
    return " ".join(clean[begin:end].split())[:MAX_EVIDENCE]
