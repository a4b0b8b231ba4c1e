"""Protects: what nobody in particular owes is asked of who leads the case, and no stranger to it is woken."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.support.casefile import ANNA, BOHDAN, DIRECTOR, agency, work
from tests.support.samples import NOON
from tocsin.domain import escalation
from tocsin.domain.case import task_clock
from tocsin.domain.case.file import Work
from tocsin.domain.case.reminding import TWICE, leader_of
from tocsin.domain.case.tasks import CaseTask
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.domain.said import Words

HOUR = timedelta(hours=1)


def rung(of: Work) -> Work:
    return of._replace(incident=escalation.alarm(of.client, of.incident, AlertKind.RAISED, of.now).incident)


def taken(of: Work, person: str) -> Work:
    return of._replace(incident=escalation.acknowledge(of.client, of.incident, person, of.now).incident)


def test_whoever_was_named_leads_then_who_took_the_alarm_then_who_is_asked_first() -> None:
    case = rung(work(Level.CRISIS))
    assert leader_of(case).email == BOHDAN
    took = taken(case, DIRECTOR)
    assert leader_of(took).email == DIRECTOR
    assert leader_of(took._replace(file=took.file.with_(owner=ANNA))).email == ANNA


def test_who_left_the_file_leads_nothing() -> None:
    took = taken(rung(work(Level.CRISIS)), DIRECTOR)
    rest = [one.model_dump(mode="json") for one in agency().responders if one.email != DIRECTOR]
    assert leader_of(took._replace(client=agency(responders=rest))).email == BOHDAN


LEVELS = st.sampled_from([Level.WATCH, Level.ISSUE, Level.CRISIS, Level.SEVERE])


def late(of: Work) -> Work:
    """With a task that people added, an hour late."""
    said = Words(en="Call the plant", uk="Подзвонити на завод", es="Llamar a la planta")
    task = CaseTask(id="task-1", words=said, owner=ANNA, due_at=NOON - HOUR)
    return of._replace(file=of.file.with_(tasks=(task,)))


def minded(of: Work, hours: int) -> tuple[Work, int]:
    """So many hours of the minute's clock, and how often somebody was reminded."""
    told = 0
    for _ in range(hours * 4):
        done = task_clock.due(of)
        told += bool(done.outbox)
        of = of._replace(incident=done.incident, file=done.file, now=of.now + HOUR / 4)
    return of, told


@given(st.lists(LEVELS, min_size=1, max_size=6))
def test_what_was_reminded_of_often_enough_at_a_lesser_level_is_reminded_of_again_at_a_graver_one(
    levels: list[Level],
) -> None:
    # GIVEN a late task of which people are reminded until nobody is any more
    now, peak = late(work(levels[0])), levels[0]
    now, told = minded(now, 24)
    assert told == TWICE + 1

    # WHEN the level moves THEN each rise beyond what it ever was is spoken of anew, as often, and nothing else is
    for level in levels[1:]:
        if level != now.incident.level:
            moved = now.incident.releveled(level, index=50, reasons=(), at=now.now)
            now = now._replace(incident=moved)
        now, told = minded(now, 24)
        assert told == (TWICE + 1 if level > peak else 0)
        peak = max(peak, level)


def test_and_then_it_rings() -> None:
    now, _ = minded(late(work(Level.WATCH)), 24)
    risen = now._replace(incident=now.incident.releveled(Level.CRISIS, index=70, reasons=(), at=now.now))
    assert {item.channel for item in task_clock.due(risen).outbox} == {Channel.EMAIL, Channel.SMS}
