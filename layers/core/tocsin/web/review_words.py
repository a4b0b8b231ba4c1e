"""A review in sentences: its figures, and its questions."""

from collections.abc import Sequence
from datetime import timedelta

from tocsin.domain.case.figures import Missed, Took
from tocsin.domain.case.file import CaseFile
from tocsin.domain.client import Client
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader, mark

MAX_NAME, MAX_WORDS = 80, 200
MOST_DAYS = 31
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


def question_words(reader: Reader, question: str) -> str:
    return reader.gettext(QUESTIONS[question]) if question in QUESTIONS else one_line(question, MAX_WORDS)


def took_words(reader: Reader, took: Took) -> str:
    if took.minutes is None:
        return reader.gettext(_WAIVED if took.waived else _NEVER[took.name])
    return reader.gettext(_TOOK[took.name], took=_length(reader, took.minutes), goal=_length(reader, took.goal))


def days_words(reader: Reader, days: Sequence[tuple[int, int]]) -> str | None:
    """None of a storm of a day."""
    if len(days) < 2:
        return None
    shown = [f"{reader.number(negative)}/{reader.number(mentions)}" for mentions, negative in days[:MOST_DAYS]]
    more = " …" if len(days) > MOST_DAYS else ""
    # NOTE: of a storm of several days: negative mentions of all, for each day from the alarm on: "30/40, 12/20"
    return reader.gettext("Negative of all, day by day: %(days)s.", days=", ".join(shown) + more)


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


def _length(reader: Reader, minutes: int) -> str:
    return reader.duration(timedelta(minutes=minutes))


def _task(reader: Reader, file: CaseFile, name: str | None) -> str:
    """By its id in the case, or in the playbook."""
    found = next((one for one in file.tasks if name in {one.id, one.step}), None)
    return one_line(found.words.in_(reader.language), MAX_WORDS) if found is not None else (name or "?")


def _name(client: Client, address: str) -> str:
    names = {one.email: one.name for one in client.responders} | {one.email: one.name for one in client.client_contacts}
    return one_line(names.get(address, address), MAX_NAME) or "?"
