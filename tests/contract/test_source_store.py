"""Protects: one run at a time looks at a source, and only the holder of its lease moves the cursor."""

from datetime import timedelta

import pytest

from tests.contract.conftest import Stores
from tests.support.samples import NOON, client
from tocsin.domain.errors import LeaseLostError
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
