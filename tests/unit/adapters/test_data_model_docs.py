"""Protects: docs/data-model.md tells what keys.py really writes, pattern by pattern, and forgets none."""

import inspect
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.functions import ROOT
from tocsin.adapters.dynamodb import keys

MINUTE = datetime(2026, 3, 2, 12, 4, tzinfo=UTC)
BUILT = {
    "mention": (keys.mention("brand", "kind:id").pk.rpartition("#")[0] + "#hash", "MENTION"),
    "check_day": (keys.check_day("kind", MINUTE), keys.check_moment("brand", "id", MINUTE).partition("#")[0] + "#hash"),
    "mention_hour": (keys.mention_hour("brand", MINUTE), keys.mention_moment(MINUTE, "id")),
    "counter": keys.counter("brand", MINUTE, 0),
    "signals": keys.signals("brand", MINUTE, "5f2a90c1d3e4"),
    "stories": keys.stories("brand"),
    "dirty": keys.dirty("brand", 0),
    "mark": keys.mark("brand", "id"),
    "source": keys.source("id"),
    "seen": keys.seen("id"),
    "budget": keys.budget("scope", "2026-03"),
    "CLIENT": keys.CLIENT,
    "HEALTH": keys.HEALTH,
    "CONTROLS": keys.CONTROLS,
    "REPORTS": keys.REPORTS,
    "READINESS": keys.READINESS,
    "DRILLS": keys.DRILLS,
    "DRILL_TEXTS": keys.DRILL_TEXTS,
    "PLAN_LIBRARY": keys.PLAN_LIBRARY,
    "PLAN_CHANGES": keys.PLAN_CHANGES,
    "silent": keys.silent(MINUTE, "id", 1),
    "judged": keys.judged("brand", MINUTE),
    "brand_state": keys.brand_state("brand"),
    "incident": keys.incident("id"),
    "outbox": keys.outbox("id/1/email/duty@agency.example"),
    "case_file": keys.case_file("id"),
    "case_event": keys.case_event("id", 2, 1),
    "case_steps": keys.case_steps("id", 7),
    "DUE_CASES": (keys.DUE_CASES, "when"),
    "DUE_INCIDENTS": (keys.DUE_INCIDENTS, "when"),
    "DUE_LINKS": (keys.DUE_LINKS, "when it was said"),
    "link": keys.link("code"),
    "rung": (keys.rung("+380441234567").pk.rpartition("#")[0] + "#hash", "RUNG"),
    "RAIDS": keys.RAIDS,
    "PAUSES": keys.PAUSES,
    "PENDING": (keys.PENDING, "due time"),
    "FAILED": (keys.FAILED, "when"),
    "complaint": keys.complaint("number"),
    "complaint_message": keys.complaint_message("number", 1),
    "complaint_form": keys.complaint_form("receipt"),
    "COMPLAINTS": (keys.COMPLAINTS, "when"),
    "bucket": keys.bucket("name"),
    "hook_message": keys.hook_message("hook", "fingerprint"),
}
ROWS = {
    row[0].split("`")[1]: (row[1].strip("` "), row[2].strip("` "))
    for row in re.findall(
        r"^\|[^|]*\|[^|]*\|([^|]*)\|([^|]*)\|([^|]*)\|[^|]*\|$", (ROOT / "docs/data-model.md").read_text(), re.MULTILINE
    )
    if "`" in row[0]
}


def test_every_key_is_in_the_table_and_nothing_else() -> None:
    builders = {
        name
        for name, function in inspect.getmembers(keys, inspect.isfunction)
        if function.__annotations__.get("return") is keys.Key and not name.startswith("_")
    }
    assert builders <= set(ROWS)
    assert set(ROWS) == set(BUILT)


@pytest.mark.parametrize("name", BUILT)
def test_the_table_shows_the_key_as_it_is_written(name: str) -> None:
    assert ROWS[name] == tuple(BUILT[name])


names = st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable())


@given(names, st.integers(1, 999_999), st.sampled_from(["email", "sms", "topic"]), names)
def test_an_alerts_id_survives_its_key(incident: str, number: int, channel: str, recipient: str) -> None:
    item = f"{incident.replace('/', '-')}/{number}/{channel}/{recipient}"
    assert keys.parse_outbox(*keys.outbox(item)) == item


@given(names, names)
def test_two_brands_never_share_a_key(one: str, other: str) -> None:
    if one != other:
        assert keys.counter_day(one, MINUTE) != keys.counter_day(other, MINUTE)
        assert keys.signals_day(one, MINUTE) != keys.signals_day(other, MINUTE)
        assert keys.mention(one, "x") != keys.mention(other, "x")
        assert keys.mention(one, f"{other}#x") != keys.mention(f"{one}#{other}", "x")
