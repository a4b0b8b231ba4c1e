"""Protects: whom the file lets the machine write to on the client's side reads nothing that is meant for the agency."""

import pytest

from tests.support.samples import client
from tests.unit.services.support import House
from tocsin.domain.escalation import alarm
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.web.mail import render_email

DUTY = {"name": "Olena Secret", "email": "duty@agency.example", "phone": "+380441234567"}
HEAD = "head@aurora.example"


@pytest.mark.parametrize("language", ["en", "uk", "es"])
def test_of_the_end_too_they_read_nothing_of_the_agencys_own(language: str) -> None:
    # GIVEN a client's contact whom the machine may tell
    contact = {"name": "Head", "email": HEAD, "language": language}
    at = House(client(responders=[DUTY], client_auto_page=True, client_contacts=[contact]))
    raised = Incident.opened(
        id="aurora-1", client="aurora", brand="Aurora", level=Level.CRISIS, index=50, reasons=(), at=at.clock.at
    )
    resolved = None
    # WHEN it burns, and is over
    for kind in (AlertKind.RAISED, AlertKind.RESOLVED):
        moved = alarm(at.clients.load() or client(), resolved or raised, kind, at.clock.at)
        at.cases.save_incident(moved.incident, moved.outbox)
        for item in moved.outbox:
            at.notify.deliver(item.id)
        at.clock.forward(hours=3)
        resolved = moved.incident.releveled(Level.CALM, index=0, reasons=(), at=at.clock.at) if not resolved else None
    # THEN they read of both, in words without our people, our index, our steps
    read = [render_email(alert) for address, alert in at.channels[Channel.EMAIL].sent if address == HEAD]
    assert len(read) == 2
    for mail in read:
        assert "Aurora" in mail.text
        assert not any(word in mail.text + mail.html for word in ("Olena", "/100", "Tocsin", "aurora-1"))
    assert read[0].text != read[1].text
