"""Which words moved the sentiment of a post: what its score would be without each of them."""

from typing import TYPE_CHECKING

from tocsin.domain.brand import Brand
from tocsin.domain.mention import Mention
from tocsin.domain.tokens import TOKEN, plain

if TYPE_CHECKING:
    from tocsin.ports import Analyzer

LOOKED_AT, SHOWN, LEAST = 120, 12, 0.02
"""Words that are left out in turn, how many are shown at most, and how much the score must move for it."""


def explain_sentiment(analyzer: "Analyzer", mention: Mention, brand: Brand | None = None) -> list[tuple[str, float]]:
    """(word, push), the strongest first; below 0 it pushes towards negative. Empty where stars decide.

    A push is the score less the score without the word, from -2 to 2, so that sequences, the aim and irony count too.
    """
    if mention.rating is not None:
        return []
    text = plain(mention.words)
    score = analyzer.read(_as(mention, text), brand).score
    pushes: dict[str, float] = {}
    for found in list(TOKEN.finditer(text))[:LOOKED_AT]:
        without = f"{text[: found.start()]} {text[found.end() :]}"
        push = score - analyzer.read(_as(mention, without), brand).score
        if abs(push) >= max(LEAST, abs(pushes.get(found[0], 0))):
            pushes[found[0]] = round(push, 3)
    return sorted(pushes.items(), key=lambda pair: -abs(pair[1]))[:SHOWN]


def _as(mention: Mention, text: str) -> Mention:
    return mention.model_copy(update={"title": None, "text": text})
