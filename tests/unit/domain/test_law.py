"""Protects: a clock of the law ends when the law says, in the client's zone, and never later."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.plans import NOW, Seen, case
from tocsin.domain.case import legal, plan_clock, tasking
from tocsin.domain.case.plan import pick
from tocsin.domain.case.tasks import TaskState
from tocsin.domain.errors import TransitionError
from tocsin.domain.law import Unit, laws_of
from tocsin_cli.playbooks import load_library

LIBRARY = load_library()
CLOCKS = {clock.id: clock for law in LIBRARY.laws for clock in law.clocks}
KYIV, MADRID = ZoneInfo("Europe/Kyiv"), ZoneInfo("Europe/Madrid")
DUTY = "duty@agency.example"
moments = st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


@pytest.mark.parametrize(
    ("clock", "since", "ends"),
    [
        ("gdpr_authority", "2026-10-24T22:30+02:00", "2026-10-27T21:30+01:00"),
        ("es_rectification", "2026-03-06T09:00+01:00", "2026-03-13T23:59+01:00"),
        ("es_court", "2026-03-06T23:30+01:00", "2026-03-17T23:59+01:00"),
        ("es_publication", "2026-03-27T12:00+01:00", "2026-03-30T23:59+02:00"),
        ("whistle_answer", "2026-11-30T12:00+01:00", "2027-02-28T23:59+01:00"),
    ],
)
def test_each_unit_ends_as_the_law_counts(clock: str, since: str, ends: str) -> None:
    found = CLOCKS[clock].ends(datetime.fromisoformat(since).astimezone(UTC), MADRID)
    assert found == datetime.fromisoformat(ends)


@given(moments, st.sampled_from(sorted(CLOCKS)), st.sampled_from([KYIV, MADRID]))
def test_none_ends_before_it_began_or_outlasts_its_days(since: datetime, clock: str, zone: ZoneInfo) -> None:
    one = CLOCKS[clock]
    end = one.ends(since, zone)
    assert end > since
    longest = {
        Unit.HOURS: timedelta(hours=one.within),
        Unit.DAYS: timedelta(days=one.within + 1, hours=1),
        Unit.WORKING_DAYS: timedelta(days=one.within * 2 + 3),
        Unit.MONTHS: timedelta(days=one.within * 31 + 1, hours=1),
    }
    assert end - since <= longest[one.unit]
    if one.unit is Unit.WORKING_DAYS:
        assert end.astimezone(zone).weekday() < 5


def test_a_client_has_the_laws_of_its_countries_or_else_of_its_zone() -> None:
    assert [law.name.en for law in laws_of(LIBRARY.laws, (), "Europe/Kyiv")] == ["Ukraine"]
    assert {law.name.en for law in laws_of(LIBRARY.laws, (), "Europe/Madrid")} == {"Spain", "European Union"}
    assert {law.name.en for law in laws_of(LIBRARY.laws, ("ua", "de"), "Europe/Kyiv")} == {"Ukraine", "European Union"}
    assert laws_of(LIBRARY.laws, (), "America/Lima") == ()


class TestInACase:
    def test_it_is_offered_where_it_may_run(self) -> None:
        leak = case(timezone="Europe/Madrid")._replace(by=DUTY)
        file = pick(leak, LIBRARY, "data_leak").file
        ids = {clock.id for clock in legal.offered(leak.client, LIBRARY, file)}
        assert {"gdpr_authority", "es_rectification"} <= ids
        assert "whistle_receipt" not in ids

    def test_started_it_is_its_tasks_deadline_and_stopped_its_task_is_done(self) -> None:
        work = case(timezone="Europe/Madrid")._replace(by=DUTY)
        work = work._replace(file=pick(work, LIBRARY, "data_leak").file)
        since = NOW - timedelta(hours=5)
        started = legal.start(work, LIBRARY, "gdpr_authority", since)
        task = next(one for one in started.file.tasks if one.clock == "gdpr_authority")
        assert task.id == "authority_in_time"
        assert task.due_at == since + timedelta(hours=72)
        running = work._replace(file=started.file)
        with pytest.raises(TransitionError, match="stop the clock first"):
            tasking.drop(running, task.id, "no need of it")
        stopped = legal.stop(running, "gdpr_authority", "told the authority at noon")
        ended = next(one for one in stopped.file.tasks if one.id == task.id)
        assert (ended.state, ended.note) == (TaskState.DONE, "told the authority at noon")

    def test_it_makes_its_own_task_where_the_plan_has_none_and_survives_another_plan(self) -> None:
        work = case()._replace(by=DUTY)
        work = work._replace(file=plan_clock.due(work, Seen(LIBRARY)).file)
        file = legal.start(work, LIBRARY, "ua_refutation", NOW - timedelta(days=1)).file
        file = pick(work._replace(file=file), LIBRARY, "rumour").file
        task = next(one for one in file.tasks if one.clock == "ua_refutation")
        assert task.state is TaskState.OPEN
        done = tasking.done(work._replace(file=file), task.id)
        assert done.file.clocks[0].stopped_at == work.now

    @pytest.mark.parametrize(
        ("clock", "hours", "said"),
        [
            ("nosuch", 1, "there is no clock"),
            ("gdpr_authority", -1, "still to come"),
            ("es_rectification", 24 * 365 * 2_025, "ten years ago"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, clock: str, hours: int, said: str) -> None:
        with pytest.raises(TransitionError, match=said):
            legal.start(case()._replace(by=DUTY), LIBRARY, clock, NOW - timedelta(hours=hours))
        with pytest.raises(TransitionError, match="no clock"):
            legal.stop(case()._replace(by=DUTY), clock, "it never ran")
