"""What a review changes, in sentences: what it is about and why, how it is before, and how it is after."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.returned import names_of
from tocsin.domain.case.review import ChangeKind, PlanChange
from tocsin.domain.client import Client
from tocsin.domain.levels import Level
from tocsin.domain.people import Circle, Role
from tocsin.domain.text_kinds import Kind
from tocsin.web.answer_words import CIRCLES
from tocsin.web.case.names import KINDS, ROLES
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader, mark
from tocsin.web.pages import LANGUAGE_NAMES
from tocsin.web.scenario_words import scenario_words
from tocsin.web.words import LEVELS

MAX_NAME, MAX_WORDS = 80, 200
_WORDS = {
    ("exclude", True): mark("A text with “%(word)s” in it does not count."),
    ("exclude", False): mark("A text with “%(word)s” in it counts."),
    ("terms", True): mark("“%(word)s” is looked for."),
    ("terms", False): mark("“%(word)s” is not looked for."),
    ("require_near", True): mark("Near the name one of certain words must stand; “%(word)s” is one of them."),
    ("require_near", False): mark("“%(word)s” near the name makes no difference."),
}


class Said(NamedTuple):
    """``why`` may be empty."""

    what: str
    why: str
    before: str
    after: str


def change_words(reader: Reader, client: Client, file: CaseFile, change: PlanChange) -> tuple[str, str, str]:
    """What is changed and why; how it is before; how it is after."""
    said = change_said(reader, names_of(client, (file,), reader.language), change)
    return " ".join(filter(None, (said.what, said.why))), said.before, said.after


def change_said(reader: Reader, names: Mapping[str, str], change: PlanChange) -> Said:
    """``names``: see ``names_of``; what is not among them is called as the change calls it."""
    why = dict(fact.partition("=")[::2] for fact in change.why)
    match change.kind:
        case ChangeKind.THRESHOLD:
            return _threshold(reader, change, why)
        case ChangeKind.TERM:
            return _term(reader, change, why)
        case ChangeKind.CONTACT:
            return _contact(reader, names, change, why)
        case ChangeKind.PLAYBOOK:
            return _playbook(reader, names, change, why)
        case ChangeKind.TEXT:
            return _text(reader, names, change)


def _threshold(reader: Reader, change: PlanChange, why: Mapping[str, str]) -> Said:
    level = reader.gettext(LEVELS[Level(change.place.rpartition(".")[2])])
    # NOTE: of a review; the level is a word like "CRISIS"
    what = reader.gettext("The index from which it is %(level)s.", level=level)
    said: list[str] = []
    if "waited" in why:
        took = _length(reader, int(why["waited"]))
        said.append(reader.gettext("The alarm came %(took)s after enough had been heard.", took=took))
    elif "declared" in why:
        said.append(
            reader.ngettext(
                "%(count)s criticism had been heard before a person declared it.",
                "%(count)s criticisms had been heard before a person declared it.",
                int(why.get("heard", "0")),
            )
        )
    elif "false" in why:
        said.append(reader.gettext("The alarm was false."))
    if "index" in why:
        # NOTE: of a review: the index of the alarm, 0 to 100, as it was at the moment that the sentence before names
        said.append(reader.gettext("The index was %(index)s then.", index=why["index"]))
    # NOTE: a threshold of the index, 0 to 100
    before, after = (reader.gettext("From %(index)s points on.", index=one) for one in (change.before, change.after))
    return Said(what, " ".join(said), before, after)


def _term(reader: Reader, change: PlanChange, why: Mapping[str, str]) -> Said:
    place, _, kind = change.place.rpartition(".")
    brand = one_line(place.partition("[")[2].rstrip("]"), MAX_NAME)
    word = one_line(str(json.loads(change.after or change.before or '""')), MAX_NAME)
    marks = reader.ngettext(
        "%(count)s mark of yours asks for it.", "%(count)s marks of yours ask for it.", int(why.get("marks", "0"))
    )
    comes = change.after is not None
    what = reader.gettext("Which texts are about %(brand)s.", brand=brand)
    before, after = (reader.gettext(_WORDS[kind, there], word=word) for there in (not comes, comes))
    return Said(what, marks, before, after)


def _contact(reader: Reader, names: Mapping[str, str], change: PlanChange, why: Mapping[str, str]) -> Said:
    before, after = (json.loads(value) if value is not None else None for value in (change.before, change.after))
    place, _, key = change.place.rpartition(".")
    whose = place.partition("[")[2].rstrip("]")
    if change.place == "stakeholders":
        return _stakeholder(reader, before or after or {})
    if key == "phone":
        return _phone(reader, _called(names, whose), before, after, why)
    if key == "unless":
        return _night(reader, _called(names, whose), before, after, why)
    one, other = (_called(names, str(value or "")) for value in (before, after))
    asked = reader.ngettext(
        "%(name)s was asked %(count)s time and did not answer.",
        "%(name)s was asked %(count)s times and did not answer.",
        int(why.get("asked", "0")), name=one,
    )  # fmt: skip
    if key == "people":
        # NOTE: of a review: a weekly rota by its name
        what = reader.gettext("Who has the week by the rota “%(rota)s”.", rota=one_line(whose, MAX_NAME))
        # NOTE: of a weekly rota
        was, becomes = (reader.gettext("%(name)s, by turns with the others.", name=name) for name in (one, other))
        return Said(what, asked, was, becomes)
    was, becomes = (reader.gettext("First %(one)s, later %(other)s.", one=first, other=second)
                    for first, second in ((one, other), (other, one)))  # fmt: skip
    return Said(reader.gettext("Who is asked first."), asked, was, becomes)


def _phone(reader: Reader, name: str, before: str | None, after: str | None, why: Mapping[str, str]) -> Said:
    lost = reader.ngettext(
        "%(count)s message to %(name)s did not arrive.",
        "%(count)s messages to %(name)s did not arrive.",
        int(why.get("lost", "0")), name=name,
    )  # fmt: skip
    was, becomes = (
        # NOTE: of a person: which telephone number is rung
        reader.gettext("The number is %(phone)s.", phone=one_line(phone, MAX_NAME))
        if phone
        # NOTE: of a person whose number does not work
        else reader.gettext("There is no number, only mail, until the file has another one.")
        for phone in (before, after)
    )
    # NOTE: of a review
    return Said(reader.gettext("Where %(name)s is rung.", name=name), lost, was, becomes)


def _night(reader: Reader, name: str, before: object, after: object, why: Mapping[str, str]) -> Said:
    waited = reader.gettext(
        # NOTE: of a review: quiet hours are a person's night
        "An alarm waited %(took)s for the end of the quiet hours of %(name)s.",
        took=_length(reader, int(why.get("waited", "0"))), name=name,
    )  # fmt: skip
    was, becomes = (
        # NOTE: of quiet hours; the level is a word like "CRISIS"
        reader.gettext("From %(level)s on.", level=reader.gettext(LEVELS[Level(str(level))]))
        for level in (before, after)
    )
    # NOTE: of a review: from which level on
    return Said(reader.gettext("What may ring %(name)s by night.", name=name), waited, was, becomes)


def _stakeholder(reader: Reader, who: Mapping[str, Any]) -> Said:
    name = one_line(str(who.get("name", "")), MAX_NAME)
    circle = reader.gettext(CIRCLES[Circle(who["circle"])]) if who.get("circle") in set(Circle) else ""
    return Said(
        # NOTE: of a review: those who are to be informed of a crisis
        reader.gettext("Who is to hear of it (%(circle)s).", circle=circle),
        reader.gettext("%(name)s asked by themselves, and was answered by hand.", name=name),
        reader.gettext("%(name)s does not stand in the file.", name=name),
        reader.gettext("%(name)s stands in the file, and each plan asks whether they were told.", name=name),
    )


def _text(reader: Reader, names: Mapping[str, str], change: PlanChange) -> Said:
    before, after = (json.loads(value) if value is not None else None for value in (change.before, change.after))
    one = after or before or {}
    kind = reader.gettext(KINDS[Kind(one["kind"])]) if one.get("kind") in set(Kind) else ""
    # NOTE: first words that were approved ahead; the scenario is words like "a leak of personal data", then what kind
    # of text it is, and its language
    what = reader.gettext(
        "What may be said at once in case of %(scenario)s (%(kind)s, %(language)s).",
        scenario=scenario_words(reader, str(one.get("scenario", ""))), kind=kind,
        language=LANGUAGE_NAMES.get(one.get("language", ""), ""),
    )  # fmt: skip
    was, becomes = (
        # NOTE: of a text that was approved ahead
        reader.gettext(
            "“%(text)s” (until %(day)s, by %(name)s)",
            text=one_line(str(text["text"]), MAX_WORDS),
            day=reader.date(datetime.fromisoformat(f"{text['expires']}T12:00+00:00")),
            name=_called(names, str(text["approved_by"])),
        )
        if text
        # NOTE: of first words: none are approved ahead
        else reader.gettext("Nothing is approved ahead.")
        for text in (before, after)
    )  # fmt: skip
    return Said(what, "", was, becomes)


def _playbook(reader: Reader, names: Mapping[str, str], change: PlanChange, why: Mapping[str, str]) -> Said:
    _, scenario, *way = change.place.split(".")
    named = scenario_words(reader, scenario)
    # NOTE: of a review; the scenario is words like "a leak of personal data"
    plan = reader.gettext("The plan for %(scenario)s.", scenario=named)
    if way[-1] == "within":
        task = one_line(names.get(way[1], way[1]), MAX_WORDS)
        late = reader.gettext("“%(task)s” was %(took)s late.", task=task, took=_length(reader, int(why.get("late", 0))))
        before, after = (f"“{task}”: {_due(reader, int(one or 0))}" for one in (change.before, change.after))
        return Said(plan, late, before, after)
    step: dict[str, Any] = json.loads(change.after or "{}")
    words = one_line(str(step.get("words", {}).get(reader.language, "")), MAX_WORDS)
    role = reader.gettext(ROLES[Role(step["owner"])]) if step.get("owner") in set(Role) else ""
    added = reader.gettext("People added a task by themselves, and did it.")
    after = f"“{words}” ({', '.join(filter(None, (role, _due(reader, int(step.get('within', 0))))))})"
    return Said(plan, added, reader.gettext("It is not in the plan."), after)


def _due(reader: Reader, minutes: int) -> str:
    # NOTE: of a task: how long after the alarm it is due
    return reader.gettext("due %(took)s after the alarm", took=_length(reader, minutes))


def _length(reader: Reader, minutes: int) -> str:
    return reader.duration(timedelta(minutes=minutes))


def _called(names: Mapping[str, str], address: str) -> str:
    return one_line(names.get(address, address), MAX_NAME) or "?"
