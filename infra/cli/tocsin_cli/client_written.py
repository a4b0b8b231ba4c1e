"""A client's file with accepted changes written into it, its comments and its order kept: edits at a node's place."""

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import yaml

from tocsin.domain.case.review import PlanChange
from tocsin.domain.people import QuietHours, Responder
from tocsin_cli.errors import BadInputError

_WORD = re.compile(r"brands\[([^\[\]]+)\]\.(\w+)")
_PERSON = re.compile(r"(responders|client_contacts)\[([^\[\]]+)\]\.(phone|quiet_hours\.unless)")
_ROTA = re.compile(r"rota\[([^\[\]]+)\]\.people")


NIGHT: QuietHours = Responder.model_fields["quiet_hours"].default
"""Of whom the file says nothing."""


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def written(text: str, changes: Iterable[PlanChange]) -> str:
    """The YAML with each change. Raise BadInputError where its form leaves no place to write one by itself."""
    for change in changes:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if not isinstance(root, yaml.MappingNode):
            raise BadInputError("the client's file is no mapping of keys")
        for edit in sorted(_edits(text, root, change), reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _edits(text: str, root: yaml.MappingNode, change: PlanChange) -> list[_Edit]:
    if change.place.startswith("thresholds."):
        return [_set(text, root, "thresholds", change.place.partition(".")[2], change.after or "")]
    if found := _WORD.fullmatch(change.place):
        brand = _item(_value(root, "brands"), "name", found[1])
        return [_word(text, brand, found[2], _said(change.before), _said(change.after))]
    if change.place == "responders.first":
        people = _value(root, "responders")
        return _swapped(text, _item(people, "email", _said(change.before)), _item(people, "email", _said(change.after)))
    if found := _PERSON.fullmatch(change.place):
        return _of_person(text, _item(_value(root, found[1]), "email", found[2]), found[3], change)
    if found := _ROTA.fullmatch(change.place):
        people = _value(_item(_value(root, "rota"), "name", found[1]), "people")
        return [_scalar(people, _said(change.before), _said(change.after), change.place)]
    if change.place == "stakeholders" and change.before is None:
        return [_listed(text, root, "stakeholders", json.loads(change.after or "{}"))]
    if change.place.startswith("prepared_texts[") and change.after is not None:
        return _text(text, root, change.before, json.loads(change.after))
    raise _by_hand(change.place)


def _text(text: str, root: yaml.MappingNode, before: str | None, entry: dict[str, str]) -> list[_Edit]:
    """A text that was approved ahead, in the place of the one before."""
    if before is None:
        return [_listed(text, root, "prepared_texts", entry)]
    was, texts = json.loads(before), _value(root, "prepared_texts")
    items = texts.value if isinstance(texts, yaml.SequenceNode) else []
    found = next((one for one in items if _is_text(one, was)), None)
    if found is None:
        raise _by_hand("prepared_texts")
    keys = [(_value(found, key), was[key], entry[key]) for key in ("text", "approved_by", "expires")]
    edits = []
    for node, old, new in keys:
        start, end = _span(text, node)  # a block of text ends with its lines
        if old != new:
            edits.append(_Edit(start, start + len(text[start:end].rstrip()), _quoted(new)))
    return edits


def _is_text(node: yaml.Node, was: dict[str, str]) -> bool:
    told = [_value(node, key) for key in ("scenario", "kind", "language", "expires")]
    return all(isinstance(one, yaml.ScalarNode) for one in told) and [one.value for one in told] == [
        was[key] for key in ("scenario", "kind", "language", "expires")
    ]


def _set(text: str, root: yaml.MappingNode, outer: str, key: str, value: str) -> _Edit:
    """A key of a mapping of the file, both of which may not be there yet."""
    node = _value(root, outer)
    if node is None:
        end = len(text)
        return _Edit(end, end, f"{'' if text.endswith(chr(10)) or not text else chr(10)}{outer}:\n  {key}: {value}\n")
    known = _value(node, key)
    if isinstance(known, yaml.ScalarNode):
        return _Edit(known.start_mark.index, known.end_mark.index, value)
    if not isinstance(node, yaml.MappingNode):
        raise _by_hand(outer)
    return _beside(node, f"{key}: {value}")


def _word(text: str, brand: yaml.Node | None, key: str, gone: str | None, comes: str | None) -> _Edit:
    if not isinstance(brand, yaml.MappingNode):
        raise _by_hand(f"brands: {key}")
    node = _value(brand, key)
    if node is None and comes is not None:
        return _beside(brand, f"{key}: [{_quoted(comes)}]")
    if not isinstance(node, yaml.SequenceNode):
        raise _by_hand(f"brands: {key}")
    if comes is not None and node.flow_style:
        at = node.end_mark.index - 1
        return _Edit(at, at, f"{', ' if node.value else ''}{_quoted(comes)}")
    if comes is not None:
        last = node.value[-1]
        at = _line_end(text, last.end_mark.index - (not isinstance(last, yaml.ScalarNode)))
        return _Edit(at, at, f"\n{' ' * node.start_mark.column}- {_quoted(comes)}")
    one = next((each for each in node.value if each.value == gone), None)
    if one is None:
        raise _by_hand(f"brands: {key}")
    if node.flow_style:
        place = node.value.index(one)
        if place + 1 < len(node.value):
            return _Edit(one.start_mark.index, node.value[place + 1].start_mark.index, "")
        start = node.value[place - 1].end_mark.index if place else one.start_mark.index
        return _Edit(start, one.end_mark.index, "")
    if len(node.value) == 1:
        return _Edit(node.start_mark.index, one.end_mark.index, "[]")
    start = text.rfind("\n", 0, one.start_mark.index)
    return _Edit(start, _line_end(text, one.end_mark.index), "")


def _swapped(text: str, one: yaml.Node | None, other: yaml.Node | None) -> list[_Edit]:
    """Their roles; of people without roles, their places."""
    roles = [_value(node, "role") for node in (one, other)]
    nodes = [one, other] if not any(roles) else roles
    spans = [_span(text, node) for node in nodes if node is not None]
    if len(spans) != len(nodes):
        raise _by_hand("responders: role")
    (here, there), (far, away) = spans
    return [_Edit(here, there, text[far:away]), _Edit(far, away, text[here:there])]


def _of_person(text: str, person: yaml.Node | None, key: str, change: PlanChange) -> list[_Edit]:
    """A number that changes places with the second one, or goes; or from which level on quiet hours give way."""
    before, after = _said(change.before), _said(change.after)
    if not isinstance(person, yaml.MappingNode):
        raise _by_hand(change.place)
    if key != "phone":
        inside = _value(person, "quiet_hours")
        known = _value(inside, "unless")
        if known is None and isinstance(inside, yaml.MappingNode):
            return [_beside(inside, f"unless: {after}")]
        if inside is None:
            return [
                _beside(
                    person, f'quiet_hours: {{start: "{NIGHT.start:%H:%M}", end: "{NIGHT.end:%H:%M}", unless: {after}}}'
                )
            ]
        return [_replaced(known, before, after, change.place)]
    second = _value(person, "second_phone")
    if after is not None and isinstance(second, yaml.ScalarNode) and second.value == after:
        return [
            _replaced(_value(person, "phone"), before, after, change.place),
            _replaced(second, after, before, change.place),
        ]
    if after is not None:
        return [_replaced(_value(person, "phone"), before, after, change.place)]
    return [_gone(text, person, "phone", change.place)]


def _gone(text: str, node: yaml.MappingNode, key: str, place: str) -> _Edit:
    """An entry of a mapping, where it is not its only one."""
    at = next((at for at, (name, _) in enumerate(node.value) if name.value == key), None)
    if at is None or len(node.value) == 1:
        raise _by_hand(place)
    name, value = node.value[at]
    if not at:  # the next one takes its place
        return _Edit(name.start_mark.index, node.value[1][0].start_mark.index, "")
    if node.flow_style:
        return _Edit(node.value[at - 1][1].end_mark.index, value.end_mark.index, "")
    return _Edit(text.rfind("\n", 0, name.start_mark.index), _line_end(text, value.end_mark.index), "")


def _replaced(node: Any, before: str | None, after: str | None, place: str) -> _Edit:
    if not isinstance(node, yaml.ScalarNode) or node.value != before or after is None:
        raise _by_hand(place)
    return _Edit(node.start_mark.index, node.end_mark.index, _quoted(after))


def _scalar(node: Any, before: str | None, after: str | None, place: str) -> _Edit:
    """One entry of a list."""
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    return _replaced(next((one for one in items if one.value == before), None), before, after, place)


def _listed(text: str, root: yaml.MappingNode, key: str, entry: dict[str, str]) -> _Edit:
    """One more mapping at the end of a list, which may not be there yet."""
    said = f"{{{', '.join(f'{name}: {_quoted(value)}' for name, value in entry.items())}}}"
    node = _value(root, key)
    if node is None:
        end = len(text)
        return _Edit(end, end, f"{'' if text.endswith(chr(10)) or not text else chr(10)}{key}:\n  - {said}\n")
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        raise _by_hand(key)
    if node.flow_style:
        at = node.end_mark.index - 1
        return _Edit(at, at, f", {said}")
    _, end = _span(text, node)
    return _Edit(end, end, f"\n{' ' * node.start_mark.column}- {said}")


def _beside(node: yaml.MappingNode, entry: str) -> _Edit:
    """Before its first key."""
    at = node.value[0][0].start_mark if node.value else node.end_mark
    follows = ", " if node.flow_style else f"\n{' ' * at.column}"
    if not node.value:
        return _Edit(at.index - 1, at.index - 1, entry)
    return _Edit(at.index, at.index, f"{entry}{follows}")


def _span(text: str, node: yaml.Node) -> tuple[int, int]:
    """Without the blank lines and comments after it, which belong to what follows."""
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.ScalarNode) or getattr(node, "flow_style", False):
        return start, end
    lines = text[start:end].split("\n")
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()
    return start, start + len("\n".join(lines))


def _value(node: yaml.Node | None, key: str) -> Any:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _item(node: yaml.Node | None, key: str, value: str | None) -> yaml.Node | None:
    if not isinstance(node, yaml.SequenceNode):
        return None
    return next((one for one in node.value if (known := _value(one, key)) is not None and known.value == value), None)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _said(value: str | None) -> str | None:
    return None if value is None else str(json.loads(value))


def _quoted(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)


def _by_hand(place: str) -> BadInputError:
    return BadInputError(f"{place}: there is no place in the file to write it by itself; write it by hand")
