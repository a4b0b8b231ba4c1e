"""The agency's playbooks: a folder with one YAML file a scenario, and the tasks that they share."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tocsin.domain.client_file import reason_in_words
from tocsin.domain.playbook import Library, Playbook, library
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import load_yaml

STARTER = Path(__file__).resolve().parents[2] / "playbooks"
SHARED = "common.yaml"


def load_library(folder: Path = STARTER, own: Path | None = None) -> Library:
    """``own``: the client's, which go before those of the agency. Raise BadInputError that names file and place."""
    return library(_read(folder), _read(own, shared_from=folder) if own is not None else ())


def _read(folder: Path, shared_from: Path | None = None) -> list[Playbook]:
    if not folder.is_dir():
        raise BadInputError(f"{folder}: no such folder of playbooks")
    shared = _shared((shared_from or folder) / SHARED)
    if (folder / SHARED).is_file():
        shared |= _shared(folder / SHARED)
    files = sorted(path for path in folder.glob("*.yaml") if path.name != SHARED)
    found = [_playbook(path, shared) for path in files]
    for path, one in zip(files, found, strict=True):
        if path.stem != one.scenario:
            raise BadInputError(f"{path}: scenario: is {one.scenario!r}; name the file {one.scenario}.yaml")
    return found


def _shared(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    data = load_yaml(str(path))
    tasks = data.get("tasks") if isinstance(data, Mapping) else None
    if not isinstance(tasks, list) or not all(isinstance(task, Mapping) and "id" in task for task in tasks):
        raise BadInputError(f"{path}: must be tasks: with a list of tasks, each with an id")
    return {str(task["id"]): dict(task) for task in tasks}


def _playbook(path: Path, shared: Mapping[str, Any]) -> Playbook:
    data = load_yaml(str(path))
    if not isinstance(data, Mapping):
        raise BadInputError(f"{path}: must be a mapping of keys like scenario, cluster, tasks")
    tasks = data.get("tasks")
    named = [task for task in tasks if isinstance(task, str)] if isinstance(tasks, list) else []
    for task in named:
        if task not in shared:
            raise BadInputError(
                f"{path}: tasks: {task!r} is none of the shared ones ({', '.join(sorted(shared)) or 'there are none'})"
            )
    if isinstance(tasks, list):
        data = {**data, "tasks": [shared[task] if isinstance(task, str) else task for task in tasks]}
    try:
        return Playbook.model_validate(data)
    except ValidationError as error:
        lines = [f"{path}: {_place(problem['loc'])}{reason_in_words(problem)}" for problem in error.errors()]
        raise BadInputError("\n".join(lines)) from None


def _place(loc: tuple[int | str, ...]) -> str:
    parts = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".")
    return f"{parts}: " if parts else ""
