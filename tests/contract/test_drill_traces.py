"""Protects: what a drill leaves is forgotten to the last item, and nothing of the brand with it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.contract.conftest import Stores
from tests.support.samples import NOON, scored
from tocsin.adapters.dynamodb.drill_traces import DynamoDrillTraces
from tocsin.adapters.memory import MemoryMentionStore
from tocsin.domain.drills import drill_brand
from tocsin.ports import DrillTraces

BRAND = "Аврора"
DRILL = drill_brand(BRAND)
DAY = (NOON - timedelta(days=2), NOON + timedelta(days=2))


def traces(stores: Stores) -> DrillTraces:
    if isinstance(stores.mentions, MemoryMentionStore):
        return stores.mentions
    at: Any = stores.mentions
    cases: Any = stores.cases
    return DynamoDrillTraces(at._client, at._table, cases._table)


def test_only_the_drill_is_forgotten(stores: Stores) -> None:
    ours = [scored(number, at=NOON + timedelta(minutes=number), severity=0.9) for number in range(5)]
    drill = [scored(10 + number, at=NOON - timedelta(hours=13 * number), severity=0.9, brand=DRILL)
             for number in range(3)]  # fmt: skip
    stores.mentions.record(BRAND, ours)
    stores.mentions.record(DRILL, drill)
    kept = (stores.mentions.counts(BRAND, *DAY), stores.mentions.signals(BRAND, *DAY, 100))
    assert stores.mentions.dirty_seq(DRILL) > 0

    traces(stores).sweep(DRILL, [one.mention for one in drill])

    assert stores.mentions.counts(DRILL, *DAY) == ()
    assert stores.mentions.signals(DRILL, *DAY, 100) == ()
    assert stores.mentions.gravest(DRILL, *DAY, 10) == ()
    assert stores.mentions.dirty_seq(DRILL) == 0
    assert (stores.mentions.counts(BRAND, *DAY), stores.mentions.signals(BRAND, *DAY, 100)) == kept
    assert stores.mentions.dirty_seq(BRAND) > 0
    assert len(stores.mentions.gravest(BRAND, *DAY, 10)) == 5


def test_a_real_brand_is_never_swept(stores: Stores) -> None:
    stores.mentions.record(BRAND, [scored(1)])

    with pytest.raises(ValueError, match="no drill"):
        traces(stores).sweep(BRAND, [scored(1).mention])

    assert stores.mentions.counts(BRAND, *DAY)
