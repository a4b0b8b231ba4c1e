"""Two cases that turn out to be one: what people owe, do and say in the one goes on in the other; nothing is lost."""

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.cause import Cause
from tocsin.domain.case.file import CaseFile, CaseStatus, What, Work, Worked
from tocsin.domain.case.status import check_live, checked_why
from tocsin.domain.case.tasks import CaseTask, TaskState
from tocsin.domain.errors import TransitionError
from tocsin.domain.incident import Held, Incident, Step
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen
from tocsin.domain.paging import Paging
from tocsin.domain.refusals import Refused

Thing = TypeVar("Thing", bound=Frozen)


class Merged(NamedTuple):
    """``states``: of brands whose latest incident, or the level that a person holds of it, is another one now."""

    one: Worked
    into: Worked
    states: tuple[BrandState, ...]


def merge(one: Work, into: Work, why: str, states: Iterable[BrandState]) -> Merged:
    """``one`` goes on in ``into``: its storm is over without an all-clear, since it goes on there at the graver level
    of both, with whoever has it. ``states``: of the brands of both. Raise TransitionError."""
    check_live(one)
    check_live(into)
    said = checked_why(why)
    if one.incident.id == into.incident.id:
        raise TransitionError("a case cannot be merged into itself", Refused.ITSELF)
    if one.file.drill != into.file.drill:
        raise TransitionError("a drill is no part of a real case: what it says would count there", Refused.DRILL)
    moving = _Moving(one.file, into.file)
    grown = moving.run()
    gone = one.file.with_(
        status=CaseStatus.MERGED, into=into.incident.id, why=said, moved=tuple(moving.ids.items()), next_at=None,
        promises=(), tasks=moving.left, enquiries=(), clocks=(), elsewhere=None,
    )  # fmt: skip
    goes_on = _joined(one, into, said)
    ended = one.incident if one.incident.closed else _ended(one)
    moved = (_moved_state(state, one.incident.id, goes_on) for state in states)
    return Merged(
        Worked(ended, gone, (one.did(What.MERGED, of=into.incident.id, words=said),)),
        Worked(goes_on, grown, (into.did(What.LINKED, of=one.incident.id, words=said),)),
        tuple(state for state in moved if state is not None),
    )


def _moved_state(state: BrandState, gone: str, goes_on: Incident) -> BrandState | None:
    """The brand's latest incident is the one that goes on, where it was the one that is gone."""
    held = goes_on.held.level if goes_on.held is not None else None
    if state.incident_id != gone:
        return state.holding(goes_on.id, held)
    if state.brand != goes_on.brand:
        return state.holding(gone, None)
    return state.model_copy(update={"version": state.version + 1, "incident_id": goes_on.id, "held": held})


def place_of(file: CaseFile, thing: str) -> tuple[str, str] | None:
    """Of a merged case: where a thing of it goes on, as the incident's id and its own there."""
    moved = dict(file.moved).get(thing)
    return (file.into, moved) if file.into is not None and moved is not None else None


def _ended(one: Work) -> Incident:
    calm = one.incident.take(Step.RESOLVE, at=one.now, by=one.by, level=Level.CALM)
    paging = calm.paging
    over = paging.model_copy(update={"ended_at": one.now, "next_at": None}) if paging is not None else None
    return calm.model_copy(update={"held": None, "asked": None, "paging": over, "version": one.incident.version + 1})


def _joined(one: Work, into: Work, why: str) -> Incident:
    """The graver one's level, with its pages: people know of it already. A person's level stays a person's."""
    mine, other = into.incident, one.incident
    if other.closed or (not mine.closed and mine.level >= other.level and not _holds_more(other, mine)):
        return mine
    if not mine.closed and mine.held is not None and not _holds_more(other, mine):
        more = max(mine.asked or Level.CALM, other.level)
        return mine.model_copy(update={"asked": more, "version": mine.version + 1})
    level = other.level
    step = Step.REOPEN if mine.closed else Step.RAISE if level >= mine.level else Step.LOWER
    risen = mine.take(step, at=into.now, by=into.by, level=level)
    mine_asked = mine.asked if mine.held is not None else mine.level
    held = other.held or (None if mine.closed else mine.held)
    if held is None and mine.brand != other.brand:  # nothing that is said of this brand would hold it there
        held = Held(level=level, by=into.by or "somebody", at=into.now, why=why)
    both = ((Level.CALM if mine.closed else mine_asked) or Level.CALM, other.asked or Level.CALM)
    asked = max(both) if held is not None else None
    paging = other.live_paging
    facts: dict[str, Any] = {"held": held, "asked": asked, "version": mine.version + 1}
    if paging is not None:
        facts |= {"state": other.state, "paging": _carried(paging, risen.alert_no)}
    return risen.model_copy(update=facts)


def _holds_more(other: Incident, mine: Incident) -> bool:
    return other.held is not None and (mine.held is None or other.held.level > mine.held.level)


def _carried(paging: Paging, number: int) -> Paging:
    """Its alerts are counted anew in the other case."""
    people = tuple(page.model_copy(update={"last_no": number, "unreached_no": 0}) for page in paging.people)
    return paging.model_copy(update={"people": people})


class _Moving:
    """``ids``: of each thing that moves, and the one that it gets."""

    def __init__(self, one: CaseFile, into: CaseFile) -> None:
        self._one = one
        self._file = into
        self.ids: dict[str, str] = {}
        self.left: tuple[CaseTask, ...] = ()

    def run(self) -> CaseFile:
        one, into = self._one, self._file
        texts = self._moved(one.texts, "text")
        promises = [self._named(each) for each in self._moved(one.promises, "promise")]
        tasks = self._moved(self._tasks(), "task")
        enquiries = self._moved(one.enquiries, "enquiry")
        briefs = [self._named(each) for each in self._moved(one.briefs, "brief")]
        running = {clock.id for clock in into.clocks if clock.stopped_at is None}
        moving = [clock for clock in one.clocks if clock.stopped_at is None and clock.id not in running]
        restarted = {clock.id for clock in moving}
        return self._file.with_(
            texts=(*into.texts, *texts),
            promises=(*into.promises, *promises),
            tasks=(*into.tasks, *tasks),
            enquiries=(*into.enquiries, *enquiries),
            briefs=(*into.briefs, *briefs),
            clocks=(*(clock for clock in into.clocks if clock.id not in restarted), *moving),
            cause=into.cause if into.cause != Cause() else one.cause,
            former=into.former or one.former,
            elsewhere=max(
                (each for each in (into.elsewhere, one.elsewhere) if each is not None),
                key=lambda each: each.asked_at,
                default=None,
            ),
        ).linked(*one.links, one.incident_id)

    def _moved(self, things: Iterable[Thing], kind: str) -> list[Thing]:
        found = []
        for thing in things:
            self._file, new = self._file.numbered(kind)
            self.ids[_id(thing)] = new
            found.append(thing.model_copy(update={"id": new}))
        return found

    def _named(self, thing: Thing) -> Thing:
        """With the new name of the text that it speaks of."""
        text = getattr(thing, "text_id", None)
        return thing.model_copy(update={"text_id": self.ids.get(text, text)}) if text is not None else thing

    def _tasks(self) -> list[CaseTask]:
        """Not what the other case's plan has as well: that is done there. What was dropped there is done nowhere."""
        there = {
            task.step: task.id
            for task in self._file.tasks
            if task.step is not None and task.state is not TaskState.DROPPED
        }
        doubled = [task for task in self._one.tasks if task.step in there]
        self.ids |= {task.id: there[task.step] for task in doubled if task.step is not None}
        self.left = tuple(doubled)
        return [task for task in self._one.tasks if task.step not in there]


def _id(thing: Frozen) -> str:
    return str(getattr(thing, "id"))  # noqa: B009 - each of them has one
