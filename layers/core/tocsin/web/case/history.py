"""All that happened in a case, the latest first: the alarm's own steps and what people did, each with its time."""

from collections.abc import Iterator
from datetime import datetime

from tocsin.domain.case.file import CaseEvent, What, timeline_of
from tocsin.domain.incident import Step
from tocsin.web.answer_people import name_of
from tocsin.web.answer_words import DONE, NOT_TOLD
from tocsin.web.case.common import Desk, Wrong, part_page
from tocsin.web.case.names import KINDS, OUTRAGES, TRUTHS
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader, mark
from tocsin.web.insight_words import PARTS as CARD
from tocsin.web.lint_sentences import RESULTS
from tocsin.web.pages import Page
from tocsin.web.plan_words import event_words
from tocsin.web.scenario_words import scenario_words
from tocsin.web.words import LEVELS

MOST = 300
EVENTS = {
    # NOTE: in a list of what happened in a case
    What.OPENED: mark("The case began"),
    # NOTE: in a list of what happened in a case
    What.DECLARED: mark("Declared by a person"),
    # NOTE: in a list of what happened in a case, before a name
    What.ASSIGNED: mark("The case is led by"),
    # NOTE: in a list of what happened in a case, before a name
    What.HANDED_OVER: mark("Handed over to"),
    # NOTE: in a list of what happened in a case, before somebody's words
    What.NOTED: mark("Note"),
    # NOTE: in a list of what happened in a case, before another case's number
    What.LINKED: mark("Linked with"),
    # NOTE: in a list of what happened in a case, before another case's number
    What.APART: mark("Another matter than"),
    # NOTE: in a list of what happened in a case, before another case's number
    What.MERGED: mark("Merged into"),
    # NOTE: in a list of what happened in a case
    What.DISMISSED: mark("It was no crisis"),
    # NOTE: in a list of what happened in a case
    What.REOPENED: mark("The case is open again"),
    # NOTE: in a list of what happened in a case
    What.CLOSED: mark("The case is closed"),
    # NOTE: in a list of what happened in a case, before a level
    What.LEVEL_HELD: mark("Level set by a person"),
    # NOTE: in a list of what happened in a case, before a level
    What.LEVEL_RELEASED: mark("Level left to the figures again"),
    # NOTE: in a list of what happened in a case, before a level
    What.LEVEL_ASKED: mark("The figures ask for more"),
    # NOTE: in a list of what happened in a case
    What.CAUSE: mark("What it is about was written down"),
    # NOTE: in a list of what happened in a case
    What.VERIFIED: mark("Found out whether it is true"),
    # NOTE: in a list of what happened in a case, before the plan's name
    What.PLANNED: mark("Plan"),
    # NOTE: in a list of what happened in a case, before the task
    What.TASK_ADDED: mark("Task added"),
    # NOTE: in a list of what happened in a case, before the task
    What.TASK_BEGUN: mark("Task begun"),
    # NOTE: in a list of what happened in a case, before the task
    What.TASK_DONE: mark("Task done"),
    # NOTE: in a list of what happened in a case, before the task
    What.TASK_DROPPED: mark("Task dropped"),
    # NOTE: in a list of what happened in a case, before the task
    What.TASK_GIVEN: mark("Task given to"),
    # NOTE: in a list of what happened in a case
    What.SIGNED: mark("Signed off"),
    # NOTE: in a list of what happened in a case
    What.POSTURE: mark("Settled how the public is answered"),
    # NOTE: in a list of what happened in a case
    What.CLOCK: mark("Clock of the law"),
    # NOTE: in a list of what happened in a case, before the text's number
    What.DRAFTED: mark("Text drafted"),
    # NOTE: in a list of what happened in a case, before the text's number
    What.CHANGED: mark("Text changed"),
    # NOTE: in a list of what happened in a case, before the text's number
    What.APPROVED: mark("Text approved"),
    # NOTE: in a list of what happened in a case
    What.CLIENT_ASKED: mark("The client was asked to approve"),
    # NOTE: in a list of what happened in a case
    What.CLIENT_APPROVED: mark("The client approved"),
    # NOTE: in a list of what happened in a case
    What.CLIENT_REFUSED: mark("The client said no"),
    # NOTE: in a list of what happened in a case, before the text's number
    What.SENT: mark("Text published"),
    # NOTE: in a list of what happened in a case, before the text's number
    What.KEPT_AHEAD: mark("Text kept for the next case of its kind"),
    # NOTE: in a list of what happened in a case, before the text's number
    What.WITHDRAWN: mark("Text taken back"),
    # NOTE: in a list of what happened in a case: what came of an answer
    What.MEASURED: mark("What came of the answer"),
    # NOTE: in a list of what happened in a case
    What.PROMISED: mark("Promised"),
    # NOTE: in a list of what happened in a case
    What.KEPT: mark("Promise kept"),
    # NOTE: in a list of what happened in a case
    What.RELEASED: mark("Promise released"),
    # NOTE: in a list of what happened in a case
    What.ENQUIRY: mark("A journalist asked"),
    # NOTE: in a list of what happened in a case
    What.ANSWERED: mark("Question answered"),
    # NOTE: in a list of what happened in a case, before a name
    What.BRIEFED: mark("Briefed"),
    # NOTE: in a list of what happened in a case, before a name
    What.OPENED_BRIEF: mark("Brief opened by"),
    # NOTE: in a list of what happened in a case, before a name
    What.READ_BRIEF: mark("Brief read by"),
    # NOTE: in a list of what happened in a case, before a name
    What.ASKED: mark("Question to a brief by"),
    # NOTE: in a list of what happened in a case
    What.FREEZE: mark("Asked for a pause of scheduled posts"),
    # NOTE: in a list of what happened in a case, before a name
    What.REMINDED: mark("Reminded"),
    # NOTE: in a list of what happened in a case: a month after the storm
    What.TAIL: mark("Looked back"),
    # NOTE: in a list of what happened in a case: of the alarm
    What.STEPS: mark("Earlier steps"),
    # NOTE: in a list of what happened in a case
    What.REVIEW: mark("Review begun"),
    # NOTE: in a list of what happened in a case
    What.PROPOSED: mark("Change proposed"),
    # NOTE: in a list of what happened in a case
    What.ACCEPTED: mark("Change accepted"),
    # NOTE: in a list of what happened in a case
    What.REFUSED: mark("Change refused"),
    # NOTE: in a list of what happened in a case
    What.TAKEN_BACK: mark("Change taken back"),
    # NOTE: in a list of what happened in a case
    What.REVIEWED: mark("Review finished"),
}
STEPS = DONE | {
    # NOTE: in a list of what happened in a case, before a level
    Step.RAISE: mark("Level up"),
    # NOTE: in a list of what happened in a case, before a level
    Step.LOWER: mark("Level down"),
    # NOTE: in a list of what happened in a case
    Step.ACKNOWLEDGE: mark("Taken"),
    # NOTE: in a list of what happened in a case
    Step.RESOLVE: mark("The storm is over"),
    # NOTE: in a list of what happened in a case
    Step.REOPEN: mark("It began again"),
}
OF_A_LEVEL = frozenset({What.LEVEL_HELD, What.LEVEL_RELEASED, What.LEVEL_ASKED, What.DECLARED})
NAMED_BY_WORDS = frozenset({What.ENQUIRY, What.PROMISED, What.PROPOSED, What.ACCEPTED, What.REFUSED, What.TAKEN_BACK})
"""Their words say what the id stands for; of a review's changes the review's own page says more."""
QUIET = frozenset({What.TAIL, What.PROPOSED})
"""Their words are facts for a machine: the review's page makes sentences of them."""
WITH_LEVEL = frozenset({Step.RAISE, Step.LOWER, Step.REOPEN})


def history_page(page: Page, desk: Desk, wrong: Wrong, first: int = 0) -> str:
    """``first``: how many of the latest lines are passed over."""
    reader = page.reader
    found = sorted([*_steps(reader, desk), *_events(reader, desk)], key=lambda one: one[0], reverse=True)
    lines = [f"{reader.moment(at, desk.now)} · {words}" for at, words in found]
    first = min(first, max(len(lines) - 1, 0))
    more = len(lines) - first - MOST
    view = {
        "lines": lines[first : first + MOST],
        "older": first + MOST if more > 0 else None,
        "older_words": reader.gettext("%(count)s older lines", count=reader.number(more)) if more > 0 else None,
    }
    return part_page(page, desk, "history", wrong, view)


def _events(reader: Reader, desk: Desk) -> Iterator[tuple[datetime, str]]:
    for event in desk.events:
        if event.what is What.STEPS:
            continue
        said = reader.gettext(EVENTS[event.what])
        what = _what(reader, desk, event)
        by = f" ({name_of(desk.client, event.by)})" if event.by else ""
        yield event.at, f"{said}: {what}{by}" if what else f"{said}{by}"


def _what(reader: Reader, desk: Desk, event: CaseEvent) -> str:
    """A person's own words as they are; of a thing of the case what it says; else its id."""
    parts = [_of(reader, desk, event)]
    if event.whom and event.what is not What.CAUSE:
        parts.append(name_of(desk.client, event.whom))
    if event.words and event.what not in QUIET:
        parts.append(one_line(_words(reader, event), 300))
    return ", ".join(part for part in parts if part)


def _of(reader: Reader, desk: Desk, event: CaseEvent) -> str:
    if event.of is None or event.what in NAMED_BY_WORDS:
        return ""
    if event.what in OF_A_LEVEL:
        return next((reader.gettext(words) for one, words in LEVELS.items() if one.value == event.of), "")
    if event.what is What.VERIFIED:
        return next((reader.gettext(words) for one, words in TRUTHS.items() if one.value == event.of), "")
    if event.what is What.CAUSE:
        return next((reader.gettext(words) for one, words in CARD.items() if one.value == event.of), "")
    file = desk.file
    told = {task.id: task.words.in_(reader.language) for task in file.tasks}
    told |= {text.id: f"{reader.gettext(KINDS[text.kind])} «{one_line(text.text, 60)}»" for text in file.texts}
    told |= {one.id: one_line(f"{one.what} ({one.to})", 120) for one in file.promises}
    told |= {one.id: one_line(f"{one.outlet}: {one.question}", 120) for one in file.enquiries}
    told |= {one.id: "" for one in file.briefs}
    return told.get(event.of, one_line(event.of, 80))


def _words(reader: Reader, event: CaseEvent) -> str:
    said = event.words or ""
    if event.what is What.CAUSE and event.of == "scenario":
        return scenario_words(reader, said)
    if event.what is What.CAUSE and event.of == "appraisal":
        hurt = [reader.gettext("People were hurt")] if "injuries=yes" in said else []
        felt = [reader.gettext(words) for one, words in OUTRAGES.items() if f"outrage={one.value}" in said]
        return ", ".join((*hurt, *felt))
    if event.what is What.MEASURED:
        kind, _, rest = said.partition(": ")
        known = next((reader.gettext(words) for one, words in RESULTS.items() if one.value == kind), kind)
        return f"{known} {rest}".strip()
    return event_words(reader.language, event)


def _steps(reader: Reader, desk: Desk) -> Iterator[tuple[datetime, str]]:
    if all(event.what not in {What.OPENED, What.DECLARED} for event in desk.events):
        yield desk.incident.opened_at, reader.gettext(EVENTS[What.OPENED])
    for entry in timeline_of(desk.incident, desk.events):
        words = STEPS.get(entry.step)
        if words is None:
            continue
        if entry.step is Step.TELL_CLIENT and entry.by is None:
            words = NOT_TOLD
        said = reader.gettext(words)
        if entry.step in WITH_LEVEL:
            said += f": {reader.gettext(LEVELS[entry.level])}"
        elif entry.step is Step.TELL_CLIENT and entry.who:
            said += f": {name_of(desk.client, entry.who)}"
        elif entry.note:
            said += f": {one_line(entry.note, 300)}"
        yield entry.at, said + (f" ({name_of(desk.client, entry.by)})" if entry.by else "")
