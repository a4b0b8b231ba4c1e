"""Protects: a mistake in intake or webhooks is named in the client's file, before it is deployed."""

from typing import Any

import pytest

from tests.support.samples import client
from tocsin.domain.errors import ClientFileError


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"intake": {"brand": "Nobody"}}, "'Nobody' is none of the brands"),
        ({"intake": {"responsible": "x@agency.example"}}, "none of the responders"),
        ({"intake": {"keep_days": 90, "link_days": 91}}, "link_days is longer"),
        ({"intake": {"keep_days": 30}}, "keep_days"),
        ({"intake": {"embed_on": ["shop.example"]}}, "https://shop.example"),
        ({"intake": {"embed_on": ["https://shop.example/path"]}}, "without a path"),
        ({"intake": {"embed_on": ["https://shop.example; script-src *"]}}, "embed_on"),
        ({"intake": {"answer_hour": 2}}, "did you mean 'answer_hours'"),
        ({"intake": {"desk_senders": ["x"]}}, "no e-mail address"),
        ({"webhooks": [{"name": "zap", "brand": "Nobody"}]}, "webhooks zap: 'Nobody'"),
        ({"webhooks": [{"name": "zap"}, {"name": "zap"}]}, "webhooks: zap stands there twice"),
        ({"webhooks": [{"name": "zap", "map": {"text": "body"}}]}, "'body' is no JSON pointer"),
        ({"webhooks": [{"name": "Zap Zap"}]}, "name"),
    ],
)
def test_a_mistake_is_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ClientFileError, match="client file") as caught:
        client(**changes)
    assert said in str(caught.value)


def test_nothing_need_be_said() -> None:
    made = client(intake={}, webhooks=[{"name": "zap"}])
    assert made.intake is not None
    assert (made.intake.answer_hours, made.intake.keep_days, made.webhooks[0].map.text) == (24, 180, None)
