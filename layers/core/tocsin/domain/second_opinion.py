"""Somebody else's word on a text's sentiment: which texts may be shown to them, and what their answer may change."""

import re
from collections.abc import Iterable
from typing import Annotated, NamedTuple

from pydantic import Field, model_validator

from tocsin.domain.brand import Brand
from tocsin.domain.mention import Author, Medium, Mention
from tocsin.domain.model import Frozen
from tocsin.domain.reading import COMPLAINS, ReaderKind, Reading, ScoredMention, Sentiment, Unit

UNSURE = 0.1
"""Scores within it fit any label."""
_LOOKED_AT = 4_000
"""Characters in which names are looked for; far fewer are sent."""
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w@.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_HANDLE = re.compile(r"(?<![\w@])@[\w.-]{2,60}(?:@[\w.-]{3,120})?")
_NUMBER = re.compile(r"\+?\d(?:[ ()./-]{0,2}\d){7,18}")


class Opinion(Frozen):
    """``score`` runs from -1 to 1 and agrees with the label."""

    sentiment: Sentiment
    score: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
    confidence: Annotated[Unit, Field(allow_inf_nan=False)]

    @model_validator(mode="after")
    def _agrees(self) -> "Opinion":
        wrong = {Sentiment.NEGATIVE: self.score > UNSURE, Sentiment.POSITIVE: self.score < -UNSURE}
        if wrong.get(self.sentiment):
            raise ValueError("label and score contradict each other")
        return self


class Asked(NamedTuple):
    """All that leaves the stack of one mention: words without names, their language, and of whom they may speak."""

    text: str
    language: str
    brand: str = ""
    terms: tuple[str, ...] = ()
    aimed: bool = True
    """Ours holds the brand for the one that is judged, so that the tone of the text is the tone about the brand."""


def may_be_shown(scored: ScoredMention) -> bool:
    """A private complaint never; stars say by themselves what their writer thinks; what was there before we began to
    listen pages nobody, and would use up the first month's money."""
    mention = scored.mention
    return mention.medium is not Medium.PRIVATE and mention.rating is None and not scored.history


def unnamed(mention: Mention, brand: Brand | None) -> str:
    """What was said, without its author's name, other accounts' handles, addresses, links and telephone numbers."""
    own = {word.casefold().lstrip("@") for word in _brand_words(brand)}
    text = mention.words
    if len(text) > _LOOKED_AT:  # half an address would be taken for a word
        text = text[:_LOOKED_AT].rpartition(" ")[0]
    text = _LINK.sub("[link]", text)
    text = _EMAIL.sub("[e-mail]", text)
    text = _NUMBER.sub("[number]", text)
    for name in _names(mention.author):
        if name.casefold().lstrip("@") not in own:
            text = re.sub(rf"(?<!\w)@?{re.escape(name)}(?!\w)", "[author]", text, flags=re.IGNORECASE)
    return _HANDLE.sub(lambda found: found[0] if found[0].casefold().strip("@.-") in own else "[account]", text)


def better(reading: Reading, opinion: Opinion, by: ReaderKind) -> Reading:
    """Ours with the other's sentiment, and whose that is. Nobody outside can quiet a grave matter: there the worse word
    holds. A complaint told as a plain fact sounds neutral to whoever does not listen for complaints."""
    complains = reading.negative and reading.complaint >= COMPLAINS and opinion.sentiment is Sentiment.NEUTRAL
    if (reading.grave and opinion.sentiment is not Sentiment.NEGATIVE) or complains:
        return reading
    said = {"score": round(opinion.score, 4), "confidence": round(opinion.confidence, 4), "said_by": by}
    return reading.model_copy(update={"sentiment": opinion.sentiment, **said})


def _names(author: Author) -> Iterable[str]:
    """The longest first, so that no half of a name is left."""
    named = {name.strip().lstrip("@") for name in (author.name, author.handle) if name}
    return sorted((name for name in named if len(name) > 1), key=len, reverse=True)


def _brand_words(brand: Brand | None) -> Iterable[str]:
    return (brand.name, *brand.terms, *brand.official) if brand else ()
