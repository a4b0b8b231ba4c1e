"""From the raw content of a client's file to a checked Client, with errors a person can act on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from tocsin.domain.client import Client
from tocsin.domain.errors import ClientFileError
from tocsin.domain.fields import Slug
from tocsin.domain.reader_settings import ModelId
from tocsin.domain.source_kinds import KINDS
from tocsin.domain.source_kinds.base import Country, Handle
from tocsin.domain.source_kinds.feeds import Edition
from tocsin.domain.source_kinds.media import ChannelId, ChannelName, Language2
from tocsin.domain.source_kinds.reviews import AppId, BusinessUnit, Location, Package

_PATTERNS: dict[Any, str] = {
    Slug: "must be small letters, digits and dashes, 1 to 40, with no dash at either end",
    Handle: "must be a name without spaces and none of / ? # &",
    Country: "must be a country's two letters, like ua",
    Edition: "must be language and country, like uk-UA",
    Language2: "must be a language's letters, like uk",
    ChannelName: "must be a public channel's name, like @acme_news; one behind an invitation cannot be read",
    ChannelId: "must be a channel's id: UC and 22 letters",
    AppId: "must be the app's number, like 123456789",
    Package: "must be a package's name, like com.example.app",
    Location: "must be like accounts/123/locations/456",
    BusinessUnit: "must be a business unit's id, 24 of 0-9 and a-f; not a domain",
    ModelId: "must be a model's id, like eu.amazon.nova-micro-v1:0",
}
_IN_WORDS = {said.__metadata__[0].pattern: words for said, words in _PATTERNS.items()}


def parse_client(data: object, *, origin: str = "client file") -> Client:
    """Raise ClientFileError that names every wrong place, the reason and the nearest known key."""
    if not isinstance(data, Mapping):
        raise ClientFileError(f"{origin}: must be a mapping of keys like client, name, timezone, brands, responders")
    try:
        return Client.model_validate(data)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        lines = [_explain(problem) for problem in problems if not _follows(problem, problems)]
        raise ClientFileError("\n".join(f"{origin}: {line}" for line in lines)) from None


def reason_in_words(problem: Any) -> str:
    """What is wrong with one value, from pydantic's description of it."""
    match problem["type"]:
        case "missing":
            return "is required"
        case "string_pattern_mismatch":
            pattern = problem["ctx"]["pattern"]
            return _IN_WORDS.get(pattern, f"must match {pattern}")
        case "string_unicode":
            return "must be text of whole characters; half of a surrogate pair is none"
        case "tuple_type" | "list_type":
            return "must be a list"
        case "model_type" | "dict_type" | "model_attributes_type":
            return "must be a mapping of keys"
        case "bool_type" | "bool_parsing":
            return "must be true or false"
        case "invalid_key":
            return "is no key: keys are text"
        case "too_short":
            return "must have at least one entry"
        case "too_long":
            return f"must have at most {problem['ctx']['max_length']} entries"
        case "string_too_short":
            least = problem["ctx"]["min_length"]
            return "must not be empty" if least == 1 else f"must have at least {least} characters"
        case "literal_error":
            return f"must be {problem['ctx']['expected']}".replace("'", "")
    return str(problem["msg"]).removeprefix("Value error, ")


def _follows(problem: Any, problems: Sequence[Any]) -> bool:
    """An entry that is wrong is not counted, so that its list looks too short; the entry's own error says it all."""
    place = problem["loc"]
    return (
        problem["type"] == "too_short"
        and bool(problem.get("input"))
        and any(len(other["loc"]) > len(place) and other["loc"][: len(place)] == place for other in problems)
    )


def _explain(problem: Any) -> str:
    place = repr(problem["input"]) if problem["type"] == "invalid_key" else _place(problem["loc"])
    if problem["type"] == "extra_forbidden":
        known = list(_known_keys(problem["loc"][:-1]))
        return f"{place}: unknown key{_nearest(str(problem['loc'][-1]), known, 'keys')}"
    if problem["type"] == "union_tag_invalid":
        return f"{place}.kind: unknown kind {problem['ctx']['tag']!r}{_nearest(problem['ctx']['tag'], KINDS, 'kinds')}"
    if problem["type"] == "union_tag_not_found":
        return f"{place}.kind: is required; known kinds: {', '.join(sorted(KINDS))}"
    return f"{place}: {reason_in_words(problem)}"


def _nearest(said: str, known: Iterable[str], what: str) -> str:
    near = get_close_matches(said, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; known {what}: {', '.join(sorted(known))}"


def _place(loc: tuple[int | str, ...]) -> str:
    text = ""
    for part in _without_kinds(loc):
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "file"


def _without_kinds(loc: tuple[int | str, ...]) -> Iterator[int | str]:
    """pydantic names the chosen kind after the number of a source; a person does not see it in the file."""
    for before, part in zip(("", *loc), loc, strict=False):
        if not (isinstance(before, int) and loc[0] == "sources" and part in KINDS):
            yield part


def _known_keys(loc: tuple[int | str, ...]) -> Iterator[str]:
    model: type[BaseModel] = Client
    for part in loc:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        nested: type[BaseModel] | None = KINDS.get(part) if model is Client and field is None else None
        nested = nested or (next(_models_in(field.annotation), None) if field else None)
        if part == "sources":
            continue
        if nested is None:
            return
        model = nested
    yield from (field.alias or name for name, field in model.model_fields.items())


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
