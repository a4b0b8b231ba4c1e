"""What people have changed in a client's file by their reviews: laid over it until the file says the same.

Places: ``thresholds.crisis``; ``brands[Aurora].exclude``, ``.terms`` and ``.require_near`` for one word that comes
(``before`` null) or goes (``after`` null); ``responders.first`` for who is asked first. Values are JSON. A change holds
where the file still says what it found there: whoever has written something else since has decided anew.
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

_THRESHOLD = re.compile(r"thresholds\.(issue|crisis|severe)")
_WORD = re.compile(r"brands\[([^\[\]]+)\]\.(terms|exclude|require_near)")
_FIRST = "responders.first"
_OF_THE_ROLE = ("role", "email_from", "sms_from", "call_from")
OF_CLIENT = frozenset({ChangeKind.THRESHOLD, ChangeKind.TERM, ChangeKind.CONTACT})


def over_client(client: Client, changes: Iterable[PlanChange]) -> Client:
    """The client with each change of it; what no longer fits, or would make no valid file, is left out."""
    for change in changes:
        client = _applied(client, change) or client
    return client


def with_change(client: Client, changes: Iterable[PlanChange], one: PlanChange) -> tuple[PlanChange, ...]:
    """The changes with one more, or without the one that it takes back; the same where the file says so already. Raise
    TransitionError where it does not fit the file by now."""
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
    return without if undone is not None and over_client(client, without) == over_client(client, grown) else grown


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


class _Place(NamedTuple):
    what: str
    brand: str = ""


def _place(change: PlanChange) -> _Place:
    """Raise TransitionError for a place that no client's file has."""
    if change.kind in OF_CLIENT:
        if found := _THRESHOLD.fullmatch(change.place):
            return _Place(found[1])
        if found := _WORD.fullmatch(change.place):
            return _Place(found[2], found[1])
        if change.place == _FIRST:
            return _Place(_FIRST)
    raise TransitionError(f"{change.place}: no client's file has such a place")


def _says(client: Client, change: PlanChange) -> bool:
    """Does the file say already what the change would make of it?"""
    place = _place(change)
    if place.what == _FIRST:
        return bool(first_of(client) == _value(change.after))
    if not place.brand:
        return bool(getattr(client.thresholds, place.what) == _value(change.after))
    words = _words(client, place)
    if words is None:
        return False
    return _value(change.before) not in words if change.after is None else _value(change.after) in words


def _applied(client: Client, change: PlanChange) -> Client | None:
    """None where the file no longer says what the change found there, or would make no sense so."""
    place, data = _place(change), client.model_dump(mode="json")
    before, after = _value(change.before), _value(change.after)
    if place.what == _FIRST:
        if first_of(client) != before or not _swapped(data["responders"], before, after):
            return None
    elif not place.brand:
        if getattr(client.thresholds, place.what) != before:
            return None
        data["thresholds"][place.what] = after
    else:
        words = next((one[place.what] for one in data["brands"] if one["name"] == place.brand), None)
        if words is None or (after is not None and after in words) or (after is None and before not in words):
            return None
        words.remove(before) if after is None else words.append(after)
    try:
        return Client.model_validate(data)
    except ValidationError:
        return None


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
        raise TransitionError(f"{written[:80]!r} is no JSON value") from None
