"""What people have changed in a client's file by their reviews: laid over it until the file says the same.

Places: ``thresholds.crisis``; ``brands[Aurora].exclude``, ``.terms`` and ``.require_near`` for one word that comes
(``before`` null) or goes (``after`` null); ``responders.first`` for who is asked first; ``rota[Week].people`` for who
has another's weeks; ``responders[ADDRESS].phone`` and ``client_contacts[ADDRESS].phone`` (null: none any more);
``responders[ADDRESS].quiet_hours.unless``; ``stakeholders`` for one that comes; ``prepared_texts[SCENARIO.KIND.
LANGUAGE]`` for a text that is approved ahead, in the place of the one before. Values are JSON. A change holds where
the file still says what it found there: whoever has written something else since has decided anew.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from pydantic import ValidationError

from tocsin.domain.case.review import ChangeKind, PlanChange
from tocsin.domain.client import Client
from tocsin.domain.errors import TransitionError
from tocsin.domain.people import Role
from tocsin.domain.refusals import Refused
from tocsin.domain.word_settings import PreparedText

_THRESHOLD = re.compile(r"thresholds\.(issue|crisis|severe)")
_WORD = re.compile(r"brands\[([^\[\]]+)\]\.(terms|exclude|require_near)")
_FIRST, _STAKEHOLDERS, _TEXTS = "responders.first", "stakeholders", "prepared_texts"
_ROTA = re.compile(r"(rota)\[([^\[\]]+)\]\.people")
_PERSON = re.compile(
    r"(responders|client_contacts)\[([^\[\]]+)\]\.(phone)|(responders)\[([^\[\]]+)\]\.quiet_hours\.(unless)"
)
_TEXT = re.compile(r"(prepared_texts)\[([^\[\]]+)\]")
_LISTS = (_STAKEHOLDERS, "responders", "client_contacts")
_OF_THE_ROLE = ("role", "email_from", "sms_from", "call_from")
MOST_BYTES = 200_000
"""Of changes that the file does not say yet: they stand beside it in one item, which holds 400,000."""
OF_CLIENT = frozenset({ChangeKind.THRESHOLD, ChangeKind.TERM, ChangeKind.CONTACT, ChangeKind.TEXT})


def over_client(client: Client, changes: Iterable[PlanChange]) -> Client:
    """The client with each change of it; what no longer fits, or would make no valid file, is left out."""
    for change in changes:
        client = _applied(client, change) or client
    return client


def with_change(client: Client, changes: Iterable[PlanChange], one: PlanChange) -> tuple[PlanChange, ...]:
    """The changes with one more, or without the one that it takes back; the same where the file says so already. Raise
    TransitionError where it does not fit the file by now, or where the two would be more than one item of a table
    holds: what is taken back always fits."""
    kept = tuple(changes)
    now = over_client(client, kept)
    if _says(now, one):
        return kept
    if _applied(now, one) is None:
        raise TransitionError(
            f"{one.place}: the client's file says something else by now, or would make no sense so", Refused.STALE
        )
    undone = next((each for each in reversed(kept) if one.undoes(each)), None)
    without = tuple(each for each in kept if each is not undone)
    grown = (*kept, one)
    if undone is not None and over_client(client, without) == over_client(client, grown):
        return without
    if one.after is not None and sum(len(each.model_dump_json().encode()) for each in grown) > MOST_BYTES:
        raise TransitionError(
            "what was changed since the last deploy has no more room: write it into the client's file and deploy that",
            Refused.FULL,
        )
    return grown


def left_over(client: Client, changes: Iterable[PlanChange]) -> tuple[PlanChange, ...]:
    """Those that the file does not say yet, and that still fit it."""
    kept: list[PlanChange] = []
    for change in changes:
        if _says(client, change):
            continue
        changed = _applied(client, change)
        if changed is not None:
            kept.append(change)
            client = changed
    return tuple(kept)


def first_of(client: Client) -> str:
    """The address of who is asked first, but for a rota."""
    named = next((one.email for one in client.responders if one.role is Role.RESPONSIBLE), None)
    return named or client.responders[0].email


def text_key(text: PreparedText) -> str:
    """What a text approved ahead is looked for by."""
    return f"{text.scenario}.{text.kind.value}.{text.language}"


def standing(client: Client, key: str) -> dict[str, Any] | None:
    """The text that is approved ahead there: of several the first, as drafts take it out."""
    found = next((one for one in client.prepared_texts if text_key(one) == key), None)
    return found.model_dump(mode="json") if found is not None else None


class _Place(NamedTuple):
    """``of``: whose it is, or in which list of the file it stands."""

    what: str
    brand: str = ""
    of: str = ""


def _place(change: PlanChange) -> _Place:
    """Raise TransitionError for a place that no client's file has."""
    if change.kind in OF_CLIENT:
        if found := _THRESHOLD.fullmatch(change.place):
            return _Place(found[1])
        if found := _WORD.fullmatch(change.place):
            return _Place(found[2], found[1])
        if found := _ROTA.fullmatch(change.place):
            return _Place("rota", of=found[2])
        if found := _PERSON.fullmatch(change.place):
            inside, whose, what = (one for one in found.groups() if one is not None)
            return _Place(f"{inside}.{what}", of=whose)
        if found := _TEXT.fullmatch(change.place):
            return _Place(found[1], of=found[2])
        if change.place in {_FIRST, _STAKEHOLDERS}:
            return _Place(change.place)
    raise TransitionError(f"{change.place}: no client's file has such a place", Refused.UNKNOWN)


def _says(client: Client, change: PlanChange) -> bool:
    """Does the file say already what the change would make of it?"""
    place = _place(change)
    before, after = _value(change.before), _value(change.after)
    if place.what == _FIRST:
        return bool(first_of(client) == after)
    if place.brand:
        words = _words(client, place)
        if words is None:
            return False
        return before not in words if change.after is None else after in words
    if place.what == _TEXTS:
        return bool(standing(client, place.of) == after)
    data = client.model_dump(mode="json", include={"thresholds", "rota", *_LISTS})
    if place.what == _STAKEHOLDERS:
        return (
            _listed(data[_STAKEHOLDERS], after)
            if change.after is not None
            else not _listed(data[_STAKEHOLDERS], before)
        )
    if place.what == "rota":
        people = _rota(data, place)
        return people is not None and after in people and before not in people
    if place.of:
        known = _person(data, place)
        return known is not None and known[0].get(known[1]) == after
    return bool(data["thresholds"][place.what] == after)


def _applied(client: Client, change: PlanChange) -> Client | None:
    """None where the file no longer says what the change found there, or would make no sense so."""
    place, data = _place(change), client.model_dump(mode="json")
    if not _written(client, data, place, _value(change.before), _value(change.after), change.after is None):
        return None
    try:
        return Client.model_validate(data)
    except ValidationError:
        return None


def _written(client: Client, data: dict[str, Any], place: _Place, before: Any, after: Any, gone: bool) -> bool:
    if place.what == _FIRST:
        return first_of(client) == before and _swapped(data["responders"], before, after)
    if place.brand:
        words = next((one[place.what] for one in data["brands"] if one["name"] == place.brand), None)
        if words is None or (not gone and after in words) or (gone and before not in words):
            return False
        words.remove(before) if gone else words.append(after)
        return True
    if place.what == _STAKEHOLDERS:
        return _kept_list(data[_STAKEHOLDERS], before, after, gone=gone)
    if place.what == _TEXTS:
        return standing(client, place.of) == before and _text_kept(data[_TEXTS], before, after)
    if place.what == "rota":
        people = _rota(data, place)
        if people is None or before not in people or after in people:
            return False
        people[:] = [after if one == before else one for one in people]
        return True
    if place.of:
        known = _person(data, place)
        if known is None or known[0].get(known[1]) != before:
            return False
        one, key = known
        if key == "phone" and after is not None and one.get("second_phone") == after:
            one["second_phone"] = before
        one[key] = after
        return True
    if data["thresholds"][place.what] != before:
        return False
    data["thresholds"][place.what] = after
    return True


def _person(data: dict[str, Any], place: _Place) -> tuple[dict[str, Any], str] | None:
    """What of the file has the value, and under which key."""
    inside, _, what = place.what.partition(".")
    one = next((each for each in data[inside] if each["email"] == place.of), None)
    if one is None or what != "unless":
        return (one, what) if one is not None else None
    return (one["quiet_hours"], what) if one["quiet_hours"] is not None else None


def _rota(data: dict[str, Any], place: _Place) -> list[Any] | None:
    return next((one["people"] for one in data["rota"] if one["name"] == place.of), None)


def _listed(stakeholders: list[dict[str, Any]], one: Any) -> bool:
    return isinstance(one, dict) and any(
        (each["name"], each["circle"]) == (one.get("name"), one.get("circle")) for each in stakeholders
    )


def _kept_list(stakeholders: list[dict[str, Any]], before: Any, after: Any, *, gone: bool) -> bool:
    if not gone:
        if not isinstance(after, dict) or _listed(stakeholders, after):
            return False
        stakeholders.append(after)
        return True
    if not _listed(stakeholders, before):
        return False
    stakeholders[:] = [each for each in stakeholders if not _listed([each], before)]
    return True


def _text_kept(texts: list[dict[str, Any]], before: Any, after: Any) -> bool:
    """In the very place of the one before, so that what is taken back leaves nothing behind."""
    place = texts.index(before) if before is not None else len(texts)
    texts[place : place + 1] = [after] if after is not None else []
    return True


def _words(client: Client, place: _Place) -> tuple[str, ...] | None:
    brand = next((one for one in client.brands if one.name == place.brand), None)
    return getattr(brand, place.what) if brand is not None else None


def _swapped(people: list[dict[str, Any]], one: object, other: object) -> bool:
    """Each gets the other's part in the roster, and their place in the list."""
    places = {person["email"]: at for at, person in enumerate(people)}
    if one not in places or other not in places:
        return False
    here, there = places[str(one)], places[str(other)]
    for key in _OF_THE_ROLE:
        people[here][key], people[there][key] = people[there][key], people[here][key]
    people[here], people[there] = people[there], people[here]
    return True


def _value(written: str | None) -> Any:
    """Raise TransitionError for what is no JSON."""
    if written is None:
        return None
    try:
        return json.loads(written)
    except ValueError:
        raise TransitionError(f"{written[:80]!r} is no JSON value", Refused.UNFIT) from None
