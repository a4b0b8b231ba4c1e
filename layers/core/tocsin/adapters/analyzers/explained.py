"""Which words moved each figure of a reading: what it would be without each of them, and what they weigh alone."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from tocsin.domain.brand import Brand
from tocsin.domain.matter_words import Span
from tocsin.domain.matters import rules
from tocsin.domain.mention import Medium, Mention
from tocsin.domain.reading import Aim, Claim, Reading
from tocsin.domain.reading_language import CYRILLIC, IS_CYRILLIC, LATIN, base
from tocsin.domain.romanised import romanised
from tocsin.domain.sentiment import model
from tocsin.domain.severity import explain as explain_severity
from tocsin.domain.severity_head import LANES, SCENARIOS, head
from tocsin.domain.severity_rules import ruled, words_of
from tocsin.domain.tokens import TOKEN, plain

if TYPE_CHECKING:
    from tocsin.ports import Analyzer

LOOKED_AT, SHOWN, LEAST = 120, 12, 0.02
"""Words that are left out in turn, how many are shown at most, and how much the score must move for it."""
FEW = 6
"""Words shown of what is told by kinds and not by figures."""
TELLS = 0.7
"""Log-odds from which a word speaks for one language before its neighbours."""

Pushes = list[tuple[str, float]]


class Moved(NamedTuple):
    """``sentiment``: (word, push), the strongest first; below 0 it pushes towards negative. Empty where stars decide.
    A push is the score less the score without the word, from -2 to 2, so that sequences, the aim and irony count too.
    ``severity``, ``complaint``: words without which it would be less, the weightiest first. ``turns``: of language,
    scenario, aim and claim, the words without which it would be another."""

    sentiment: Pushes
    severity: tuple[str, ...]
    complaint: tuple[str, ...]
    turns: Mapping[str, tuple[str, ...]]


def explain(analyzer: "Analyzer", mention: Mention, reading: Reading, brand: Brand | None = None) -> dict[str, Any]:
    """Each figure of ``reading`` that says anything, with the words behind it; as JSON takes it."""
    moved = without_each(analyzer, mention, reading, brand)
    news = mention.medium is Medium.NEWS
    cues = explain_severity(mention.words, reading.language, brand, news=news, tone=reading.score)
    said = ruled(mention.words, reading.language, brand, news=news)
    told: dict[str, Any] = {
        "language": explain_language(mention, reading),
        "sentiment": [[word, push] for word, push in moved.sentiment]
        if mention.rating is None
        else [[f"{mention.rating} of 5 stars", reading.score]],
    }
    if reading.topics:
        spans = {matter.topic: matter.span for matter in reversed(rules().matters(said.spans))}
        told["topics"] = {
            topic: words_of(said.clean, spans[topic]) if topic in spans else reading.evidence
            for topic in reading.topics
        }
    lanes: dict[str, str | None] = {
        "scenario": reading.scenario,
        "aim": reading.aim.value if reading.aim is not Aim.BRAND else None,
        "claim": reading.claim.value if reading.claim is not Claim.CLAIM else None,
    }
    for figure, value in lanes.items():
        if value is not None:
            by_head = () if figure in cues else _weightiest(said.clean, said.tokens, value)
            told[figure] = list(cues.get(figure) or moved.turns.get(figure) or by_head)
    told["severity"] = list(cues.get("severity") or moved.severity) if reading.severity else []
    told["complaint"] = list(cues.get("complaint") or moved.complaint) if reading.complaint else []
    if weighed := cues.get("weighed"):
        told["weighed"] = list(weighed)
    return {figure: words for figure, words in told.items() if words or figure == "sentiment"}


def without_each(analyzer: "Analyzer", mention: Mention, reading: Reading, brand: Brand | None = None) -> Moved:
    """What ``reading`` owes to each of the first LOOKED_AT words."""
    pushes: dict[str, float] = {}
    less: dict[str, dict[str, float]] = {"severity": {}, "complaint": {}}
    turns: dict[str, dict[str, None]] = {figure: {} for figure in ("language", "scenario", "aim", "claim")}
    for word, left in _left_out(analyzer, mention, brand):
        push = reading.score - left.score
        if abs(push) >= max(LEAST, abs(pushes.get(word, 0))):
            pushes[word] = round(push, 3)
        for figure, found in less.items():
            if (drop := getattr(reading, figure) - getattr(left, figure)) >= LEAST:
                found[word] = max(drop, found.get(word, 0.0))
        for figure, words in turns.items():
            if getattr(reading, figure) != getattr(left, figure) and word[0].isalnum():
                words[word] = None
    severity, complaint = (tuple(sorted(found, key=lambda word: -found[word])[:FEW]) for found in less.values())
    return Moved(
        [] if mention.rating is not None else sorted(pushes.items(), key=lambda pair: -abs(pair[1]))[:SHOWN],
        severity,
        complaint,
        {figure: tuple(words)[:FEW] for figure, words in turns.items() if words},
    )


def _left_out(analyzer: "Analyzer", mention: Mention, brand: Brand | None) -> Iterator[tuple[str, Reading]]:
    text = plain(mention.words)
    for found in list(TOKEN.finditer(text))[:LOOKED_AT]:
        without = f"{text[: found.start()]} {text[found.end() :]}"
        yield found[0], analyzer.read(mention.model_copy(update={"title": None, "text": without}), brand)


def explain_language(mention: Mention, reading: Reading) -> dict[str, Any]:
    """``words``: (word, log-odds before the likeliest other language of its letters), the strongest first; ``others``:
    of a mixture, words that speak for another one; ``source``: what the source calls it. Without words it was told by
    its letters, or by the source."""
    language = reading.language
    said = {"source": source} if (source := base(mention.language)) else {}
    known = model()
    family = CYRILLIC if language in CYRILLIC else LATIN
    if language not in family:
        return said
    text = plain(mention.words)
    if family is CYRILLIC and not IS_CYRILLIC.search(text):
        turned = romanised(text, known, base(mention.language))
        text = turned.cyrillic if turned else text
    own = known.languages.index(language)
    rest = [known.languages.index(tag) for tag in family if tag != language]
    edges = {
        found[0]: max((_edge(known.profiles[code], own, rest) for code in known.hear(found[0]).profiles if code),
                      key=abs, default=0.0)
        for found in list(TOKEN.finditer(text))[:LOOKED_AT]
    }  # fmt: skip
    order = sorted(edges, key=lambda word: -abs(edges[word]))
    words = [[word, round(edges[word], 2)] for word in order if edges[word] >= TELLS][:SHOWN]
    others = [word for word in order if edges[word] <= -TELLS][:FEW] if reading.mixed else []
    return {**({"words": words} if words else {}), **({"others": others} if others else {}), **said}


def _edge(profile: list[float], own: int, rest: Iterable[int]) -> float:
    return profile[own] - max(profile[other] for other in rest)


def _weightiest(clean: str, tokens: list[str], lane: str) -> tuple[str, ...]:
    """The words that weigh most for an aim, a way of telling or a scenario in the trained head, as they are written."""
    place = LANES.index(lane) if lane in LANES else len(LANES) + SCENARIOS.index(lane) if lane in SCENARIOS else -1
    if place < 0:
        return ()
    pushes = {at: row[place] - 128 for at, token in enumerate(tokens) if (row := head().row(token)) is not None}
    order = sorted((at for at, push in pushes.items() if push > 0), key=lambda at: -pushes[at])[:FEW]
    return tuple(dict.fromkeys(words_of(clean, Span(at, at + 1)) for at in order))
