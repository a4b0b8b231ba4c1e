"""What the reader of the client's file costs a month: ours nothing, the cloud's by text, at most its budget."""

import json
from decimal import Decimal
from typing import TYPE_CHECKING

from tocsin.adapters.analyzers.bedrock import SCHEMA, SYSTEM
from tocsin.domain.reader_prices import (
    BEDROCK_SOURCE,
    COMPREHEND_SOURCE,
    COMPREHEND_UNIT,
    COMPREHEND_VERIFIED,
    MODELS,
    comprehend_units,
)
from tocsin.domain.reader_settings import ReaderSettings, bare
from tocsin.domain.word_settings import WordSettings
from tocsin_cli.cost_prices import ReaderWork

if TYPE_CHECKING:
    from tocsin_cli.cost_bill import Line

CHARACTERS_A_TOKEN = 4
"""Of English, which the rules and the schema are written in."""
TOOL_TOKENS = 350
"""What providers add to a call with a tool; Anthropic names 313 to 346."""


def reader_line(settings: ReaderSettings, work: ReaderWork, texts: float) -> "Line":
    from tocsin_cli.cost_bill import Line

    if settings.kind == "own":
        return Line("reader", "reader: our own", texts, "text", Decimal(0), "", True)
    if settings.kind == "comprehend":
        a_text = COMPREHEND_UNIT * comprehend_units("x" * work.characters)
        source, verified, name = COMPREHEND_SOURCE, COMPREHEND_VERIFIED, "Comprehend"
    else:
        a_text = _bedrock(settings, work)
        known = MODELS.get(bare(settings.model or ""))
        said = settings.usd_per_million_tokens is not None
        source = "the client's file" if said else BEDROCK_SOURCE
        verified, name = said or (known is not None and known.verified), f"Bedrock {settings.model}"
    usd = a_text * Decimal(str(texts))
    capped = settings.monthly_usd is not None and usd > settings.monthly_usd
    if capped and settings.monthly_usd is not None:
        usd = settings.monthly_usd
    limit = ", stopped by its budget: ours reads the rest" if capped else ""
    return Line("reader", f"reader: {name}{limit}", texts, "text", usd, source, verified)


def writer_line(words: WordSettings, *, crisis: bool) -> "Line":
    """Drafts are asked for by people, in a case: the most that a month of them may cost."""
    from tocsin_cli.cost_bill import Line

    usd = (words.monthly_usd or Decimal(0)) if crisis else Decimal(0)
    what = f"drafts: Bedrock {words.model}, at most its budget"
    return Line("drafts", what, float(crisis), "month", usd, "the client's file", True)


def _bedrock(settings: ReaderSettings, work: ReaderWork) -> Decimal:
    price = settings.token_price
    assert price is not None  # noqa: S101 - the client's file is refused without one
    rules = (len(SYSTEM) + len(json.dumps(SCHEMA))) / CHARACTERS_A_TOKEN + TOOL_TOKENS
    return (
        price.input * Decimal(str(rules / work.texts_a_call + work.tokens))
        + price.output * Decimal(str(work.answer_tokens))
    ) / 1_000_000
