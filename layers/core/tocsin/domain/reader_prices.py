"""What the cloud's readers cost. The one place of these figures: the budget at run time and `tocsin cost` read them."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

COMPREHEND_LANGUAGES = ("ar", "de", "en", "es", "fr", "hi", "it", "ja", "ko", "pt", "zh")
"""Those of BatchDetectSentiment, of its API's model; no Ukrainian and no Russian."""
COMPREHEND_UNIT = Decimal("0.0001")
"""USD a unit, first 10 million units a month. https://aws.amazon.com/comprehend/pricing/"""
COMPREHEND_VERIFIED = False
"""Quoted everywhere for years; the price list of the region was not seen."""
UNIT_CHARACTERS, LEAST_UNITS = 100, 3
COMPREHEND_READS = 500
"""Characters: real-time sentiment ignores what stands after them (API reference, BatchDetectSentiment)."""
MILLION = Decimal(1_000_000)


class ModelPrice(NamedTuple):
    """USD for a million tokens."""

    input: Decimal
    output: Decimal

    def usd(self, tokens_in: int, tokens_out: int) -> Decimal:
        return (self.input * tokens_in + self.output * tokens_out) / MILLION


class PricedModel(NamedTuple):
    """``verified``: read on AWS's own page or price list; else only on others' pages that quote it."""

    model: str
    price: ModelPrice
    verified: bool
    note: str


PRICES_OF = date(2026, 11, 22)
BEDROCK_SOURCE = "https://aws.amazon.com/bedrock/pricing/"
COMPREHEND_SOURCE = "https://aws.amazon.com/comprehend/pricing/"
_MODELS = (
    PricedModel(
        "amazon.nova-micro-v1:0",
        ModelPrice(Decimal("0.046"), Decimal("0.184")),
        False,
        "0.035 and 0.14 in us-east-1 by several pages; a third more is taken for Europe, so that a budget holds",
    ),
    PricedModel(
        "amazon.nova-lite-v1:0",
        ModelPrice(Decimal("0.078"), Decimal("0.312")),
        False,
        "0.06 and 0.24 in us-east-1 by several pages; a third more is taken for Europe, so that a budget holds",
    ),
    PricedModel(
        "anthropic.claude-haiku-4-5-20251001-v1:0",
        ModelPrice(Decimal("1.1"), Decimal("5.5")),
        False,
        "1 and 5 by several pages, a tenth more in a region or geography than with global",
    ),
)
MODELS = {one.model: one for one in _MODELS}


def price_of(model: str) -> ModelPrice | None:
    """Of a model's id or of a profile's, which is the same behind a place; None when we don't know it."""
    found = MODELS.get(model) or MODELS.get(model.partition(".")[2])
    return found.price if found else None


def comprehend_units(text: str) -> int:
    """What one text is billed as: begun hundreds of characters, at least three."""
    return max(LEAST_UNITS, -(-len(text) // UNIT_CHARACTERS))
