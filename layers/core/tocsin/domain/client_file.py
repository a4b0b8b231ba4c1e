"""From the raw content of a client's file to a checked Client, with errors a person can act on."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from tocsin.domain.client import Client
from tocsin.domain.errors import ClientFileError


def parse_client(data: object, *, origin: str = "client file") -> Client:
    """Raise ClientFileError that names every wrong place, the reason and the nearest known key."""
    if not isinstance(data, Mapping):
        raise ClientFileError(f"{origin}: must be a mapping of keys like client, name, timezone, brands, responders")
    try:
        return Client.model_validate(data)
    except ValidationError as error:
        lines = [_explain(problem) for problem in error.errors(include_url=False)]
        raise ClientFileError("\n".join(f"{origin}: {line}" for line in lines)) from None


def _explain(problem: Any) -> str:
    place = _place(problem["loc"])
    kind = problem["type"]
    if kind == "extra_forbidden":
        known = list(_known_keys(problem["loc"][:-1]))
        near = get_close_matches(str(problem["loc"][-1]), known, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known keys: {', '.join(sorted(known))}"
        return f"{place}: unknown key{hint}"
    if kind == "missing":
        return f"{place}: is required"
    return f"{place}: {problem['msg'].removeprefix('Value error, ')}"


def _place(loc: tuple[int | str, ...]) -> str:
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "file"


def _known_keys(loc: tuple[int | str, ...]) -> Iterator[str]:
    model: type[BaseModel] = Client
    for part in loc:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        nested = next(_models_in(field.annotation), None) if field else None
        if nested is None:
            return
        model = nested
    yield from model.model_fields


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
