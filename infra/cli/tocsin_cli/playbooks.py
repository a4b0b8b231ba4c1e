"""The agency's playbooks and laws: folders with one YAML file a scenario or country, and the tasks that plans share."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from tocsin.domain.client_file import reason_in_words
from tocsin.domain.law import Calendar, Law
from tocsin.domain.playbook import Library, Playbook, Task, library
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import load_yaml

STARTER = Path(__file__).resolve().parents[2] / "playbooks"
LEGAL = Path(__file__).resolve().parents[2] / "legal"
COUNTED = Path("holidays") / "calendars.yaml"
CLIENTS = Path(__file__).resolve().parents[2] / "clients"
SHARED = "common.yaml"
Model = TypeVar("Model", bound=BaseModel)


def library_of(slug: str, own: Path | None = None) -> Library:
    """What a deploy of this client uploads. ``own``: a folder of its playbooks; without, infra/clients/SLUG/playbooks
    where it is there."""
    usual = CLIENTS / slug / "playbooks"
    return load_library(own=own if own is not None else usual if usual.is_dir() else None)


def load_library(folder: Path = STARTER, own: Path | None = None, legal: Path = LEGAL) -> Library:
    """``own``: the client's, which go before those of the agency. Raise BadInputError that names file and place."""
    shared = _shared(folder / SHARED)
    common = _read(folder, shared)
    more: list[Playbook] = []
    if own is not None:
        shared = shared.under(_shared(own / SHARED))
        more = _read(own, shared)
    place = folder / SHARED
    general = tuple(_checked(Task, place, task) for task in shared.named(place, "general", shared.general))
    laws = tuple(_checked(Law, path, load_yaml(str(path))) for path in sorted(legal.glob("*.yaml")))
    found = library(common, more, general=general, laws=laws, calendars=_calendars(legal / COUNTED))
    _clocks_are_known(found)
    return found


def _calendars(path: Path) -> tuple[Calendar, ...]:
    """Public holidays by country, of which each year's are written as months and days in one line. Raise
    BadInputError."""
    if not path.is_file():
        return ()
    told = _checked(_Counted, path, load_yaml(str(path)))
    facts = told.model_dump(include={"source", "cited", "as_of", "through"})
    return tuple(
        _checked(
            Calendar, path, {"country": one.country, "zones": one.zones, "holidays": {**facts, "dates": one.dates}}
        )
        for one in told.countries
    )


class _Country(BaseModel):
    """``days``: of one year each, which stands before its months and days."""

    country: str
    zones: tuple[str, ...] = ()
    days: tuple[str, ...]

    @property
    def dates(self) -> tuple[str, ...]:
        years = [line.split() for line in self.days]
        return tuple(f"{year}-{day}" for year, *days in years for day in days)


class _Counted(BaseModel):
    source: str
    cited: str
    as_of: date
    through: date
    countries: tuple[_Country, ...]


class _Shared(NamedTuple):
    """``tasks`` by their id; ``general``: those of a case without a scenario; ``every``: those of every plan."""

    tasks: Mapping[str, Any] = MappingProxyType({})
    general: tuple[Any, ...] = ()
    every: tuple[Any, ...] = ()

    def under(self, own: "_Shared") -> "_Shared":
        return _Shared({**self.tasks, **own.tasks}, own.general or self.general, own.every or self.every)

    def named(self, path: Path, key: str, tasks: Iterable[Any]) -> list[Any]:
        """With the shared ones in the place of their ids, and those of every plan behind them."""
        listed = list(tasks)
        here = [task if isinstance(task, str) else task.get("id") for task in listed if isinstance(task, str | Mapping)]
        listed += [task for task in self.every if task not in here]
        for task in listed:
            if isinstance(task, str) and task not in self.tasks:
                known = ", ".join(sorted(self.tasks)) or "there are none"
                raise BadInputError(f"{path}: {key}: {task!r} is none of the shared ones ({known})")
        return [self.tasks[task] if isinstance(task, str) else task for task in listed]


def _read(folder: Path, shared: _Shared) -> list[Playbook]:
    if not folder.is_dir():
        raise BadInputError(f"{folder}: no such folder of playbooks")
    files = sorted(path for path in folder.glob("*.yaml") if path.name != SHARED)
    found = [_playbook(path, shared) for path in files]
    for path, one in zip(files, found, strict=True):
        if path.stem != one.scenario:
            raise BadInputError(f"{path}: scenario: is {one.scenario!r}; name the file {one.scenario}.yaml")
    return found


def _shared(path: Path) -> _Shared:
    if not path.is_file():
        return _Shared()
    data = load_yaml(str(path))
    tasks = data.get("tasks") if isinstance(data, Mapping) else None
    if not isinstance(tasks, list) or not all(isinstance(task, Mapping) and "id" in task for task in tasks):
        raise BadInputError(f"{path}: must be tasks: with a list of tasks, each with an id")
    lists = {key: data.get(key, []) for key in ("general", "every_plan")}
    for key, listed in lists.items():
        if not isinstance(listed, list) or not all(isinstance(task, str) for task in listed):
            raise BadInputError(f"{path}: {key}: must be a list of ids of its tasks")
    by_id = {str(task["id"]): dict(task) for task in tasks}
    return _Shared(by_id, tuple(lists["general"]), tuple(lists["every_plan"]))


def _playbook(path: Path, shared: _Shared) -> Playbook:
    data = load_yaml(str(path))
    if not isinstance(data, Mapping):
        raise BadInputError(f"{path}: must be a mapping of keys like scenario, cluster, tasks")
    tasks = data.get("tasks")
    if isinstance(tasks, list):
        data = {**data, "tasks": shared.named(path, "tasks", tasks)}
    return _checked(Playbook, path, data)


def _checked(model: type[Model], path: Path, data: Any) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        lines = [f"{path}: {_place(problem['loc'])}{reason_in_words(problem)}" for problem in error.errors()]
        raise BadInputError("\n".join(lines)) from None


def _clocks_are_known(found: Library) -> None:
    known = {clock.id for law in found.laws for clock in law.clocks}
    for playbook in found.playbooks:
        for task in playbook.tasks:
            if task.clock is not None and task.clock not in known:
                raise BadInputError(
                    f"{playbook.scenario}.yaml: tasks.{task.id}.clock: {task.clock!r} is no clock of infra/legal:"
                    f" {', '.join(sorted(known)) or 'there are none'}"
                )


def _place(loc: tuple[int | str, ...]) -> str:
    parts = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".")
    return f"{parts}: " if parts else ""
