"""Nothing cheerful goes out beside a crisis: one tap asks whoever has posts and ads scheduled to pause them."""

from datetime import datetime, timedelta

from tocsin.domain.case.file import What, Work, Worked
from tocsin.domain.case.reminding import due_items
from tocsin.domain.case.status import check_live
from tocsin.domain.case.tasks import CaseTask, TaskState
from tocsin.domain.client import Client
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, OutboxItem, item_of, room
from tocsin.domain.people import Responder, Role
from tocsin.domain.roster import at_once, roster
from tocsin.domain.said import Words

FREEZE = "freeze_all"
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


def whom(client: Client, at: datetime) -> tuple[Responder, ...]:
    """Who posts for a client, or answers for it; never nobody."""
    found = [turn.person for turn in roster(client, at) if turn.role in WHO]
    return tuple(found) or at_once(client, Level.CALM, at)
