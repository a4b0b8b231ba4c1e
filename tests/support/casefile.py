"""A case in the making for tests: a client with people of every role, an incident, and its file."""

from datetime import datetime
from typing import Any

from tests.support.samples import NOON, client
from tocsin.domain.case.file import CaseFile, Work, Worked
from tocsin.domain.client import Client
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level

ANNA, BOHDAN, DIRECTOR = "anna@agency.example", "bohdan@agency.example", "director@agency.example"
HEAD = "head@bakery.example"


def agency(**changes: Any) -> Client:
    people = [
        {"name": "Anna", "email": ANNA, "phone": "+380441234567", "role": "community"},
        {"name": "Bohdan", "email": BOHDAN, "phone": "+380441234568", "role": "responsible"},
        {"name": "Director", "email": DIRECTOR, "phone": "+380441234569", "role": "director"},
    ]
    contacts = [{"name": "Head", "email": HEAD, "phone": "+380441234570"}]
    return client(**{"responders": people, "client_contacts": contacts} | changes)


def work(level: Level = Level.ISSUE, *, by: str | None = ANNA, at: datetime = NOON, of: Client | None = None) -> Work:
    incident = Incident.opened(
        id="aurora-1", client="aurora", brand="Аврора", level=level, index=50.0, reasons=(), at=NOON
    )
    return Work(of or agency(), incident, CaseFile.opened(incident), at, by)


def after(before: Work, done: Worked, *, by: str | None = None, at: datetime | None = None) -> Work:
    """What the next step sees."""
    return before._replace(
        incident=done.incident, file=done.file, by=before.by if by is None else by, now=at or before.now
    )
