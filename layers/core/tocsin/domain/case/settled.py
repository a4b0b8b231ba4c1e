"""What a step has come to, made fit to be written: one message a person, versions that rise by one, a file that can be
kept."""

import zlib
from collections.abc import Iterable

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from tocsin.domain.case.comes_with import with_its_tasks
from tocsin.domain.case.file import CaseFile, Work, Worked
from tocsin.domain.errors import TransitionError
from tocsin.domain.incident import Incident
from tocsin.domain.outbox import AlertKind, Channel, OutboxItem
from tocsin.domain.refusals import Refused

MOST_BYTES = 300_000
"""Of a packed file: an item of the table holds 400,000, and the next clock must find room."""


def settled(work: Work, done: Worked) -> Worked:
    """The very incident and file that came in stay so where nothing is to be written of them. Raise TransitionError
    when the file would hold more than can be kept."""
    done = with_its_tasks(work, done)
    outbox = _put_together(done.outbox)
    incident = done.incident
    number = max((item.alert_no for item in outbox), default=0)
    if incident is not work.incident or number > incident.alert_no:
        incident = _numbered(work.incident, incident, number)
    file = work.file
    if done.file != work.file or done.events:
        file = check_room(done.file.with_(version=work.file.version + 1))
    return Worked(incident, file, done.events, outbox)


def check_room(file: CaseFile) -> CaseFile:
    """Raise TransitionError when it could not be kept, or not be read again."""
    try:
        form = file.model_dump_json().encode()
    except PydanticSerializationError:
        raise TransitionError(
            "the case cannot hold this: there is something in it that is no text", Refused.UNFIT
        ) from None
    try:
        CaseFile.model_validate_json(form)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise TransitionError(f"the case cannot hold this: {place}: {error.errors()[0]['msg']}", Refused.FULL) from None
    if len(form) > MOST_BYTES and len(zlib.compress(form, 6)) > MOST_BYTES:
        raise TransitionError("the case is full: begin another one, and link the two", Refused.FULL)
    return file


def _numbered(before: Incident, after: Incident, number: int) -> Incident:
    same = after.model_copy(update={"version": before.version, "alert_no": before.alert_no}) == before
    if same and number <= before.alert_no:
        return before
    return after.model_copy(update={"version": before.version + 1, "alert_no": max(after.alert_no, number)})


def _put_together(items: Iterable[OutboxItem]) -> tuple[OutboxItem, ...]:
    """Reminders to one person by one channel become one, that names everything."""
    found: dict[tuple[int | None, Channel, str, AlertKind, str | None], OutboxItem] = {}
    for item in items:
        number = None if item.kind is AlertKind.DUE else item.alert_no
        place = (number, item.channel, item.recipient, item.kind, item.text if number is not None else None)
        kept = found.get(place)
        if kept is None:
            found[place] = item
            continue
        about = (*kept.about, *(one for one in item.about if one not in kept.about))
        soonest = min(kept.due_at, item.due_at)
        found[place] = kept.model_copy(update={"about": about, "planned_at": soonest, "due_at": soonest})
    return tuple(found.values())
