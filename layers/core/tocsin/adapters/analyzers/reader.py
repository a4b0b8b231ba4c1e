"""The reader: language and sentiment by our own model; topics, severity, aim and claim by words and rules."""

from functools import lru_cache

from tocsin.adapters.analyzers.ear import Ear
from tocsin.adapters.analyzers.tone import Tone
from tocsin.adapters.analyzers.tone_words import ToneWords
from tocsin.domain.brand import Brand
from tocsin.domain.mention import Medium, Mention
from tocsin.domain.reading import Aim, Claim, Reading, Sentiment, rounded
from tocsin.domain.reading_language import language_of
from tocsin.domain.sentiment import model
from tocsin.domain.severity import judge
from tocsin.domain.severity_head import head
from tocsin.domain.severity_rules import Judged, rivals_of
from tocsin.domain.tokens import clean, plain

NEGATIVE_FROM, POSITIVE_FROM = -0.2, 0.2
STARS = 0.9
GOOD_STARS, FEW_STARS = 4, 2
BAD_STARS = 0.3
"""What one or two stars add to the chance that somebody complains."""
DELIGHTED = 0.85
"""Score from which even several grave words together are no charge."""
CHARGED = 0.4
"""Severity from which a matter is a charge, whatever the tone; below it the tone decides."""
NOT_ITS_DEED = frozenset({Aim.STRUCK, Aim.BESIDE, Aim.WARNS, Aim.OTHER})
"""Aims that make bad news no charge. The tone leaves out a rival of the client's file; the head hears of others."""
COMPLAINS = 0.5
"""Chance from which somebody complains, and so is against the brand, in however plain words."""
CLEARLY = 0.6
"""Score from which praise is no complaint, whatever failed in it."""
DISLIKED = 0.3
"""Severity of what is negative and names no grave matter."""


PARTS = 10_000
"""Of one, to which score and confidence are told."""
REMEMBERED, SHORT = 2_048, 1_000
"""Readings kept, of texts of so many characters at most: what is shared on is said again in the same words."""


class _This:
    """A brand as itself, not by its value: to compare all that its file says would cost more than to read a post."""

    __slots__ = ("brand",)

    def __init__(self, brand: Brand | None) -> None:
        self.brand = brand

    def __hash__(self) -> int:
        return id(self.brand)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _This) and other.brand is self.brand


class Reader:
    """Reads in microseconds; safe to share between threads."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._model = model()
        tones = ToneWords()
        self._ear = Ear(self._model, head(), tones)
        self._tone = Tone(self._ear, self._model, tones)
        self._known = lru_cache(maxsize=remembered)(self._read) if remembered else self._read

    def read(self, mention: Mention, brand: Brand | None = None) -> Reading:
        words = mention.words
        read = self._known if len(words) <= SHORT else self._read
        return read(words, mention.language, mention.rating, mention.medium is Medium.NEWS, _This(brand))

    def _read(self, words: str, declared: str | None, rating: int | None, news: bool, this: _This) -> Reading:
        brand = this.brand
        text = plain(words)
        said = self._ear.hear(text)
        language = language_of(text, said.heard.profiles, self._model, declared, said.marks)
        if language.cyrillic:
            text = clean(language.cyrillic)
            said, brand = self._ear.hear(text), None  # its name stands in the other alphabet
        sentiment, score, confidence = self._tone.told(text, said, language, brand)
        if rating is not None:
            score, confidence = (rating - 3) / 2, STARS
            sentiment = _by_stars(score)
        negative = sentiment is Sentiment.NEGATIVE
        judged = judge(text, language.tag, brand, news=news, negative=negative, tone=score, meaning=said.meaning)
        if rating is not None and rating <= FEW_STARS and not _is_a_rivals(judged, brand, text):
            judged = judged._replace(aim=Aim.BRAND)  # stars are given to whom they stand under
        severity, praised = judged.severity, score >= POSITIVE_FROM
        if praised and (not judged.firm or score >= DELIGHTED or (rating or 0) >= GOOD_STARS):
            severity = 0.0  # «helped the hospital», «killer deal»: grave words in praise are no charge
        if severity >= CHARGED:
            sentiment, score = Sentiment.NEGATIVE, min(score, NEGATIVE_FROM)
        elif brand is not None and sentiment is Sentiment.NEGATIVE and _is_harmless(judged, brand, rating, text):
            sentiment, score = Sentiment.NEUTRAL, max(score, NEGATIVE_FROM / 2)  # bad news, but not of the brand
        elif brand and _complains(judged, brand, rating, text) and score < CLEARLY:
            sentiment, score = Sentiment.NEGATIVE, min(score, NEGATIVE_FROM)  # plain facts of failure need no tone
        if severity < CHARGED:
            severity = max(severity, DISLIKED) if sentiment is Sentiment.NEGATIVE else min(severity, DISLIKED)
        return Reading.of(
            language=language.tag,
            sentiment=sentiment,
            score=rounded(score, PARTS),
            confidence=rounded(confidence, PARTS),
            topics=judged.topics if severity else (),
            severity=severity,
            scenario=judged.scenario if severity else None,
            aim=judged.aim,
            claim=judged.claim,
            complaint=_complaint(judged.complaint, sentiment, rating),
            evidence=judged.evidence if severity else None,
            mixed=language.mixed,
            language_confidence=language.confidence,
        )


def _is_harmless(judged: Judged, brand: Brand, rating: float | None, text: str) -> bool:
    """Not the brand's doing, or said in jest: stars are given in earnest. Where a rival of the client's file is named,
    the tone has told already which of the two is disliked."""
    if judged.aim in NOT_ITS_DEED:
        return judged.aim is not Aim.OTHER or not _names_a_rival(brand, text)
    return judged.claim is Claim.FICTION and judged.complaint < COMPLAINS and rating is None


def _is_a_rivals(judged: Judged, brand: Brand | None, text: str) -> bool:
    return judged.aim is Aim.OTHER and brand is not None and _names_a_rival(brand, text)


def _names_a_rival(brand: Brand, text: str) -> bool:
    return bool(brand.competitors and rivals_of(brand).spans(text))


def _complains(judged: Judged, brand: Brand, rating: float | None, text: str) -> bool:
    """Stars say better than words how somebody feels, and what a rival failed in is no complaint of the brand."""
    if rating is not None or judged.complaint < COMPLAINS or judged.aim in NOT_ITS_DEED:
        return False
    return not _names_a_rival(brand, text)


def _complaint(chance: float, sentiment: Sentiment, rating: float | None) -> float:
    """Few stars make a complaint of words that could be one; praise unmakes it."""
    if sentiment is Sentiment.POSITIVE:
        return round(chance / 2, 3) if chance else 0.0
    return round(min(1.0, chance + BAD_STARS), 3) if rating is not None and rating <= FEW_STARS else chance


def _by_stars(score: float) -> Sentiment:
    if score <= NEGATIVE_FROM:
        return Sentiment.NEGATIVE
    return Sentiment.POSITIVE if score >= POSITIVE_FROM else Sentiment.NEUTRAL
