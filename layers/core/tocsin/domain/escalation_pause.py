"""A pause stands still for the clocks of those who were asked before it: nothing fell due while nobody was told."""

from datetime import datetime

from tocsin.domain.controls import Pause
from tocsin.domain.incident import Incident
from tocsin.domain.paging import Page, Paging


def after_pause(incident: Incident, pause: Pause | None, now: datetime) -> Incident:
    """The incident with each moment moved on by what of the pause came after it; once a pause. The version stays."""
    paging = incident.live_paging
    if paging is None or pause is None or now < pause.until:
        return incident
    if paging.resumed_at is not None and paging.resumed_at >= pause.until:
        return incident

    def moved(at: datetime) -> datetime:
        return at if at >= pause.until else at + (pause.until - max(at, pause.since))

    def _or_none(at: datetime | None) -> datetime | None:
        return None if at is None else moved(at)

    def page(one: Page) -> Page:
        return one.model_copy(
            update={
                "since": moved(one.since),
                "last_at": moved(one.last_at),
                "acknowledged_at": _or_none(one.acknowledged_at),
                "acted_at": _or_none(one.acted_at),
                "declined_at": _or_none(one.declined_at),
            }
        )

    shifted: Paging = paging.model_copy(
        update={
            "since": moved(paging.since),
            "asked_at": _or_none(paging.asked_at),
            "reminded_at": _or_none(paging.reminded_at),
            "people": tuple(page(one) for one in paging.people),
        }
    )
    if shifted == paging:
        return incident
    return incident.model_copy(update={"paging": shifted.model_copy(update={"resumed_at": pause.until})})
