"""Sentiment of a post, about the brand where that is known: our model, the house's lexicon, and who is spoken of."""

from typing import Protocol

from tocsin.adapters.analyzers.ear import Ear, Words
from tocsin.domain import cues
from tocsin.domain.aimed import aimed
from tocsin.domain.brand import Brand
from tocsin.domain.reading import Sentiment
from tocsin.domain.reading_language import IS_CYRILLIC, UND, Language
from tocsin.domain.sentiment import Heard, Model, Verdict
from tocsin.domain.tokens import clean
from tocsin.domain.turns import DENIED_BLAME, DENIED_PRAISE, IRONY

UNTAUGHT = 0.2
"""Share of the confidence that is left in a language that no text taught."""
GUESS = 0.5
"""In such a language a label below this chance is none: neutral."""
CHARGE, PRAISE, MOST = 1.5, 0.5, 2
"""Log-odds that a word of the house's lexicon adds, and how many of them count. The public sets that taught the model
hold few complaints; tuned on their val parts, where it costs no set anything."""
LEAD = 0.1
"""By how much a positive post's chance must lead the negative one: to read a negative post as positive is the gravest
mistake, and on the val parts this spares a fifth of those and costs nothing."""
INVERTED = 3.0
"""Log-odds by which a rival's praise is the brand's blame where the two are set against each other."""

TURNS = frozenset({"en", "uk", "ru", "es", "de", UND.tag})
TURNED = 0.8
"""Share of the chance that goes to the other side where irony or a denial turns the words."""
NO_HITS = (0, 0)
SHORT = 10
"""Tokens up to which a denial is the point of a post: in longer ones it mostly denies something else."""
CONCLUDES = 0.7
"""Weight of what follows a "but" against the whole."""


class Lexicon(Protocol):
    def hits(self, text: str, languages: tuple[str, ...], beginning: int = ...) -> tuple[int, int]:
        """(charges, praises) of a text by the words of these languages; ``beginning``: in which of them such a word may
        begin in it, which spares searches."""
        ...


class Tone:
    def __init__(self, ear: Ear, model: Model, lexicon: Lexicon) -> None:
        self._ear, self._model, self._lexicon = ear, model, lexicon

    def told(self, text: str, said: Words, language: Language, brand: Brand | None) -> tuple[Sentiment, float, float]:
        """(sentiment, score from -1 to 1, confidence) of a text that was heard as ``said``."""
        parts = aimed(text, brand, language.tag, said.heard.flags, cut=True) if brand else None
        if parts is None:
            return self._label(self._verdict(text, said, language), language)
        push = parts.push
        if parts.rival:
            rival = self._of(parts.rival, language)
            push += INVERTED * (rival.negative - rival.positive)
        verdict = self._of(parts.about, language, push)
        if parts.after:
            verdict = _mixed(verdict, self._of(parts.after, language, push), CONCLUDES)
        own = self._label(verdict, language)
        if own[0] is Sentiment.NEUTRAL and parts.before:
            before = self._label(self._of(f"{parts.before} {parts.about}", language, push), language)
            if before[0] is not Sentiment.NEUTRAL:
                return before
        return own

    def _of(self, part: str, language: Language, push: float = 0.0) -> Verdict:
        return self._verdict(part, self._ear.hear(clean(part)), language, push)

    def _verdict(self, text: str, words: Words, language: Language, push: float = 0.0) -> Verdict:
        said = words.heard
        charges, praises = self._lexicon.hits(text, lexicons(language, text), words.tones) if words.tones else NO_HITS
        verdict = self._model.judge(
            said,
            language.tag,
            against=CHARGE * min(charges, MOST) - PRAISE / 2 * min(praises, MOST) * (charges == 0) - push,
            praise=PRAISE * min(praises, MOST) - CHARGE / 2 * min(charges, MOST) + push,
        )
        return _turned(verdict, text, said) if language.tag in TURNS else verdict

    def _label(self, verdict: Verdict, language: Language) -> tuple[Sentiment, float, float]:
        negative, neutral, positive, _ = verdict
        score = positive - negative
        if positive > neutral and positive > negative and score < LEAD:
            positive, score = 0.0, score - LEAD
        label, chance = Sentiment.NEUTRAL, neutral
        if negative > chance:
            label, chance = Sentiment.NEGATIVE, negative
        if positive > chance:
            label, chance = Sentiment.POSITIVE, positive
        if language.tag in self._model.taught:
            return label, score, chance * (language.confidence if language.cyrillic else 1)
        if chance < GUESS:
            return Sentiment.NEUTRAL, 0.0, 0.0
        return label, score, chance * UNTAUGHT


def _turned(verdict: Verdict, text: str, said: Heard) -> Verdict:
    """The verdict, where irony or a denial turns what the words alone say."""
    negative, neutral, positive, known = verdict
    flags, short = said.flags, said.tokens <= SHORT and said.flags & cues.DENIES
    if positive > negative and positive > neutral:
        ironic = flags & cues.CHEERS and IRONY.search(clean(text))
        if ironic or (short and flags & cues.PRAISED and DENIED_PRAISE.search(clean(text))):
            return Verdict(negative + TURNED * positive, neutral, (1 - TURNED) * positive, known)
    elif short and flags & cues.BLAMES and DENIED_BLAME.search(clean(text)):
        return Verdict((1 - TURNED) * negative, neutral, positive + TURNED * negative, known)
    return verdict


def _mixed(first: Verdict, second: Verdict, share: float) -> Verdict:
    pairs = zip(first, second, strict=True)
    return Verdict(*((1 - share) * a + share * b for a, b in pairs))


def lexicons(language: Language, text: str) -> tuple[str, ...]:
    """Whose words are looked for. Ukrainian and Russian are written in one post, and told apart late."""
    if language.tag in {"uk", "ru"} and not language.mixed:
        return (language.tag,)
    if IS_CYRILLIC.search(text):
        return ("uk", "ru")
    return () if language.tag == UND.tag else (language.tag,)
