"""The reader: language and sentiment by our own model; topics and severity by the interim's lexicon for now."""

from tocsin.adapters.analyzers.interim import NEGATIVE_FROM, POSITIVE_FROM, InterimAnalyzer
from tocsin.domain.brand import Brand
from tocsin.domain.mention import Mention
from tocsin.domain.reading import Reading, Sentiment
from tocsin.domain.reading_language import IS_CYRILLIC, UND, Language, language_of
from tocsin.domain.sentiment import Verdict, model

UNTAUGHT = 0.2
"""Share of the confidence that is left in a language that no text taught."""
GUESS = 0.5
"""In such a language a label below this chance is none: neutral."""
STARS = 0.9
CHARGE, PRAISE, MOST = 1.5, 0.5, 2
"""Log-odds that a word of the house's lexicon adds, and how many of them count. The public sets that taught the model
hold few complaints; tuned on their val parts, where it costs no set anything."""


class Reader:
    """Reads in microseconds; safe to share between threads."""

    def __init__(self) -> None:
        self._model = model()
        self._matters = InterimAnalyzer()

    def read(self, mention: Mention, brand: Brand | None = None) -> Reading:  # noqa: ARG002 - it aims at nobody
        text = mention.words
        said = self._model.hear(text)
        language = language_of(text, said.profiles, self._model, mention.language)
        lexicons = _lexicons(language, text)
        charges, praises = self._matters.hits(text, lexicons)
        verdict = self._model.judge(
            said,
            language.tag,
            against=CHARGE * min(charges, MOST) - PRAISE / 2 * min(praises, MOST) * (charges == 0),
            praise=PRAISE * min(praises, MOST) - CHARGE / 2 * min(charges, MOST),
        )
        sentiment, score, confidence = self._sentiment(verdict, language)
        if mention.rating is not None:
            score, confidence = (mention.rating - 3) / 2, STARS
            sentiment = _by_stars(score)
        matters = self._matters.matters(text, lexicons)
        # Grave words in praise or neutral news ("helped the hospital") are no charge against the brand.
        worst = max(matters, key=lambda matter: matter.severity, default=None) if score < POSITIVE_FROM else None
        if worst and sentiment is not Sentiment.NEGATIVE:
            sentiment, score = Sentiment.NEGATIVE, min(score, NEGATIVE_FROM)
        severity = worst.severity if worst else 0.3 if sentiment is Sentiment.NEGATIVE else 0.0
        return Reading(
            language=language.tag,
            sentiment=sentiment,
            score=round(score, 4),
            confidence=round(confidence, 4),
            topics=tuple(dict.fromkeys(matter.topic for matter in matters)) if worst else (),
            severity=severity,
            scenario=worst.scenario if worst else None,
        )

    def _sentiment(self, verdict: Verdict, language: Language) -> tuple[Sentiment, float, float]:
        chances = {
            Sentiment.NEUTRAL: verdict.neutral,
            Sentiment.NEGATIVE: verdict.negative,
            Sentiment.POSITIVE: verdict.positive,
        }
        label = max(chances, key=chances.__getitem__)
        score = verdict.positive - verdict.negative
        if language.tag in self._model.taught:
            return label, score, chances[label]
        if chances[label] < GUESS:
            return Sentiment.NEUTRAL, 0.0, 0.0
        return label, score, chances[label] * UNTAUGHT


def _by_stars(score: float) -> Sentiment:
    if score <= NEGATIVE_FROM:
        return Sentiment.NEGATIVE
    return Sentiment.POSITIVE if score >= POSITIVE_FROM else Sentiment.NEUTRAL


def _lexicons(language: Language, text: str) -> tuple[str, ...]:
    """Whose grave words are looked for. Ukrainian and Russian are written in one post, and told apart late."""
    if language.tag in {"uk", "ru"} and not language.mixed:
        return (language.tag,)
    if IS_CYRILLIC.search(text):
        return ("uk", "ru")
    return () if language.tag == UND.tag else (language.tag,)
