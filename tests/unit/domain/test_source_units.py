"""Protects: every term is asked for, no source is asked oftener than it bears, and an incident makes us ask oftener."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.samples import client
from tocsin.domain.errors import ClientFileError
from tocsin.domain.sources import SourceUnit, units_of


def units(source: dict[str, Any], *terms: str) -> tuple[SourceUnit, ...]:
    return tuple(units_of(client(sources=[source], brands=[{"name": "Acme", "terms": list(terms or ("Acme",))}])))


@pytest.mark.parametrize("kind", ["googlenews", "reddit", "mastodon"])
def test_no_term_is_left_unasked(kind: str) -> None:
    terms = [f"term{number}x" for number in range(20)]
    asked = " ".join(unit.url for unit in units({"kind": kind}, *terms))
    assert [term for term in terms if term not in asked] == []


def test_a_name_of_several_words_is_a_hashtag_in_one() -> None:
    found = units({"kind": "mastodon"}, "Молочна Ріка", "Coca-Cola", "2024")
    assert [unit.target for unit in found] == ["МолочнаРіка", "CocaCola"]


@pytest.mark.parametrize(
    ("source", "calm", "crisis"),
    [
        ({"kind": "reddit", "every": 1}, 5, 5),
        ({"kind": "googlenews", "every": 1, "every_in_crisis": 1}, 5, 5),
        ({"kind": "googlealerts", "urls": ["https://www.google.com/alerts/feeds/1/2"], "every": 2}, 5, 5),
        ({"kind": "rss", "urls": ["https://a.example/f"]}, 5, 2),
        ({"kind": "rss", "urls": ["https://a.example/f"], "every": 60}, 60, 5),
        ({"kind": "rss", "urls": ["https://a.example/f"], "every": 1}, 1, 1),
        ({"kind": "telegram", "channels": ["acme_news"], "accept_terms": True}, 5, 1),
        ({"kind": "telegram", "channels": ["acme_news"], "accept_terms": True, "every_in_crisis": 3}, 5, 3),
    ],
)
def test_the_cadence_in_calm_and_in_an_incident(source: dict[str, Any], calm: int, crisis: int) -> None:
    unit = units(source)[0]
    assert (unit.every, unit.every_in_crisis) == (timedelta(minutes=calm), timedelta(minutes=crisis))


def test_money_is_no_limit_where_nothing_counts_it() -> None:
    with pytest.raises(ClientFileError, match="cannot be counted in money"):
        units({"kind": "rss", "urls": ["https://a.example/f"], "budget": {"usd": 5}})
