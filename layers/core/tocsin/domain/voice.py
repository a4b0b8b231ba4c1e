"""Who may be speaking: hypotheses with their evidence and a confidence, never an accusation.

Employee and former employee only where people say it of themselves: whistle-blowers are protected, and nobody who
keeps silent about themselves is guessed. A competitor is for a person to judge. Nothing is inferred about health,
faith, politics or origin. What is known of an author is `domain.author_record`.
"""

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from tocsin.domain.author_record import AuthorRecord
from tocsin.domain.brand import Brand
from tocsin.domain.clues import Clue, ClueKind, clue
from tocsin.domain.mention import Author, Medium
from tocsin.domain.outlets import host_of, is_everybodys, tier_of
from tocsin.domain.reading import ScoredMention
from tocsin.domain.tokens import clean

LARGE_VOICE, TOP_VOICE = 10_000, 100_000
"""Followers."""
_LOOKED_AT = 4_000
_NEAR = 80
"""Characters within which the brand must be named for «I work at» to mean it."""
_CLAUSE = re.compile(
    r"[.!?;,\n](?=\s)| (?:and|but|і|й|та|але|и|но|y|pero|und|aber) (?!\w+\Z)| (?:i|i've|we|я|ми|мы|yo|ich|wir) "
)
_NUMBERED = re.compile(
    r"(?:user|guest|anon\w*|id|користувач|гость|usuario)?[._-]?\d{5,}|anon\w*|\w{1,3}\d{6,}", re.IGNORECASE
)


class Voice(StrEnum):
    CUSTOMER = "customer"
    EMPLOYEE = "employee"
    FORMER_EMPLOYEE = "former_employee"
    JOURNALIST = "journalist"
    OUTLET = "outlet"
    INFLUENCER = "influencer"
    ACTIVIST = "activist"
    REGULATOR = "regulator"
    COMPETITOR = "competitor"
    TROLL = "troll"
    COORDINATED = "coordinated"
    """A bot, or one of many who act together."""
    ANONYMOUS = "anonymous"


class Hypothesis(NamedTuple):
    """``confidence`` 0-1, a matter of judgement and not of frequency. ``evidence``: what speaks for it, in English,
    with the author's own words between «»; ``clue``: the same for readers of any language. ``needs_human``: it is not
    to be shown as more than a question."""

    voice: Voice
    confidence: float
    evidence: str
    clue: Clue
    needs_human: bool = False


def voices_of(
    scored: ScoredMention, record: AuthorRecord | None = None, brand: Brand | None = None
) -> tuple[Hypothesis, ...]:
    """What the author of a mention may be, likeliest first; at most one hypothesis a class, none without evidence."""
    best: dict[Voice, Hypothesis] = {}
    for found in _all(scored, record, brand):
        if found.voice not in best or found.confidence > best[found.voice].confidence:
            best[found.voice] = found
    return tuple(sorted(best.values(), key=lambda found: (-found.confidence, found.voice)))


def _all(scored: ScoredMention, record: AuthorRecord | None, brand: Brand | None) -> Iterator[Hypothesis]:
    mention = scored.mention
    text = " ".join(clean(mention.words[:_LOOKED_AT]).casefold().split())
    yield from _said(text, brand)
    yield from _named(mention.author, mention.url, mention.medium, brand)
    if mention.rating is not None or mention.medium is Medium.REVIEW:
        yield Hypothesis(Voice.CUSTOMER, 0.6, "it is a review", clue(ClueKind.REVIEWS))
    followers = mention.author.followers
    if followers is not None and followers >= LARGE_VOICE:
        sure = 0.8 if followers >= TOP_VOICE else 0.5
        yield Hypothesis(Voice.INFLUENCER, sure, f"{followers:,} followers", clue(ClueKind.FOLLOWERS, followers))
    if record is not None:
        yield from _known(record, text)


def _said(text: str, brand: Brand | None) -> Iterator[Hypothesis]:
    """What the author says of themselves, in words."""
    cues = _cues()
    for voice in (Voice.FORMER_EMPLOYEE, Voice.EMPLOYEE):
        for match in cues.said[voice].finditer(text):
            if cues.negated.search(text[max(0, match.start() - 25) : match.start()]):
                continue
            here = _here(_CLAUSE.split(text[match.start() : match.end() + _NEAR], maxsplit=1)[0], brand)
            words = text[match.start() : match.end() + 40].strip()
            if here is not False:
                yield _says(voice, 0.8 if here else 0.4, words, needs_human=True)
    for voice, sure in ((Voice.CUSTOMER, 0.7), (Voice.JOURNALIST, 0.6), (Voice.ACTIVIST, 0.5)):
        if said := cues.said[voice].search(text):
            yield _says(voice, sure, text[said.start() : said.end() + 40].strip())


def _here(near: str, brand: Brand | None) -> bool | None:
    """Whether it is this brand that they mean; None when no brand is known, so that nothing speaks for or against."""
    if beside := _cues().beside.search(near):
        near = near[: beside.start()]  # what a place lies beside is not where they work
    if _cues().here.search(near):
        return True
    if brand is None:
        return False if beside else None
    # The first letters of a name are enough: it inflects. Those who work elsewhere are no employees of the brand.
    return any(name.casefold()[: max(4, len(name) - 2)] in near for name in (brand.name, *brand.terms))


def _named(author: Author, url: str | None, medium: Medium | None, brand: Brand | None) -> Iterator[Hypothesis]:
    """What their name, handle and address say; anybody may call themselves anything, so only addresses are sure."""
    cues = _cues()
    name = " ".join(clean(part).casefold() for part in (author.name, author.handle) if part).replace("_", " ")
    addresses = [each for each in (author.url, url if medium in {Medium.NEWS, None} else None) if each]
    hosts = [host for each in addresses if (host := host_of(each)) and not is_everybodys(host)]
    tier = min((found for each in addresses if (found := tier_of(each)) is not None), default=None)
    if tier is not None:
        host = host_of(addresses[0])
        listed = clue(ClueKind.LISTED_OUTLET, host)
        yield Hypothesis(Voice.OUTLET, 0.95 if tier < 3 else 0.8, f"{host} is a listed outlet", listed)
    elif medium is Medium.NEWS:
        yield Hypothesis(Voice.OUTLET, 0.7, "it came from a news source", clue(ClueKind.NEWS_SOURCE))
    elif cues.outlet.search(name):
        yield _called(Voice.OUTLET, 0.6 if author.verified else 0.4, name)
    if cues.journalist.search(name):
        yield _called(Voice.JOURNALIST, 0.8 if author.verified else 0.6, name)
    if any(cues.authority.search(host) for host in hosts):
        yield Hypothesis(Voice.REGULATOR, 0.9, f"writes from {hosts[0]}", clue(ClueKind.WRITES_FROM, hosts[0]))
    elif cues.regulator.search(name):
        yield _called(Voice.REGULATOR, 0.7 if author.verified else 0.4, name)
    if cues.activist.search(name):
        yield _called(Voice.ACTIVIST, 0.6, name)
    for rival in brand.competitors if brand is not None else ():
        called = [term for term in (rival.name, *rival.terms) if len(term) > 2 and _holds(name, term.casefold())]
        if called:
            like = clue(ClueKind.CALLED_LIKE, rival.name, name[:80])
            evidence = f"is called like {rival.name}: «{name[:80]}»"
            yield Hypothesis(Voice.COMPETITOR, 0.5, evidence, like, needs_human=True)
    if not (author.id or author.handle or author.name or author.url):
        yield Hypothesis(Voice.ANONYMOUS, 0.9, "the source names no author", clue(ClueKind.NAMELESS))
    elif author.handle and _NUMBERED.fullmatch(author.handle) and (author.name or author.handle) == author.handle:
        yield Hypothesis(Voice.ANONYMOUS, 0.5, "a handle of digits and no name", clue(ClueKind.DIGITS))


def _known(record: AuthorRecord, text: str) -> Iterator[Hypothesis]:
    """What they did before."""
    if record.repeated >= 3 and record.mentions >= 4:
        share = record.repeated / record.mentions
        sure = min(0.7, 0.25 + 0.4 * share + (0.15 if record.young else 0.0))
        evidence = f"{record.repeated} of {record.mentions} mentions say the same"
        young = ", from an account younger than a month" if record.young else ""
        kind = ClueKind.SAME_AGAIN_YOUNG if record.young else ClueKind.SAME_AGAIN
        same = clue(kind, record.repeated, record.mentions)
        yield Hypothesis(Voice.COORDINATED, round(sure, 2), evidence + young, same, needs_human=True)
    if record.mentions >= 8 and record.negative >= 0.9 * record.mentions:
        insulting = _cues().insults.search(text) is not None
        evidence = f"{record.negative} of {record.mentions} mentions of the brand are negative"
        yield Hypothesis(
            Voice.TROLL,
            0.55 if insulting else 0.35,
            evidence + (", and this one insults" if insulting else ""),
            clue(
                ClueKind.ALL_NEGATIVE_INSULTS if insulting else ClueKind.ALL_NEGATIVE, record.negative, record.mentions
            ),
            needs_human=True,
        )


def _says(voice: Voice, sure: float, words: str, *, needs_human: bool = False) -> Hypothesis:
    return Hypothesis(voice, sure, f"says so: «{words}»", clue(ClueKind.SAYS, words), needs_human)


def _called(voice: Voice, sure: float, name: str) -> Hypothesis:
    return Hypothesis(voice, sure, f"is called «{name[:80]}»", clue(ClueKind.CALLED, name[:80]))


def _holds(name: str, term: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(term)}(?!\w)", name) is not None


class _Cues(NamedTuple):
    said: dict[Voice, re.Pattern[str]]
    beside: re.Pattern[str]
    here: re.Pattern[str]
    negated: re.Pattern[str]
    activist: re.Pattern[str]
    outlet: re.Pattern[str]
    journalist: re.Pattern[str]
    regulator: re.Pattern[str]
    authority: re.Pattern[str]
    insults: re.Pattern[str]


@cache
def _cues() -> _Cues:
    data = json.loads(files("tocsin.domain").joinpath("voice_cues.json").read_text(encoding="utf-8"))
    spoken = (Voice.EMPLOYEE, Voice.FORMER_EMPLOYEE, Voice.CUSTOMER, Voice.JOURNALIST, Voice.ACTIVIST)
    return _Cues(
        said={voice: re.compile("|".join(data[voice]).replace("{role}", data["role"])) for voice in spoken},
        beside=re.compile(data["beside"]),
        here=re.compile(rf"\b(?:{data['here']})\b"),
        negated=re.compile(data["not"]),
        activist=re.compile(data["named_activist"]),
        outlet=re.compile(data["named_outlet"]),
        journalist=re.compile(data["named_journalist"]),
        regulator=re.compile(data["named_regulator"]),
        authority=re.compile(data["domains_regulator"]),
        insults=re.compile(data["insults"]),
    )
