"""Protects: what its source no longer has is found by kind and time, and erased so that it neither shows nor counts."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.contract.conftest import Stores
from tests.support.samples import NOON, scored
from tocsin.domain.counters import total
from tocsin.domain.reading import ScoredMention
from tocsin.domain.recheck import bound

BRAND = "Аврора"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def kept(number: int, *, fetched_at: datetime = NOON, kind: str = "mastodon", **changes: Any) -> ScoredMention:
    native = f"https://social.example/users/ada/statuses/{number}"
    return scored(number, id=f"{kind}:{native}", source=kind, fetched_at=fetched_at, **changes)


def found(stores: Stores, kind: str, after: str, until: datetime, limit: int = 100) -> list[str]:
    return [one.id for one in stores.kept.kept(kind, after, until, limit)]


def test_what_is_kept_is_found_by_kind_in_the_order_of_fetching(stores: Stores) -> None:
    # GIVEN mentions of two kinds that can be asked, over three days, and one that cannot
    times = [NOON, NOON + timedelta(seconds=1), NOON + DAY, NOON + 2 * DAY]
    ones = [kept(number, fetched_at=at) for number, at in enumerate(times)]
    stores.mentions.record(BRAND, [*reversed(ones), kept(9, kind="bluesky"), scored(10)])

    # THEN each kind has its own, oldest first
    everything = found(stores, "mastodon", bound(NOON - DAY), NOON + 3 * DAY)
    assert everything == [one.mention.id for one in ones]
    assert len(found(stores, "bluesky", bound(NOON - DAY), NOON + 3 * DAY)) == 1
    assert found(stores, "rss", bound(NOON - DAY), NOON + 3 * DAY) == []
    # AND bounds are moments: after the one, before the other
    assert found(stores, "mastodon", bound(NOON), NOON + DAY) == everything[:2]
    assert found(stores, "mastodon", bound(NOON + timedelta(seconds=1)), NOON + 2 * DAY) == everything[1:3]
    assert found(stores, "mastodon", bound(NOON), NOON) == []


@pytest.mark.parametrize("page", [1, 2, 3, 7])
def test_a_place_leads_on_to_the_next(stores: Stores, page: int) -> None:
    """Several of one second, and over midnight: none is passed over, none comes twice."""
    ones = [kept(number, fetched_at=NOON + timedelta(hours=number // 3)) for number in range(40)]
    stores.mentions.record(BRAND, ones)
    seen: list[str] = []
    after = bound(NOON - HOUR)
    while some := stores.kept.kept("mastodon", after, NOON + 2 * DAY, page):
        seen += [one.id for one in some]
        after = some[-1].place
    assert sorted(seen) == sorted(one.mention.id for one in ones)
    assert len(seen) == len(set(seen))


def test_a_place_names_no_post_and_no_person(stores: Stores) -> None:
    stores.mentions.record(BRAND, [kept(1)])
    [one] = stores.kept.kept("mastodon", bound(NOON - HOUR), NOON + HOUR, 10)
    assert one.brand == BRAND
    assert "ada" not in one.place
    assert "social.example" not in one.place


def test_an_erased_mention_is_shown_nowhere_and_still_counted(stores: Stores) -> None:
    # GIVEN two grave mentions
    stores.mentions.record(BRAND, [kept(1, severity=0.9), kept(2, severity=0.8)])
    before = stores.mentions.counts(BRAND, NOON - HOUR, NOON + HOUR)
    signals = stores.mentions.signals(BRAND, NOON - HOUR, NOON + HOUR, 10)
    gone = kept(1).mention.id

    # WHEN one is erased
    assert stores.kept.erase(BRAND, gone, NOON + DAY)

    # THEN it is neither among the gravest nor found again
    shown = stores.mentions.gravest(BRAND, NOON - HOUR, NOON + HOUR, 10)
    assert [one.mention.id for one in shown] == [kept(2).mention.id]
    assert found(stores, "mastodon", bound(NOON - HOUR), NOON + HOUR) == [kept(2).mention.id]
    # AND what was counted stays counted
    assert stores.mentions.counts(BRAND, NOON - HOUR, NOON + HOUR) == before
    assert stores.mentions.signals(BRAND, NOON - HOUR, NOON + HOUR, 10) == signals


def test_what_was_erased_never_comes_back(stores: Stores) -> None:
    """Protects against a source that shows a deleted post once more, and a queue that hands it over once more."""
    stores.mentions.record(BRAND, [kept(1)])
    gone = kept(1).mention.id
    assert stores.kept.erase(BRAND, gone, NOON + DAY)

    assert stores.mentions.record(BRAND, [kept(1), kept(1, fetched_at=NOON + 2 * DAY)]) == 0
    assert stores.mentions.record(BRAND, [kept(1), kept(2)]) == 1

    assert total(stores.mentions.counts(BRAND, NOON - HOUR, NOON + HOUR)).mentions == 2
    assert [one.mention.id for one in stores.mentions.gravest(BRAND, NOON - HOUR, NOON + HOUR, 9)] == [
        kept(2).mention.id
    ]


def test_erasing_is_done_once_and_makes_nothing(stores: Stores) -> None:
    stores.mentions.record(BRAND, [kept(1)])
    gone = kept(1).mention.id

    assert stores.kept.erase(BRAND, gone, NOON)
    assert not stores.kept.erase(BRAND, gone, NOON)
    assert not stores.kept.erase(BRAND, kept(7).mention.id, NOON)
    assert not stores.kept.erase("Other", gone, NOON)

    # AND what was never kept may still come
    assert stores.mentions.record(BRAND, [kept(7)]) == 1


def test_one_post_of_two_brands_is_two_mentions(stores: Stores) -> None:
    stores.mentions.record("One", [kept(1)])
    stores.mentions.record("Other", [kept(1)])
    assert {one.brand for one in stores.kept.kept("mastodon", bound(NOON - HOUR), NOON + HOUR, 10)} == {"One", "Other"}

    stores.kept.erase("One", kept(1).mention.id, NOON)

    assert [one.brand for one in stores.kept.kept("mastodon", bound(NOON - HOUR), NOON + HOUR, 10)] == ["Other"]
