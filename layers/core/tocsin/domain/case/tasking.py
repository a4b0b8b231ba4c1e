"""What people do with the tasks of a case: take, do, drop, give, sign and add them. A task is ended once and stays."""

from datetime import datetime, timedelta

from tocsin.domain.case.file import CaseFile, What, Work, Worked
from tocsin.domain.case.reminding import owner_of, remind_owner
from tocsin.domain.case.status import FAR, check_live, responder
from tocsin.domain.case.tasks import CaseTask, TaskState
from tocsin.domain.errors import TransitionError
from tocsin.domain.incident import Incident
from tocsin.domain.outbox import OutboxItem
from tocsin.domain.people import Responder
from tocsin.domain.refusals import Refused
from tocsin.domain.said import Words

LONGEST = 300
MOST = 80
ENDED_KEPT = 3


def begin(work: Work, task_id: str) -> Worked:
    """Whoever does this step takes the task. Raise TransitionError: no such task, it is over, or they stand not in the
    client's file."""
    task = opened(work, task_id)
    one = responder(work, work.by or "")
    if task.owner == one.email and task.begun_at is not None:
        return Worked(work.incident, work.file)
    taken = task.model_copy(update={"owner": one.email, "begun_at": task.begun_at or work.now})
    file = replaced(work.file, taken)
    return Worked(work.incident, file, (work.did(What.TASK_BEGUN, of=task_id, whom=one.email),))


def done(work: Work, task_id: str, note: str | None = None) -> Worked:
    """What comes again is there again. A clock of the law stops with its task. Raise TransitionError: no such task,
    over already, or its sign-off is missing."""
    task = opened(work, task_id)
    if task.needs_sign_off and task.signed_by is None:
        raise TransitionError(
            f"{task_id} needs a sign-off first, by somebody else than who does it", Refused.SIGN_FIRST
        )
    said = words_of(note, "the note") if note and note.strip() else None
    file = replaced(work.file, ended(task, TaskState.DONE, work, said))
    events = [work.did(What.TASK_DONE, of=task_id, words=said)]
    clock = next((one for one in file.clocks if one.id == task.clock and one.stopped_at is None), None)
    if clock is not None:
        stopped = clock.model_copy(update={"stopped_at": work.now})
        file = file.with_(clocks=tuple(stopped if one is clock else one for one in file.clocks))
        events.append(work.did(What.CLOCK, of=clock.id, words=said))
    if task.every is not None and not work.incident.closed:
        file = again(file, task, work.now)
    return Worked(work.incident, file, tuple(events))


def again(file: CaseFile, task: CaseTask, now: datetime) -> CaseFile:
    """With the next one of a task that comes again. Of those before it the last few stay, so that a long storm leaves
    room for others; that each was done stands among the events."""
    over = [one.id for one in file.tasks if (one.step, one.state) == (task.step, TaskState.DONE)]
    gone = frozenset(over[1:-ENDED_KEPT])  # the first holds the step's own name, which none gets again
    file = file.with_(tasks=tuple(one for one in file.tasks if one.id not in gone))
    if len(file.tasks) >= MOST:
        return file
    file, task_id = unused(file, task.step or task.id, numbered=True)
    due = now + timedelta(minutes=task.every or 0)
    fresh = {"id": task_id, "state": TaskState.OPEN, "due_at": due, "begun_at": None, "signed_by": None}
    ended_facts = {"done_by": None, "done_at": None, "note": None, "told_at": None, "told": 0}
    return file.with_(tasks=(*file.tasks, task.model_copy(update=fresh | ended_facts)))


def drop(work: Work, task_id: str, reason: str) -> Worked:
    """It will not be done, for a reason. Raise TransitionError: no such task, over, no reason, or a clock of the law
    stands for it that still runs."""
    task = opened(work, task_id)
    said = words_of(reason, "the reason")
    if any(one.id == task.clock and one.stopped_at is None for one in work.file.clocks):
        raise TransitionError(
            f"the law's clock {task.clock} runs for {task_id}: stop the clock first, and say why", Refused.LAW_RUNS
        )
    file = replaced(work.file, ended(task, TaskState.DROPPED, work, said))
    return Worked(work.incident, file, (work.did(What.TASK_DROPPED, of=task_id, words=said),))


def give(work: Work, task_id: str, to: str) -> Worked:
    """``to``: a responder's address; they are told. Raise TransitionError: no such task, over, or not of the file."""
    task = opened(work, task_id)
    one = responder(work, to)
    if task.owner == one.email:
        return Worked(work.incident, work.file)
    facts = {"owner": one.email, "begun_at": None, "told": 0, "told_at": None}
    file = replaced(work.file, task.model_copy(update=facts))
    incident, outbox = _told(work, one, task_id)
    return Worked(incident, file, (work.did(What.TASK_GIVEN, of=task_id, whom=one.email),), outbox)


def add(work: Work, words: str, due_at: datetime, owner: str | None = None, *, needs_sign_off: bool = False) -> Worked:
    """A task of people's own, in their words. Raise TransitionError: empty words, a moment that is over, nobody of the
    file, or too many tasks."""
    check_live(work)
    said = words_of(words, "the task")
    if due_at <= work.now:
        raise TransitionError(
            "the task would be late before it began: name a moment that is still to come", Refused.PAST
        )
    if due_at > work.now + FAR:
        raise TransitionError("the task would be due in more than 400 days: name a nearer moment", Refused.PAST)
    one = responder(work, owner) if owner is not None else None
    file, task_id = unused(room(work.file), "task", numbered=True)
    task = CaseTask(
        id=task_id,
        words=Words(en=said, uk=said, es=said),
        owner=one.email if one else None,
        due_at=due_at,
        needs_sign_off=needs_sign_off,
    )
    file = file.with_(tasks=(*file.tasks, task))
    incident, outbox = _told(work, one, task_id)
    event = work.did(What.TASK_ADDED, of=task_id, whom=task.owner, words=said)
    return Worked(incident, file, (event,), outbox)


def _told(work: Work, one: Responder | None, task_id: str) -> tuple[Incident, tuple[OutboxItem, ...]]:
    """Whoever gets a task from somebody else hears of it."""
    if one is None or one.email == work.by:
        return work.incident, ()
    return remind_owner(work, one.email, (task_id,))


def sign_task(work: Work, task_id: str) -> Worked:
    """The sign-off of a task that needs one. Raise TransitionError: no such task, over, needs none, or whoever has it
    would sign for themselves."""
    task = opened(work, task_id)
    one = responder(work, work.by or "")
    if not task.needs_sign_off:
        raise TransitionError(f"{task_id} needs no sign-off", Refused.NOTHING)
    if task.signed_by is not None:
        return Worked(work.incident, work.file)
    if one.email == doer(work, task).email and len(work.client.responders) > 1:
        raise TransitionError(
            f"{task_id} is {one.name}'s own: somebody else signs it; give it away, or ask them", Refused.OWN
        )
    file = replaced(work.file, task.model_copy(update={"signed_by": one.email}))
    return Worked(work.incident, file, (work.did(What.SIGNED, of=task_id),))


def doer(work: Work, task: CaseTask) -> Responder:
    """Who does it: its owner, else whoever has its role by now."""
    return owner_of(work.client, task.owner, task.role, work.now)


def opened(work: Work, task_id: str) -> CaseTask:
    """Raise TransitionError: the case or the task is over, or there is no such task."""
    check_live(work)
    file = work.file
    task = next((one for one in file.tasks if one.id == task_id), None)
    if task is None:
        known = ", ".join(one.id for one in file.tasks if one.state is TaskState.OPEN) or "none is open"
        raise TransitionError(f"the case has no task {task_id!r}: {known}", Refused.UNKNOWN)
    if task.state is not TaskState.OPEN:
        raise TransitionError(f"{task_id} is {task.state} already", Refused.SETTLED)
    return task


def replaced(file: CaseFile, task: CaseTask) -> CaseFile:
    return file.with_(tasks=tuple(task if one.id == task.id else one for one in file.tasks))


def ended(task: CaseTask, state: TaskState, work: Work, note: str | None) -> CaseTask:
    return task.model_copy(update={"state": state, "done_by": work.by, "done_at": work.now, "note": note})


def unused(file: CaseFile, wanted: str, *, numbered: bool = False) -> tuple[CaseFile, str]:
    """An id that no task of the case had yet: the wanted one, or with a number behind it."""
    taken = {one.id for one in file.tasks}
    if not numbered and wanted not in taken:
        return file, wanted
    while True:
        file, task_id = file.numbered(wanted)
        if task_id not in taken:
            return file, task_id


def room(file: CaseFile) -> CaseFile:
    """Itself. Raise TransitionError when it holds as many tasks as it may."""
    if len(file.tasks) >= MOST:
        raise TransitionError(f"the case has {MOST} tasks, and takes no more", Refused.FULL)
    return file


def words_of(said: str, what: str) -> str:
    """Raise TransitionError when they are none, or too many."""
    words = said.strip()
    if not 3 <= len(words) <= LONGEST:
        raise TransitionError(f"{what}: write 3 to {LONGEST} characters", Refused.WORDS)
    return words
