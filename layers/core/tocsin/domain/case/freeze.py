"""Nothing cheerful goes out beside a crisis: one tap asks whoever has posts and ads scheduled to pause them."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tocsin.domain.case.desk import Elsewhere
from tocsin.domain.case.file import CaseFile, What, Work, Worked
from tocsin.domain.case.reminding import due_items
from tocsin.domain.case.status import check_live
from tocsin.domain.case.tasks import CaseTask, TaskState
from tocsin.domain.client import Client
from tocsin.domain.drills import is_drill
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, OutboxItem, item_of, room
from tocsin.domain.pause_ask import ONCE_IN, TAKEN_WITHIN, Became, PauseAnswer, PauseAsk, PauseBook
from tocsin.domain.people import Responder, Role
from tocsin.domain.roster import at_once, roster
from tocsin.domain.said import Words

if TYPE_CHECKING:
    from tocsin.domain.case.seen import Seen

FREEZE = "freeze_all"
EVERYWHERE = "everywhere"
TRIED_FOR = TAKEN_WITHIN - timedelta(minutes=5)
"""Later it would come when nobody takes it any more."""
WITHIN = timedelta(minutes=15)
WHO = frozenset({Role.COMMUNITY, Role.RESPONSIBLE})
WORDS = Words(
    en="Pause all scheduled posts and running ads of every client, and say here when it is done.",
    uk="Призупиніть усі заплановані дописи й активну рекламу всіх клієнтів і позначте тут, коли зроблено.",
    es="Pausar todas las publicaciones programadas y los anuncios activos de todos los clientes, y marcarlo aquí.",
)


def freeze(work: Work) -> Worked:
    """A task with a clock, and word of it to the community managers, the responsible ones and the rooms. Asked for
    again while it is open, nothing changes. Raise TransitionError."""
    check_live(work)
    if any(task.step == FREEZE and task.state is TaskState.OPEN for task in work.file.tasks):
        return Worked(work.incident, work.file)
    file, task_id = work.file.numbered("task")
    task = CaseTask(id=task_id, step=FREEZE, words=WORDS, role=Role.COMMUNITY, due_at=work.now + WITHIN)
    file = file.with_(tasks=(*file.tasks, task))
    event = work.did(What.FREEZE, of=task_id)
    if work.mute is not None:
        return Worked(work.incident, file, (event,))
    incident = work.incident.model_copy(update={"alert_no": work.incident.alert_no + 1})
    rings = incident.level >= Level.CRISIS
    items: list[OutboxItem] = []
    for one in whom(work.client, work.now):
        items += due_items(work.client, incident, one, (task_id,), work.now, rings=rings)
    for each in work.client.channels:
        item = item_of(incident, AlertKind.DUE, work.now, Channel(each.kind.value), room(work.client, each), work.now)
        items.append(item.model_copy(update={"about": (task_id,)}))
    return Worked(incident, file, (event,), tuple(items))


def freeze_everywhere(work: Work) -> Worked:
    """Here, and by the word that watch passes on at the agency's other clients. A drill asks for nothing elsewhere.
    Raise TransitionError."""
    done = freeze(work)
    if work.by is None or work.file.drill is not None or is_drill(work.incident.brand):
        return done
    known = work.file.elsewhere
    if known is not None and work.now - known.asked_at < ONCE_IN:
        return done
    asked = Elsewhere(by=work.by, asked_at=work.now)
    event = work.did(What.FREEZE, words=EVERYWHERE)
    return done._replace(file=done.file.with_(elsewhere=asked), events=(*done.events, event))


def passed_on(work: Work, *, alone: bool = False, book: PauseBook | None = None) -> Worked:
    """The word of it has left; ``alone``: it cannot from here. ``book``: who may answer."""
    asked = work.file.elsewhere
    if asked is None or not asked.waits:
        return Worked(work.incident, work.file)
    known = {"known": book.siblings, "known_at": book.known_at} if book is not None else {}
    told = asked.model_copy(update=known | ({"alone": True} if alone else {"told_at": work.now}))
    return Worked(work.incident, work.file.with_(elsewhere=told))


def answered(work: Work, answer: PauseAnswer) -> Worked:
    """Another stack says what became of it there."""
    asked = work.file.elsewhere
    if asked is None or PauseAsk.of(work.client.client, asked.by, asked.asked_at).origin != answer.to:
        return Worked(work.incident, work.file)
    after = asked.with_answer(answer)
    return Worked(work.incident, work.file if after is asked else work.file.with_(elsewhere=after))


def became(file: CaseFile) -> Became:
    """Of the task to pause posts, by what people have done with it: the last one counts."""
    task = next((one for one in reversed(file.tasks) if one.step == FREEZE), None)
    if task is None or task.state is TaskState.OPEN:
        return Became.CAME
    return Became.DONE if task.state is TaskState.DONE else Became.DECLINED


def due(work: Work, seen: "Seen") -> Worked:  # noqa: ARG001 - a clockwork's
    """Of the clockwork, which only keeps it looked at until the word has left, or comes too late."""
    if next_at(work.file, work.incident) is None or work.now - _asked_at(work.file) < TRIED_FOR:
        return Worked(work.incident, work.file)
    return passed_on(work, alone=True)


def next_at(file: CaseFile, incident: Incident) -> datetime | None:  # noqa: ARG001 - a clockwork's
    return file.elsewhere.asked_at if file.elsewhere is not None and file.elsewhere.waits else None


def _asked_at(file: CaseFile) -> datetime:
    assert file.elsewhere is not None  # noqa: S101 - the caller has looked
    return file.elsewhere.asked_at


def whom(client: Client, at: datetime) -> tuple[Responder, ...]:
    """Who posts for a client, or answers for it; never nobody."""
    found = [turn.person for turn in roster(client, at) if turn.role in WHO]
    return tuple(found) or at_once(client, Level.CALM, at)
