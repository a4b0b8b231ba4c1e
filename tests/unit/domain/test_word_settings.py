"""Protects: what a client's file may say of the words, and that a mistake is named with the way out."""

from typing import Any

import pytest

from tests.support.samples import client
from tocsin.domain.errors import ClientFileError

PREPARED = {
    "scenario": "rumour", "kind": "holding", "language": "uk", "text": "Ми знаємо про це.",
    "approved_by": "duty@agency.example", "expires": "2026-12-31",
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"by": "bedrock"}, "monthly_usd: 5"),
        ({"by": "bedrock", "monthly_usd": 5}, "say which"),
        ({"by": "bedrock", "monthly_usd": 5, "model": "eu.acme.some-v1:0"}, "the price of"),
        ({"monthly_usd": 5}, "belong to by: bedrock"),
        ({"address": "thou"}, "formal or informal"),
        ({"client_approves_from": "always"}, "client_approves_from"),
        ({"adress": "formal"}, "did you mean 'address'"),
    ],
)
def test_a_mistake_is_named(words: dict[str, Any], said: str) -> None:
    with pytest.raises(ClientFileError, match=said):
        client(words=words)


def test_nothing_said_is_templates_in_formal_words_and_no_word_of_the_client() -> None:
    words = client().words
    assert (words.by, words.address, words.client_approves_from) == ("template", "formal", "never")


@pytest.mark.parametrize(
    ("change", "said"),
    [({"scenario": "rumor"}, "no scenario"), ({"expires": "soon"}, "expires"), ({"kind": "poem"}, "kind")],
)
def test_a_prepared_text_is_checked(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ClientFileError, match=said):
        client(prepared_texts=[PREPARED | change])


def test_a_prepared_text_is_approved_by_a_responder() -> None:
    with pytest.raises(ClientFileError, match="none of the responders"):
        client(prepared_texts=[PREPARED | {"approved_by": "stranger@x.example"}])
    assert client(prepared_texts=[PREPARED]).prepared_texts[0].approved_by == "duty@agency.example"
