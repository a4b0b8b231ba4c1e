"""Protects: the playbooks come back as they were stored, with what people have changed since, and of two that change
them at once one reads again."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.support.tables import create_tables
from tocsin.adapters.dynamodb.plans import DynamoPlanStore
from tocsin.adapters.memory_plans import MemoryPlanStore
from tocsin.domain.case.review import ChangeKind, PlanChange
from tocsin.domain.errors import ConflictError
from tocsin.domain.playbook_changes import PlaybookOverlay, accepted
from tocsin.ports import PlanStore
from tocsin_cli.playbooks import load_library

LIBRARY = load_library()
SOONER = PlanChange(
    id="change-1",
    kind=ChangeKind.PLAYBOOK,
    place="playbook.rumour.tasks.proof.within",
    before=json.dumps(60),
    after=json.dumps(30),
)


@pytest.fixture(params=["memory", "moto", "ministack"])
def plans(request: pytest.FixtureRequest) -> Iterator[PlanStore]:
    if request.param == "memory":
        yield MemoryPlanStore()
        return
    if request.param == "ministack":
        client: Any = request.getfixturevalue("ministack").client("dynamodb")
        yield DynamoPlanStore(client, create_tables(client, f"-{uuid.uuid4().hex[:8]}")[1])
        return
    with mock_aws():
        client = boto3.client("dynamodb")
        yield DynamoPlanStore(client, create_tables(client)[1])


def test_before_the_first_deploy_there_is_none(plans: PlanStore) -> None:
    assert plans.library() is None
    assert plans.deployed() is None
    assert plans.changes() == PlaybookOverlay()


def test_what_was_changed_is_in_force_until_the_files_say_the_same(plans: PlanStore) -> None:
    plans.save_library(LIBRARY)
    assert plans.library() == LIBRARY == plans.deployed()
    plans.save_changes(accepted(LIBRARY, plans.changes(), SOONER))
    assert _within(plans) == (30, "rumour v2")
    plans.save_library(LIBRARY)
    assert _within(plans) == (30, "rumour v2")
    in_force = plans.library()
    assert in_force is not None
    plans.save_library(in_force)
    assert plans.changes().changes == ()
    assert _within(plans) == (30, "rumour v2")


def test_who_did_not_see_the_last_change_reads_again(plans: PlanStore) -> None:
    plans.save_library(LIBRARY)
    seen = plans.changes()
    plans.save_changes(seen.model_copy(update={"version": seen.version + 1}))
    with pytest.raises(ConflictError):
        plans.save_changes(seen.model_copy(update={"version": seen.version + 1}))


def _within(plans: PlanStore) -> tuple[int, str]:
    found = plans.library()
    rumour = found.of("rumour") if found is not None else None
    assert rumour is not None
    return next(task.within for task in rumour.tasks if task.id == "proof"), rumour.cited
