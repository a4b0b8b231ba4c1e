"""Protects: what DynamoDB answers under load is retried where that helps, and told where it does not."""

from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON, mention, scored
from tests.unit.services.support import House
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.mentions import ATTEMPTS, DynamoMentionStore, full_jitter
from tocsin.domain.brand_state import BrandState
from tocsin.domain.errors import ConflictError, RejectedItemError, ThrottledError
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.signal import SIZE, Signal, packed, unpacked
from tocsin.services.score import CHUNK

BRAND = "Аврора"
HOUR = timedelta(hours=1)


def refusal(code: str, reasons: list[str] | None = None) -> ClientError:
    answer: dict[str, Any] = {"Error": {"Code": code, "Message": "injected"}}
    if reasons:
        answer["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return ClientError(answer, "TransactWriteItems")  # type: ignore[arg-type]


def cancelled(*reasons: str) -> ClientError:
    return refusal("TransactionCanceledException", list(reasons))


def store(*answers: object) -> tuple[DynamoMentionStore, Mock, list[float]]:
    client, waits = Mock(), list[float]()
    client.transact_write_items.side_effect = [*answers]
    return DynamoMentionStore(client, "mentions", wait=waits.append), client, waits


def puts(request: dict[str, Any]) -> list[bytes]:
    """The signals that it writes."""
    items = [action["Put"]["Item"] for action in request["TransactItems"] if "Put" in action]
    return [item["signals"]["B"] for item in items if "signals" in item]


def sent(client: Mock) -> list[dict[str, Any]]:
    return [call.kwargs for call in client.transact_write_items.call_args_list]


def shards(request: dict[str, Any]) -> set[str]:
    return {a["Update"]["Key"]["sk"]["S"].rsplit("#", 1)[1] for a in request["TransactItems"] if "Update" in a}


def test_duplicates_are_dropped_under_a_new_token_without_waiting() -> None:
    at, client, waits = store(cancelled("None", "ConditionalCheckFailed", "None", "None", "None"), {})

    assert at.record(BRAND, [scored(1), scored(2), scored(3)]) == 2

    first, second = sent(client)
    assert len(first["TransactItems"]) - len(second["TransactItems"]) == 1
    assert first["ClientRequestToken"] != second["ClientRequestToken"]
    assert waits == []


def test_a_duplicate_leaves_the_transaction_with_its_signal() -> None:
    at, client, _ = store(cancelled("None", "ConditionalCheckFailed", *["None"] * 5), {})

    at.record(BRAND, [scored(1), scored(2), scored(3)])

    first, second = ([one for put in puts(request) for one in unpacked(put)] for request in sent(client))
    assert first == sorted(Signal.of(scored(n)) for n in (1, 2, 3))
    assert second == sorted(Signal.of(scored(n)) for n in (1, 3))


@pytest.mark.parametrize(("source", "days"), [("rss", 90), ("youtube", 30), ("unheard-of", 90)])
def test_a_mention_is_kept_no_longer_than_its_source_allows(source: str, days: int) -> None:
    at, client, _ = store({})
    heard = scored(1, source=source)

    at.record(BRAND, [heard])

    put = sent(client)[0]["TransactItems"][0]["Put"]["Item"]
    assert put["expires_at"]["N"] == str(int((heard.mention.fetched_at + timedelta(days=days)).timestamp()))


def test_a_conflict_waits_and_moves_to_another_shard() -> None:
    at, client, waits = store(cancelled("None", "TransactionConflict", "None"), {})

    assert at.record(BRAND, [scored(1)]) == 1

    first, second = sent(client)
    assert shards(first) == {"0"}
    assert len(shards(second)) == 1
    assert shards(second) != {"0"}
    assert len(waits) == 1


def test_a_duplicate_beside_a_conflict_is_dropped_all_the_same() -> None:
    at, _, _ = store(cancelled("ConditionalCheckFailed", "None", "TransactionConflict", "None"), {})
    assert at.record(BRAND, [scored(1), scored(2)]) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (cancelled("None", "TransactionConflict", "None"), ConflictError),
        (cancelled("None", "ThrottlingError", "None"), ConflictError),
        (refusal("ProvisionedThroughputExceededException"), ThrottledError),
        (refusal("TransactionInProgressException"), ThrottledError),
    ],
)
def test_trouble_that_does_not_end_is_told_after_a_few_attempts(answer: ClientError, error: type[Exception]) -> None:
    at, client, waits = store(*[answer] * ATTEMPTS)
    with pytest.raises(error):
        at.record(BRAND, [scored(1)])
    assert len(sent(client)) == ATTEMPTS
    assert len(waits) == ATTEMPTS - 1


@pytest.mark.parametrize("answer", [cancelled("ValidationError", "None", "None"), refusal("ValidationException")])
def test_what_dynamodb_never_takes_is_not_tried_again(answer: ClientError) -> None:
    at, client, _ = store(answer)
    with pytest.raises(RejectedItemError):
        at.record(BRAND, [scored(1)])
    assert len(sent(client)) == 1


def test_an_error_that_nobody_foresaw_is_not_hidden() -> None:
    at, _, _ = store(refusal("AccessDeniedException"))
    with pytest.raises(ClientError):
        at.record(BRAND, [scored(1)])


def test_signals_in_the_form_of_another_version_are_passed_over() -> None:
    client = Mock()
    ours, theirs = {"N": str(SIZE)}, {"N": str(SIZE + 4)}
    own = packed((Signal.of(scored(1)),))
    key = {"pk": {"S": "SIGNALS#a#2026-03-02"}, "sk": {"S": "12:00#x"}}
    client.get_paginator.return_value.paginate.return_value = [
        {
            "Items": [
                {**key, "signals": {"B": own + b"1234"}, "form": theirs},
                {**key, "signals": {"B": own}, "form": ours},
            ]
        }
    ]
    at = DynamoMentionStore(client, "mentions")
    assert at.signals(BRAND, NOON, NOON + HOUR, 10) == (Signal.of(scored(1)),)


def test_waits_grow_and_are_bounded() -> None:
    assert all(0 <= full_jitter(attempt) <= 1.6 for attempt in range(30))


def touched(request: dict[str, Any]) -> list[tuple[str, str]]:
    found = []
    for action in request["TransactItems"]:
        [of] = action.values()
        key = of.get("Key") or of["Item"]
        found.append((key["pk"]["S"], key["sk"]["S"]))
    return found


minutes = st.integers(0, 48 * 60)


@given(st.lists(minutes, min_size=1, max_size=CHUNK), st.integers(0, 24 * 60))
def test_what_was_fetched_together_fits_into_one_transaction(ages: list[int], clock: int) -> None:
    """40 mentions, 40 minutes, a dirty_seq and three days; no item twice, which DynamoDB refuses."""
    at, client, _ = store({})
    fetched = NOON + timedelta(minutes=clock)
    at.record(BRAND, [scored(n, at=fetched - timedelta(minutes=age), fetched_at=fetched) for n, age in enumerate(ages)])
    keys = touched(sent(client)[0])
    assert len(keys) == len(set(keys)) <= 2 * CHUNK + 1 + 3


@given(st.lists(st.integers(0, 60 * 24 * 60), min_size=1, max_size=CHUNK))
def test_whatever_comes_together_goes_in_transactions_that_dynamodb_takes(ages: list[int]) -> None:
    """Dead letters of weeks, sent again at once: halved, and none refused for good."""
    client = Mock()
    house = House()
    house.score._mentions = DynamoMentionStore(client, "mentions", wait=lambda _: None)

    ones = [
        mention(n, at=NOON - timedelta(minutes=age), fetched_at=NOON - timedelta(minutes=age))
        for n, age in enumerate(ages)
    ]
    report = house.hear(*ones)

    assert (report.recorded, report.quarantined, report.failed) == (len(ages), 0, ())
    for request in sent(client):
        keys = touched(request)
        assert len(keys) == len(set(keys)) <= 100


def test_what_is_left_unprocessed_is_asked_for_again_and_then_done_without() -> None:
    client = Mock()
    client.get_paginator.return_value.paginate.return_value = [
        {"Items": [{"gravity": {"N": "90"}, "hour_sk": {"S": "x"}, "pk": {"S": "MENTION#a"}}]}
    ]
    client.batch_get_item.return_value = {
        "Responses": {},
        "UnprocessedKeys": {"mentions": {"Keys": [{"pk": {"S": "MENTION#a"}, "sk": {"S": "MENTION"}}]}},
    }
    at = DynamoMentionStore(client, "mentions", wait=lambda _: None)
    assert at.gravest(BRAND, NOON, NOON.replace(minute=30), 3) == ()
    assert client.batch_get_item.call_count == 3


@pytest.mark.parametrize(
    ("reasons", "error"),
    [
        (("ConditionalCheckFailed", "None"), ConflictError),
        (("TransactionConflict", "None"), ConflictError),
        (("ThrottlingError", "None"), ThrottledError),
        (("ValidationError", "None"), RejectedItemError),
    ],
)
def test_a_cancelled_step_says_why(reasons: tuple[str, ...], error: type[Exception]) -> None:
    client = Mock()
    client.transact_write_items.side_effect = cancelled(*reasons)
    storm = Incident.opened(id="a-1", client="a", brand="A", level=Level.ISSUE, index=50, reasons=(), at=NOON)
    with pytest.raises(error):
        DynamoCaseStore(client, "cases").save_assessment(BrandState(brand="A", version=1), incident=storm)
