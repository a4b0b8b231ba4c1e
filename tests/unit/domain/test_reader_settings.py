"""Protects: who reads, and for how much, is said clearly or refused with the way out."""

from decimal import Decimal
from typing import Any

import pytest

from tests.support.samples import client
from tocsin.domain.client import Client
from tocsin.domain.errors import ClientFileError
from tocsin.domain.reader_prices import COMPREHEND_UNIT, MODELS, comprehend_units, price_of
from tocsin.domain.reader_settings import bare

MICRO = "eu.amazon.nova-micro-v1:0"


def test_without_a_word_ours_reads_alone() -> None:
    cases: tuple[dict[str, Any], ...] = ({}, {"reader": {}}, {"reader": {"kind": "own"}})
    for said in cases:
        assert client(**said).reader.kind == "own"


@pytest.mark.parametrize(
    "reader",
    [
        {"kind": "own"},
        {"kind": "comprehend", "monthly_usd": 10},
        {"kind": "comprehend", "monthly_usd": "10.50", "languages": ["en", "de"]},
        {"kind": "bedrock", "monthly_usd": 25, "model": MICRO, "languages": ["uk"]},
        {"kind": "bedrock", "monthly_usd": 1, "model": "mistral.ministral-3-8b-instruct",
         "usd_per_million_tokens": {"input": 0.15, "output": "0.15"}},
    ],
)  # fmt: skip
def test_what_is_stored_is_read_again_as_it_was(reader: dict[str, Any]) -> None:
    stored = client(reader=reader).model_dump_json()
    assert Client.model_validate_json(stored) == client(reader=reader)


@pytest.mark.parametrize(
    ("reader", "said"),
    [
        ({"kind": "aws"}, "reader.kind: must be own, comprehend or bedrock"),
        ({"kind": "comprehend"}, "reader: comprehend costs money for each text: say what it may cost"),
        ({"kind": "comprehend", "monthly_usd": 0}, "reader.monthly_usd: "),
        ({"kind": "comprehend", "monthly_usd": float("nan")}, "reader.monthly_usd: "),
        ({"kind": "comprehend", "monthly_usd": 10, "languages": ["uk"]}, "reader: comprehend does not read uk"),
        ({"kind": "comprehend", "monthly_usd": 10, "model": MICRO}, "belong to kind: bedrock"),
        ({"kind": "bedrock", "monthly_usd": 10}, "bedrock has many models: say which"),
        ({"kind": "bedrock", "monthly_usd": 10, "model": "eu.*"}, "reader.model: must be a model's id"),
        ({"kind": "bedrock", "monthly_usd": 10, "model": "some.model-1"}, "the price of some.model-1 is not known"),
        ({"kind": "own", "monthly_usd": 10}, "our own reader takes no more keys"),
        ({"kind": "bedrock", "monthly_usd": 10, "modle": MICRO}, "reader.modle: unknown key; did you mean 'model'?"),
        ("comprehend", "reader: must be a mapping of keys"),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(reader: Any, said: str) -> None:
    with pytest.raises(ClientFileError) as refused:
        client(reader=reader)
    assert said in str(refused.value)


def test_a_profile_is_known_by_its_model() -> None:
    assert bare(MICRO) == bare("global.amazon.nova-micro-v1:0") == "amazon.nova-micro-v1:0" == bare(bare(MICRO))
    assert price_of(MICRO) == price_of("amazon.nova-micro-v1:0") == MODELS["amazon.nova-micro-v1:0"].price
    assert client(reader={"kind": "bedrock", "monthly_usd": 1, "model": MICRO}).reader.foundation_model == bare(MICRO)


def test_the_price_in_the_file_goes_before_ours() -> None:
    said = {"kind": "bedrock", "monthly_usd": 1, "model": MICRO, "usd_per_million_tokens": {"input": 2, "output": 8}}
    price = client(reader=said).reader.token_price
    assert price is not None
    assert price.usd(500_000, 250_000) == Decimal(3)


@pytest.mark.parametrize(("length", "units"), [(1, 3), (300, 3), (301, 4), (500, 5), (550, 6)])
def test_comprehend_bills_begun_hundreds_and_at_least_three(length: int, units: int) -> None:
    """550 characters are 6 units and a short one 3, as in the example of AWS's price page."""
    assert comprehend_units("x" * length) == units
    assert COMPREHEND_UNIT * 3 * 100_000 == 30, "issue 4: at least $30 for 100,000 short mentions"
