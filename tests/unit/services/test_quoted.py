"""Protects: a mail says what an author publicly is, and of nobody else what they may be."""

import pytest

from tests.support.samples import client, scored
from tocsin.domain.mention import Author, Medium
from tocsin.domain.reading import ScoredMention
from tocsin.domain.voice import Voice
from tocsin.services.quoted import shown

[BRAND] = client().brands


def said(text: str, **changes: object) -> ScoredMention:
    one = scored(1, title=None, text=text)
    return one.model_copy(update={"mention": one.mention.model_copy(update=changes)})


@pytest.mark.parametrize(
    ("one", "voice"),
    [
        (said("Купив торт в Аврорі, жах", rating=1, medium=Medium.REVIEW), Voice.CUSTOMER),
        (said("Скандал в Аврорі", medium=Medium.NEWS, url="https://bbc.co.uk/a"), Voice.OUTLET),
        (said("Я працюю в Аврорі, тут труять людей"), None),
        (said("Аврора: жах", author=Author(handle="a1")), None),
    ],
)
def test_only_a_public_part_is_named(one: ScoredMention, voice: Voice | None) -> None:
    assert shown(one, BRAND).voice is voice


def test_of_private_words_not_even_the_part_is_told() -> None:
    assert shown(said("Купив торт, жах", medium=Medium.PRIVATE, rating=1), BRAND).voice is None
