"""What people have changed in the playbooks by their reviews: laid over them until the agency's own files say the same.

Places: ``playbook.S.tasks.T.within``, ``.owner``, ``.words``; ``playbook.S.tasks.T`` for a whole task (``before`` null:
it joins; ``after`` null: it goes); ``playbook.S.never``, ``.stakeholders``, ``.channels``, ``.floor``; ``playbook.S``
for a scenario without a plan. Values are JSON.
"""

import json
from typing import Any

from pydantic import ValidationError

from tocsin.domain.case.review import ChangeKind, ChangeState, PlanChange
from tocsin.domain.errors import TransitionError
from tocsin.domain.model import Frozen
from tocsin.domain.playbook import Library, Playbook, library
from tocsin.domain.refusals import Refused

_OF_TASK = frozenset({"within", "owner", "words"})
_OF_PLAYBOOK = frozenset({"never", "stakeholders", "channels", "floor"})


class PlaybookOverlay(Frozen):
    """Accepted changes, in the order in which they were accepted. ``reached``: the version that each scenario's
    playbook has come to by them, which never counts backwards."""

    version: int = 0
    changes: tuple[PlanChange, ...] = ()
    reached: tuple[tuple[str, int], ...] = ()


def applied(base: Library, overlay: PlaybookOverlay) -> Library:
    """The playbooks as they are in force. A change that no longer fits is passed over: the agency's file went on."""
    found = {one.scenario: one for one in base.playbooks}
    for change in overlay.changes:
        scenario = _place(change)[0]
        changed = _changed(found.get(scenario), change)
        if changed is not None:
            found[scenario] = changed
    for scenario, version in overlay.reached:
        if scenario in found and found[scenario].version < version:
            found[scenario] = found[scenario].model_copy(update={"version": version})
    return library(found.values(), general=base.general, laws=base.laws, calendars=base.calendars)


def accepted(base: Library, overlay: PlaybookOverlay, change: PlanChange) -> PlaybookOverlay:
    """With one change more, or without the one that it takes back; the very overlay where the playbook says so already.
    Raise TransitionError when it is none of a playbook, or when no valid playbook would come of it."""
    scenario = _place(change)[0]
    current = applied(base, overlay).of(scenario)
    if _says(current, change):
        return overlay
    changed = _changed(current, change)
    if changed is None:
        raise TransitionError(
            f"{change.place}: the playbook says something else by now, or would make no sense so", Refused.STALE
        )
    undone = next((one for one in reversed(overlay.changes) if change.undoes(one)), None)
    taken = change.model_copy(update={"state": ChangeState.ACCEPTED})
    without = tuple(one for one in overlay.changes if one is not undone)
    as_before = applied(base, overlay.model_copy(update={"changes": without, "reached": ()})).of(scenario)
    same = undone is not None and as_before is not None and _told(dict(as_before)) == _told(dict(changed))
    kept = without if same else (*overlay.changes, taken)
    reached = dict(overlay.reached) | {scenario: changed.version}
    return PlaybookOverlay(
        version=overlay.version + 1,
        changes=kept,
        reached=tuple(sorted(reached.items())),
    )


def left(base: Library, overlay: PlaybookOverlay) -> PlaybookOverlay:
    """What the agency's own files do not say yet; the very overlay where that is all of it."""
    kept = tuple(one for one in overlay.changes if not _says(base.of(_place(one)[0]), one))
    if len(kept) == len(overlay.changes):
        return overlay
    return overlay.model_copy(update={"version": overlay.version + 1, "changes": kept})


def passed_over(base: Library, overlay: PlaybookOverlay) -> tuple[PlanChange, ...]:
    """Accepted once, and no longer in force since the agency's file has gone on to something else."""
    now = applied(base, overlay)
    return tuple(one for one in overlay.changes if not _says(now.of(_place(one)[0]), one))


def _place(change: PlanChange) -> list[str]:
    """The scenario, and the way within its playbook. Raise TransitionError."""
    first, *parts = change.place.split(".")
    tasks = parts[1:2] == ["tasks"] and (len(parts) == 3 or (len(parts) == 4 and parts[3] in _OF_TASK))
    whole = len(parts) == 1 or (len(parts) == 2 and parts[1] in _OF_PLAYBOOK)
    if change.kind is not ChangeKind.PLAYBOOK or first != "playbook" or not (tasks or whole):
        raise TransitionError(f"{change.place}: no playbook has such a place", Refused.UNKNOWN)
    return parts


def _says(current: Playbook | None, change: PlanChange) -> bool:
    """Does it say already what the change would make of it?"""
    way = _place(change)[1:]
    wanted = _value(change.after)
    if current is None:
        return wanted is None
    data = current.model_dump(mode="json")
    said = _at(data, way) if way else _told(data)
    return bool(said == (_full(current, way, wanted) if way else _told(wanted)))


def _changed(current: Playbook | None, change: PlanChange) -> Playbook | None:
    """In its next version; None where it no longer says what the change found there, or would make no sense."""
    way = _place(change)[1:]
    before, after = _value(change.before), _value(change.after)
    try:
        if current is None or not way:
            fits = current is None and before is None and not way and isinstance(after, dict)
            return Playbook.model_validate({**after, "version": 1}) if fits else None
        data = current.model_dump(mode="json")
        if _at(data, way) != _full(current, way, before):
            return None
        _set(data, way, after)
        return Playbook.model_validate({**data, "version": current.version + 1})
    except (ValidationError, KeyError, TypeError):
        return None


def _at(data: dict[str, Any], way: list[str]) -> Any:
    if way[0] != "tasks":
        return data[way[0]]
    task = next((one for one in data["tasks"] if one["id"] == way[1]), None)
    return task if len(way) == 2 or task is None else task[way[2]]


def _set(data: dict[str, Any], way: list[str], after: Any) -> None:
    if way[0] != "tasks":
        data[way[0]] = after
        return
    place = next((at for at, one in enumerate(data["tasks"]) if one["id"] == way[1]), None)
    if len(way) == 3:
        data["tasks"][place][way[2]] = after
    elif after is None:
        del data["tasks"][place]
    elif place is None:
        data["tasks"].append({**after, "id": way[1]})
    else:
        data["tasks"][place] = {**after, "id": way[1]}


def _full(current: Playbook, way: list[str], value: Any) -> Any:
    """A task as it reads when all that it leaves out is filled in, so that two forms of it compare."""
    if way[0] != "tasks" or len(way) == 3 or not isinstance(value, dict):
        return value
    task_type = type(current.tasks[0])
    try:
        return task_type.model_validate({**value, "id": way[1]}).model_dump(mode="json")
    except ValidationError:
        return value


def _told(data: Any) -> Any:
    """Whatever its version."""
    return {key: value for key, value in data.items() if key != "version"} if isinstance(data, dict) else data


def _value(written: str | None) -> Any:
    """Raise TransitionError for what is no JSON."""
    if written is None:
        return None
    try:
        return json.loads(written)
    except ValueError:
        raise TransitionError(f"{written[:80]!r} is no JSON value", Refused.UNFIT) from None
