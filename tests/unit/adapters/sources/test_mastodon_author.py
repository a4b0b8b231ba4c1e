"""Protects: whether an account says anything of itself is told where the server tells it, and is unknown elsewhere."""

from typing import Any

import pytest

from tocsin.adapters.sources.mastodon_parse import _author

ACCOUNT: dict[str, Any] = {
    "acct": "olya@social.example",
    "url": "https://social.example/@olya",
    "display_name": "Olya",
    "avatar": "https://social.example/avatars/original/missing.png",
    "note": "",
}


@pytest.mark.parametrize(
    ("changes", "bare"),
    [
        ({}, True),
        ({"note": "<p></p>"}, True),
        ({"note": "<p>I bake bread</p>"}, False),
        ({"avatar": "https://social.example/media/olya.jpg"}, False),
        ({"avatar": None}, None),
        ({"note": None}, None),
        ({"note": ["x"]}, None),
    ],
)
def test_an_account_without_picture_and_words_is_bare(changes: dict[str, Any], bare: bool | None) -> None:
    assert _author({**ACCOUNT, **changes}).bare is bare
