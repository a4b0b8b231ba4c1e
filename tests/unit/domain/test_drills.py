"""Protects: a drill's brand is never a real one's, and a forgotten drill ends by itself."""

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON, client
from tocsin.adapters.dynamodb import keys
from tocsin.domain.alert import Alert
from tocsin.domain.case import drill_end
from tocsin.domain.case.file import CaseFile, CaseStatus, Work
from tocsin.domain.drills import LONGEST, drill_brand, is_drill, rehearsed
from tocsin.domain.errors import ClientFileError, TransitionError
from tocsin.domain.escalation import alarm
from tocsin.domain.fields import Language
from tocsin.domain.incident import Incident, IncidentState
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind
from tocsin.web.call import render_call
from tocsin.web.chat import render_chat
from tocsin.web.mail import render_email
from tocsin.web.sms import render_sms

BRAND = "Аврора"
NAMES = st.text(min_size=1, max_size=60)


@given(NAMES)
def test_every_key_of_a_drill_is_another(name: str) -> None:
    drill = drill_brand(name)

    assert is_drill(drill)
    assert rehearsed(drill) == name
    assert keys.brand_state(drill) != keys.brand_state(name)
    assert keys.counter_day(drill, NOON) != keys.counter_day(name, NOON)
    assert keys.signals_day(drill, NOON) != keys.signals_day(name, NOON)
    assert keys.dirty_brand(drill) != keys.dirty_brand(name)
    assert keys.stories(drill) != keys.stories(name)
    assert keys.mention_hour(drill, NOON) != keys.mention_hour(name, NOON)


def test_the_client_knows_it_as_the_same_brand_under_that_name_and_lists_it_nowhere() -> None:
    of = client()
    brand = of.brand(drill_brand(BRAND))

    assert brand is not None
    assert brand.name == drill_brand(BRAND)
    assert brand.terms == of.brands[0].terms
    assert of.brand(drill_brand("Інша")) is None
    assert all(not is_drill(one.name) for one in of.brands)


@pytest.mark.parametrize(
    "changes",
    [
        {"brands": [{"name": "DRILL: Аврора", "terms": ["Аврора"]}]},
        {"webhooks": [{"name": "shop", "brand": "DRILL: Аврора"}]},
    ],
)
def test_no_file_can_make_one(changes: dict[str, object]) -> None:
    with pytest.raises(ClientFileError):
        client(**changes)


def drilled(of_brand: str = drill_brand(BRAND)) -> tuple[Incident, CaseFile]:
    opened = Incident.opened(
        id="aurora-drill-1", client="aurora", brand=of_brand, level=Level.CRISIS, index=70, reasons=(), at=NOON
    )
    file = CaseFile.opened(opened, version=1, drill=rehearsed(of_brand) if is_drill(of_brand) else None)
    return alarm(client(), opened, AlertKind.RAISED, NOON, always=True).incident, file


def test_a_drill_whose_command_has_died_ends_after_two_hours() -> None:
    incident, file = drilled()
    at = drill_end.next_at(file, incident)
    assert at == NOON + LONGEST
    early = drill_end.due(Work(client(), incident, file, NOON + timedelta(hours=1)), None)  # type: ignore[arg-type]
    assert early.incident is incident

    done = drill_end.due(Work(client(), incident, file, at), None)  # type: ignore[arg-type]

    assert done.incident.state is IncidentState.RESOLVED
    assert done.incident.paging is not None
    assert done.incident.paging.next_at is None
    assert done.file.status is CaseStatus.CLOSED
    assert {item.kind for item in done.outbox} == {AlertKind.RESOLVED}
    assert all(item.always for item in done.outbox), "in shadow, too"
    assert drill_end.next_at(done.file, done.incident) is None


def test_a_real_case_is_not_ended_so() -> None:
    incident, file = drilled(BRAND)

    assert drill_end.next_at(file, incident) is None
    with pytest.raises(TransitionError, match="no drill"):
        drill_end.end(Work(client(), incident, file, NOON))


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("kind", [kind for kind in AlertKind if kind is not AlertKind.CLIENT])
@pytest.mark.parametrize("brand", [BRAND, "A" * 60])
def test_every_kind_of_message_says_so_by_every_way(kind: AlertKind, language: Language, brand: str) -> None:
    alert = Alert(
        id="aurora-drill-1/1/sms/duty", incident_id="aurora-drill-1", kind=kind, client_name="Aurora",
        brand=drill_brand(brand), level=Level.CRISIS, index=70, reasons=(), opened_at=NOON, at=NOON, recipient="Duty",
        language=language, timezone="Europe/Kyiv", negative=9, total=12, window_minutes=60,
        answer="https://aurora.alerts.example/a/abcdefghijkl", text="Ми перевіряємо",
    )  # fmt: skip

    mail = render_email(alert)
    for said in (mail.subject, mail.text, mail.html, render_sms(alert), render_chat(alert).title):
        assert "DRILL" in said
    assert "drill" in render_call(alert).lower() or "simulacro" in render_call(alert).lower()
    if language == "uk":
        assert "НАВЧАННЯ" in render_sms(alert) or kind is AlertKind.TEST
