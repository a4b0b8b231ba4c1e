"""The interim reader: VADER for English (Hutto & Gilbert, ICWSM 2014), word stems for uk, ru and es.

It stands behind the Analyzer port until our own model replaces it. An unknown language gets low confidence.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

from pydantic import BaseModel, TypeAdapter

from tocsin.domain.brand import Brand
from tocsin.domain.mention import Mention
from tocsin.domain.reading import Reading, Sentiment

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

SPANISH = frozenset(
    "el la los las de que y en un una por con para del al se no es muy pero más como su mi me lo ya".split()
)
ENGLISH = frozenset("the a an of to and in is it was that for on with this are my not i you they at be have".split())
WORD = re.compile(r"\w+")
NEGATIVE_FROM, POSITIVE_FROM = -0.2, 0.2


class GraveMatter(BaseModel):
    topic: str
    scenario: str
    severity: float
    stems: dict[str, tuple[str, ...]]


class Lexicon(BaseModel):
    negative: dict[str, tuple[str, ...]]
    positive: dict[str, tuple[str, ...]]
    negation: dict[str, tuple[str, ...]]
    grave: tuple[GraveMatter, ...]


class InterimAnalyzer:
    def __init__(self) -> None:
        text = files(__package__).joinpath("interim_lexicon.json").read_text(encoding="utf-8")
        self._lexicon = TypeAdapter(Lexicon).validate_python(json.loads(text))
        self._negative = _patterns(self._lexicon.negative)
        self._positive = _patterns(self._lexicon.positive)
        self._grave = [(matter, _patterns(matter.stems)) for matter in self._lexicon.grave]
        grave: dict[str, list[str]] = {}
        for matter in self._lexicon.grave:
            for language, stems in matter.stems.items():
                grave.setdefault(language, []).extend(stems)
        self._any_grave = _patterns(grave)
        """Most texts name no grave matter: one search says so, not one a matter."""

    @cached_property
    def _vader(self) -> "SentimentIntensityAnalyzer":
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        return SentimentIntensityAnalyzer()

    def read(self, mention: Mention, brand: Brand | None = None) -> Reading:  # noqa: ARG002 - it aims at nobody
        text = mention.words
        language = language_of(text, mention.language)
        score, confidence = self._score(text, language)
        if mention.rating is not None:
            score, confidence = (mention.rating - 3) / 2, 0.9
        matters = self.matters(text, (language,))
        sentiment = _sentiment(score)
        # Grave words in praise or neutral news ("helped the hospital") are no charge against the brand.
        worst = max(matters, key=lambda matter: matter.severity, default=None) if score < POSITIVE_FROM else None
        if worst and sentiment is Sentiment.NEUTRAL:
            sentiment, score = Sentiment.NEGATIVE, NEGATIVE_FROM
        severity = worst.severity if worst else 0.3 if sentiment is Sentiment.NEGATIVE else 0.0
        return Reading(
            language=language,
            sentiment=sentiment,
            score=round(score, 4),
            confidence=confidence,
            topics=tuple(dict.fromkeys(matter.topic for matter in matters)) if worst else (),
            severity=severity,
            scenario=worst.scenario if worst else None,
        )

    def matters(self, text: str, languages: Iterable[str]) -> list[GraveMatter]:
        """The grave matters that a text names, by the words of these languages."""
        languages = [each for each in languages if (any_ := self._any_grave.get(each)) and any_.search(text)]
        if not languages:
            return []
        return [
            matter
            for matter, patterns in self._grave
            if any((pattern := patterns.get(language)) and pattern.search(text) for language in languages)
        ]

    def hits(self, text: str, languages: Iterable[str]) -> tuple[int, int]:
        """(charges, praises): words of the lexicon in the text; praise that is denied is a charge."""
        charges = praises = 0
        for language in languages:
            if language in self._negative:
                charges += len(self._negative[language].findall(text))
            if language in self._positive:
                plain, denied = self._praise(text, language)
                charges, praises = charges + denied, praises + plain
        return charges, praises

    def _score(self, text: str, language: str) -> tuple[float, float]:
        if language in {"en", "und"}:
            vader = float(self._vader.polarity_scores(text[:5_000])["compound"])
            pattern = self._negative["en"]
            if pattern.search(text):
                vader = min(vader, -0.5)
            return vader, 0.6 if language == "en" else 0.1
        negative = len(self._negative[language].findall(text))
        positive, denied = self._praise(text, language)
        negative += denied
        if not negative and not positive:
            return 0.0, 0.3
        return (positive - negative) / (positive + negative + 1), 0.5

    def _praise(self, text: str, language: str) -> tuple[int, int]:
        """(praise, praise denied by the word before it)."""
        denials = self._lexicon.negation[language]
        plain = denied = 0
        for match in self._positive[language].finditer(text):
            before = WORD.findall(text[max(0, match.start() - 20) : match.start()].casefold())
            if before and before[-1] in denials:
                denied += 1
            else:
                plain += 1
        return plain, denied


def language_of(text: str, declared: str | None) -> str:
    """en, uk, ru, es, or 'und'. Letters decide before what a source says: channel languages are often wrong."""
    folded = text.casefold()
    if re.search(r"[а-яіїєґё]", folded):
        if re.search(r"[іїєґ]", folded):
            return "uk"
        if re.search(r"[ыэъё]", folded):
            return "ru"
        return _base(declared) if _base(declared) in {"uk", "ru"} else "uk"
    words = WORD.findall(folded)[:200]
    spanish, english = _share(words, SPANISH), _share(words, ENGLISH)
    if re.search(r"[ñ¿¡]", folded):
        spanish += 2
    if spanish > english:
        return "es"
    if english > spanish:
        return "en"
    return _base(declared) if _base(declared) in {"en", "es"} else "und"


def _share(words: Iterable[str], known: frozenset[str]) -> int:
    return sum(word in known for word in words)


def _base(tag: str | None) -> str:
    return (tag or "").split("-")[0].split("_")[0].lower()


def _sentiment(score: float) -> Sentiment:
    if score <= NEGATIVE_FROM:
        return Sentiment.NEGATIVE
    return Sentiment.POSITIVE if score >= POSITIVE_FROM else Sentiment.NEUTRAL


def _patterns(stems: Mapping[str, Iterable[str]]) -> dict[str, re.Pattern[str]]:
    return {
        language: re.compile(r"\b(?:" + "|".join(re.escape(stem) for stem in words) + ")", re.IGNORECASE)
        for language, words in stems.items()
    }
