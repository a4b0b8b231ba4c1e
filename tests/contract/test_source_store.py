"""Protects: one run at a time looks at a source, and only the holder of its lease moves the cursor."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.contract.conftest import Stores
from tests.support.samples import NOON, client
from tocsin.domain.budget import Limits, Usage
from tocsin.domain.errors import ConflictError, LeaseLostError, Trouble
from tocsin.domain.gaps import Gap
from tocsin.domain.health_news import HealthBook, Told
from tocsin.domain.losses import Losses
from tocsin.domain.rhythm import Rhythm
from tocsin.domain.source_health import Ailment, Coverage, Ill
from tocsin.domain.source_memory import Form, Memory
from tocsin.domain.source_state import SeenSet, SourceState

NEW = SourceState(source_id="rss-1")
UNTIL, NEXT = NOON + timedelta(seconds=90), NOON + timedelta(minutes=5)


def test_a_source_is_leased_to_one_run(stores: Stores) -> None:
    leased = stores.sources.acquire(NEW, owner="a", until=UNTIL, next_due_at=NEXT)

    with pytest.raises(LeaseLostError):
        stores.sources.acquire(NEW, owner="b", until=UNTIL, next_due_at=NEXT)

    assert stores.sources.states()["rss-1"] == leased
    assert not leased.due(NOON)


def test_the_cursor_is_kept_and_the_lease_released(stores: Stores) -> None:
    leased = stores.sources.acquire(NEW, owner="a", until=UNTIL, next_due_at=NEXT)
    seen = SeenSet(fingerprints=("one", "two"))

    stores.sources.commit(leased.model_copy(update={"etag": '"e1"', "newest_at": NOON}), seen)

    state = stores.sources.states()["rss-1"]
    assert (state.etag, state.newest_at, state.lease_owner) == ('"e1"', NOON, None)
    assert not state.due(NOON + timedelta(minutes=4))
    assert state.due(NEXT)
    assert stores.sources.seen("rss-1") == seen


def test_a_run_that_lost_its_lease_cannot_move_the_cursor(stores: Stores) -> None:
    # GIVEN a run that stalled until its lease had passed, and another that took over
    stalled = stores.sources.acquire(NEW, owner="a", until=UNTIL, next_due_at=NEXT)
    stores.sources.acquire(stalled, owner="b", until=UNTIL + timedelta(minutes=5), next_due_at=NEXT)

    # WHEN the first wakes up
    with pytest.raises(LeaseLostError):
        stores.sources.commit(stalled.model_copy(update={"etag": '"stale"'}), None)

    # THEN the second still holds it
    state = stores.sources.states()["rss-1"]
    assert (state.lease_owner, state.etag) == ("b", None)


def test_a_source_never_seen_has_an_empty_memory(stores: Stores) -> None:
    assert stores.sources.states() == {}
    assert stores.sources.seen("rss-none") == SeenSet()


def test_the_client_file_is_kept_whole(stores: Stores) -> None:
    assert stores.clients.load() is None
    stores.clients.save(client())
    assert stores.clients.load() == client()


def test_all_that_is_known_of_a_source_is_kept(stores: Stores) -> None:
    leased = stores.sources.acquire(NEW, owner="a", until=UNTIL, next_due_at=NEXT)
    known = leased.model_copy(
        update={
            "trouble": Trouble.QUOTA, "cursor": "x" * 4_000, "missing": ("author",), "silence_from": NEXT,
            "every": timedelta(hours=3), "calls_a_look": 2.5, "backfilling": True, "sampling": "a sample",
            "losses": Losses().after(Gap(since=NOON - timedelta(minutes=9), until=NOON, heard=0.25)),
        }
    )  # fmt: skip
    rhythm = Rhythm().heard(NOON).heard(NOON + timedelta(hours=3))
    seen = SeenSet(memory=Memory(rhythm=rhythm, form=Form(usual=frozenset({"title"}), looks=3, posts=9)))
    kept = stores.sources.commit(known, seen)

    assert stores.sources.states()["rss-1"] == kept
    assert stores.sources.seen("rss-1") == seen


def test_a_budget_is_taken_before_it_is_used_and_given_back(stores: Stores) -> None:
    limits = Limits(calls=10, usd=Decimal("0.50"))
    assert stores.budgets.used("x", "2026-11") == Usage()
    assert stores.budgets.take("x", "2026-11", Usage(calls=4, usd=Decimal("0.30")), limits)
    assert not stores.budgets.take("x", "2026-11", Usage(calls=1, usd=Decimal("0.2001")), limits)
    stores.budgets.correct("x", "2026-11", Usage(calls=-1, usd=Decimal("-0.20")))
    assert stores.budgets.take("x", "2026-11", Usage(calls=7, usd=Decimal("0.40")), limits)
    assert not stores.budgets.take("x", "2026-11", Usage(calls=1), limits)
    assert stores.budgets.used("x", "2026-11") == Usage(calls=10, usd=Decimal("0.50"))
    # AND another month, day or kind has its own
    assert stores.budgets.used("x", "2026-12") == Usage()
    assert stores.budgets.take("youtube-search", "2026-11-22", Usage(calls=1), Limits(calls=1))
    assert not stores.budgets.take("youtube-comments", "2026-11-22", Usage(calls=2), Limits(calls=1))


def test_a_budget_holds_under_functions_that_take_at_once(stores: Stores) -> None:
    if stores.engine == "moto":
        pytest.skip("moto does nothing at once")
    limits = Limits(calls=25)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: stores.budgets.take("x", "2026-11", Usage(calls=2), limits), range(40)))
    assert sum(taken) == 12
    assert stores.budgets.used("x", "2026-11").calls == 24


def test_the_book_of_health_is_kept_on_its_version(stores: Stores) -> None:
    assert stores.health.load() == HealthBook()
    ill = Ill(source_id="rss-1", name="https://one.example", ailment=Ailment.SILENT, reason="nothing new", since=NOON)
    cut = (Gap(since=NOON - timedelta(hours=1), until=NOON, heard=0.8),)
    seen = Coverage(healthy=7, total=8, ill=(ill,), cut=cut, partly=("rss-2",), late=cut)
    book = HealthBook(version=1, coverage=seen, told=(Told(ill=ill),), told_at=NOON)
    stores.health.save(book)
    assert stores.health.load() == book
    with pytest.raises(ConflictError):
        stores.health.save(book)
