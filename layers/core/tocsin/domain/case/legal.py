"""Clocks of the law in a case: a person starts one from the moment that the law counts from."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tocsin.domain.case.file import CaseFile, What, Work, Worked
from tocsin.domain.case.status import check_live
from tocsin.domain.case.tasking import ended, replaced, room, unused, words_of
from tocsin.domain.case.tasks import CaseTask, Clock, TaskState
from tocsin.domain.client import Client
from tocsin.domain.errors import TransitionError
from tocsin.domain.law import Law, LegalClock, calendars_of, laws_of, term
from tocsin.domain.playbook import Library
from tocsin.domain.refusals import Refused

MOST = 10
LONGEST_AGO = timedelta(days=3_650)


def offered(client: Client, library: Library, file: CaseFile) -> tuple[LegalClock, ...]:
    """Clocks that may run in this case: of the client's countries, for its scenario or for any, in force when it
    began."""
    scenario = file.cause.scenario or (file.plan.scenario if file.plan is not None else None)
    return tuple(
        clock
        for law in laws_of(library.laws, client.countries, client.timezone)
        for clock in law.clocks
        if (not clock.scenarios or scenario in clock.scenarios)
        and (clock.since is None or clock.since <= file.opened_at.date())
    )


def start(work: Work, library: Library, clock_id: str, since: datetime) -> Worked:
    """It runs from ``since``; its task is due at its end, and is made where the plan has none. Raise TransitionError:
    no such clock, it runs already, or ``since`` is still to come or long over."""
    check_live(work)
    law, clock = _named(library, clock_id)
    if since > work.now:
        raise TransitionError(
            "a clock of the law starts from what has happened: that moment is still to come", Refused.FUTURE
        )
    if since < work.now - LONGEST_AGO:
        raise TransitionError(f"{since:%Y-%m-%d} is more than ten years ago: is the date right?", Refused.LONG_AGO)
    if any(one.id == clock_id and one.stopped_at is None for one in work.file.clocks):
        raise TransitionError(f"{clock_id} runs already", Refused.RUNS)
    kept = tuple(one for one in work.file.clocks if one.id != clock_id)
    if len(kept) >= MOST:
        raise TransitionError(f"{MOST} clocks of the law run in this case: no more can", Refused.FULL)
    client = work.client
    known = calendars_of(library.laws, library.calendars, client.countries, client.timezone)
    due = term(law, clock, since, ZoneInfo(client.timezone), known)
    file = work.file.with_(clocks=(*kept, Clock(id=clock_id, by=work.by, due_at=due, started_at=since)))
    task = next((one for one in file.tasks if one.clock == clock_id and one.state is TaskState.OPEN), None)
    if task is not None:
        file = replaced(file, task.model_copy(update={"due_at": due, "told": 0, "told_at": None}))
    else:
        file, task_id = unused(room(file), clock_id)
        made = CaseTask(id=task_id, words=clock.words, role=clock.owner, due_at=due, clock=clock_id)
        file = file.with_(tasks=(*file.tasks, made))
    event = work.did(What.CLOCK, of=clock_id, words=f"{since:%Y-%m-%d %H:%M} UTC, {clock.cited}")
    return Worked(work.incident, file, (event,))


def stop(work: Work, clock_id: str, note: str) -> Worked:
    """What it asks for is done, or it never ran: ``note`` says which. Its task is done with it. Raise TransitionError:
    it does not run, or nothing is said."""
    check_live(work)
    said = words_of(note, "the note")
    running = next((one for one in work.file.clocks if one.id == clock_id and one.stopped_at is None), None)
    if running is None:
        raise TransitionError(f"no clock {clock_id!r} runs in this case", Refused.SETTLED)
    stopped = running.model_copy(update={"stopped_at": work.now})
    file = work.file.with_(clocks=tuple(stopped if one is running else one for one in work.file.clocks))
    for task in file.tasks:
        if task.clock == clock_id and task.state is TaskState.OPEN:
            file = replaced(file, ended(task, TaskState.DONE, work, said))
    return Worked(work.incident, file, (work.did(What.CLOCK, of=clock_id, words=said),))


def _named(library: Library, clock_id: str) -> tuple[Law, LegalClock]:
    known = {clock.id: (law, clock) for law in library.laws for clock in law.clocks}
    if clock_id not in known:
        raise TransitionError(
            f"there is no clock {clock_id!r}: {', '.join(sorted(known)) or 'none is deployed'}", Refused.UNKNOWN
        )
    return known[clock_id]
