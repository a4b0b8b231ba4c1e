"""Protects: what nobody in particular owes is asked of who leads the case, and no stranger to it is woken."""

from tests.support.casefile import ANNA, BOHDAN, DIRECTOR, agency, work
from tocsin.domain import escalation
from tocsin.domain.case.file import Work
from tocsin.domain.case.reminding import leader_of
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind


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
