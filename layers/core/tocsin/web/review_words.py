"""A review in sentences: its figures, its questions, and each proposed change as before and after."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tocsin.domain.case.figures import Missed, Took
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.review import ChangeKind, PlanChange
from tocsin.domain.client import Client
from tocsin.domain.levels import Level
from tocsin.domain.people import Role
from tocsin.web.case.names import ROLES
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader, mark
from tocsin.web.scenario_words import scenario_words
from tocsin.web.words import LEVELS

MAX_NAME, MAX_WORDS = 80, 200
QUESTIONS = {
    "cause": mark("What really caused it, as far as you know now?"),
    "late": mark("What came too late, and what held it up?"),
    "worked": mark("What worked, and should be done again?"),
    "prevent": mark("What will keep it from happening again, and who sees to it?"),
}
_TOOK = {
    "detect": mark("From the first criticism to the first alert: %(took)s (allowed: %(goal)s)."),
    "acknowledge": mark("From the alert until somebody took it: %(took)s (allowed: %(goal)s)."),
    "respond": mark("From the alert to the first answer in public: %(took)s (allowed: %(goal)s)."),
    "statement": mark("From the alert to the first statement: %(took)s (allowed: %(goal)s)."),
}
_NEVER = {
    "detect": mark("When the first criticism was published is not known."),
    "acknowledge": mark("Nobody took it."),
    "respond": mark("Nobody answered in public."),
    "statement": mark("No statement went out."),
}
_WAIVED = mark("It was decided not to answer in public.")
_WORDS = {
    ("exclude", True): mark("A text with “%(word)s” in it does not count."),
    ("exclude", False): mark("A text with “%(word)s” in it counts."),
    ("terms", True): mark("“%(word)s” is looked for."),
    ("terms", False): mark("“%(word)s” is not looked for."),
    ("require_near", True): mark("Near the name one of certain words must stand; “%(word)s” is one of them."),
    ("require_near", False): mark("“%(word)s” near the name makes no difference."),
}


def question_words(reader: Reader, question: str) -> str:
    return reader.gettext(QUESTIONS[question]) if question in QUESTIONS else one_line(question, MAX_WORDS)


def took_words(reader: Reader, took: Took) -> str:
    if took.minutes is None:
        return reader.gettext(_WAIVED if took.waived else _NEVER[took.name])
    return reader.gettext(_TOOK[took.name], took=_length(reader, took.minutes), goal=_length(reader, took.goal))


def missed_words(reader: Reader, client: Client, file: CaseFile, missed: Missed) -> str:
    name = _name(client, missed.of or "")
    match missed.name:
        case "grave_before":
            return reader.ngettext(
                "%(count)s grave mention stood there for a quarter of an hour or longer before anybody was alerted.",
                "%(count)s grave mentions stood there for a quarter of an hour or longer before anybody was alerted.",
                missed.count,
            )
        case "heard_late":
            return reader.gettext(
                "%(source)s was heard up to %(took)s late.", source=name, took=_length(reader, missed.count)
            )
        case "page_unanswered":
            return reader.ngettext(
                "%(name)s was asked %(count)s time and did not answer.",
                "%(name)s was asked %(count)s times and did not answer.",
                missed.count, name=name,
            )  # fmt: skip
        case "page_lost":
            return reader.ngettext(
                "%(count)s message to %(name)s did not arrive.",
                "%(count)s messages to %(name)s did not arrive.",
                missed.count, name=name,
            )  # fmt: skip
        case "task_late":
            return reader.gettext(
                "Done %(took)s late: %(task)s", took=_length(reader, missed.count), task=_task(reader, file, missed.of)
            )
        case "task_undone":
            return reader.gettext("Not done: %(task)s", task=_task(reader, file, missed.of))
        case "promise_broken":
            promise = next((one for one in file.promises if one.id == missed.of), None)
            said = one_line(promise.what, MAX_WORDS) if promise else name
            return reader.gettext("A promise was not kept in time: %(what)s", what=said)
        case "source_silent":
            return reader.gettext("%(source)s was not heard during a part of the case.", source=name)
        case _:
            return reader.gettext("There was no plan for it.")


def change_words(reader: Reader, client: Client, file: CaseFile, change: PlanChange) -> tuple[str, str, str]:
    """What is changed and why; how it is before; how it is after."""
    why = dict(fact.partition("=")[::2] for fact in change.why)
    match change.kind:
        case ChangeKind.THRESHOLD:
            return _threshold(reader, change, why)
        case ChangeKind.TERM:
            return _term(reader, change, why)
        case ChangeKind.CONTACT:
            return _contact(reader, client, change, why)
        case ChangeKind.PLAYBOOK:
            return _playbook(reader, file, change, why)


def _threshold(reader: Reader, change: PlanChange, why: Mapping[str, str]) -> tuple[str, str, str]:
    level = reader.gettext(LEVELS[Level(change.place.rpartition(".")[2])])
    # NOTE: of a review; the level is a word like "CRISIS"
    said = [reader.gettext("The index from which it is %(level)s.", level=level)]
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
    # NOTE: a threshold of the index, 0 to 100
    before, after = (reader.gettext("From %(index)s points on.", index=one) for one in (change.before, change.after))
    return " ".join(said), before, after


def _term(reader: Reader, change: PlanChange, why: Mapping[str, str]) -> tuple[str, str, str]:
    place, _, kind = change.place.rpartition(".")
    brand = one_line(place.partition("[")[2].rstrip("]"), MAX_NAME)
    word = one_line(str(json.loads(change.after or change.before or '""')), MAX_NAME)
    marks = reader.ngettext(
        "%(count)s mark of yours asks for it.", "%(count)s marks of yours ask for it.", int(why.get("marks", "0"))
    )
    comes = change.after is not None
    what = reader.gettext("Which texts are about %(brand)s.", brand=brand)
    before, after = (reader.gettext(_WORDS[kind, there], word=word) for there in (not comes, comes))
    return f"{what} {marks}", before, after


def _contact(reader: Reader, client: Client, change: PlanChange, why: Mapping[str, str]) -> tuple[str, str, str]:
    one, other = (_name(client, str(json.loads(value or '""'))) for value in (change.before, change.after))
    asked = reader.ngettext(
        "%(name)s was asked %(count)s time and did not answer.",
        "%(name)s was asked %(count)s times and did not answer.",
        int(why.get("asked", "0")), name=one,
    )  # fmt: skip
    what = f"{reader.gettext('Who is asked first.')} {asked}"
    before, after = (reader.gettext("First %(one)s, later %(other)s.", one=first, other=second)
                     for first, second in ((one, other), (other, one)))  # fmt: skip
    return what, before, after


def _playbook(reader: Reader, file: CaseFile, change: PlanChange, why: Mapping[str, str]) -> tuple[str, str, str]:
    _, scenario, *way = change.place.split(".")
    named = scenario_words(reader, scenario)
    # NOTE: of a review; the scenario is words like "a leak of personal data"
    plan = reader.gettext("The plan for %(scenario)s.", scenario=named)
    if way[-1] == "within":
        task = _task(reader, file, way[1])
        late = reader.gettext("“%(task)s” was %(took)s late.", task=task, took=_length(reader, int(why.get("late", 0))))
        before, after = (_due(reader, int(one or 0)) for one in (change.before, change.after))
        return f"{plan} {late}", before, after
    step: dict[str, Any] = json.loads(change.after or "{}")
    words = one_line(str(step.get("words", {}).get(reader.language, "")), MAX_WORDS)
    role = reader.gettext(ROLES[Role(step["owner"])]) if step.get("owner") in set(Role) else ""
    added = reader.gettext("People added a task by themselves, and did it.")
    after = f"“{words}” ({', '.join(filter(None, (role, _due(reader, int(step.get('within', 0))))))})"
    return f"{plan} {added}", reader.gettext("It is not in the plan."), after


def _due(reader: Reader, minutes: int) -> str:
    # NOTE: of a task: how long after the alarm it is due
    return reader.gettext("due %(took)s after the alarm", took=_length(reader, minutes))


def _length(reader: Reader, minutes: int) -> str:
    return reader.duration(timedelta(minutes=minutes))


def _task(reader: Reader, file: CaseFile, name: str | None) -> str:
    """By its id in the case, or in the playbook."""
    found = next((one for one in file.tasks if name in {one.id, one.step}), None)
    return one_line(found.words.in_(reader.language), MAX_WORDS) if found is not None else (name or "?")


def _name(client: Client, address: str) -> str:
    names = {one.email: one.name for one in client.responders} | {one.email: one.name for one in client.client_contacts}
    return one_line(names.get(address, address), MAX_NAME) or "?"
