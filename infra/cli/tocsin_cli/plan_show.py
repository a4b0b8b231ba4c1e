"""How `tocsin plan show` tells of a plan."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tocsin.domain.case.legal import offered
from tocsin.domain.case.plan import against
from tocsin.domain.case.tasks import CaseTask, TaskState
from tocsin.domain.playbook import Library
from tocsin.services.casework import CaseView
from tocsin.web.plan_words import (
    clock_start_words,
    clock_words,
    cluster_words,
    objection_words,
    strategy_words,
    way_words,
    why_words,
)
from tocsin_cli.output import Screen, short


def told(screen: Screen, view: CaseView, library: Library, *, json: bool) -> None:
    file, zone = view.file, ZoneInfo(view.client.timezone)
    if json:
        _data(screen, view)
        return
    if file.plan is None:
        screen.say("no plan yet: it is made within a minute of the alarm, or by tocsin plan choose", "yellow")
    else:
        _plan(screen, view)
    now = datetime.now(UTC)
    for task in sorted(file.tasks, key=lambda one: (one.state is not TaskState.OPEN, one.due_at)):
        late = task.state is TaskState.OPEN and task.due_at <= now
        screen.say(_task(view, task, zone, late=late), "red" if late else "")
    running = {one.id for one in file.clocks if one.stopped_at is None}
    for clock in file.clocks:
        if clock.id in running:
            due = f"{clock.due_at.astimezone(zone):%Y-%m-%d %H:%M}"
            screen.say(f"clock {clock.id} runs until {due}: {clock_words('en', clock.id, library)}", "bold")
    for one in offered(view.client, library, file):
        if one.id not in running:
            begins = clock_start_words("en", one.id, library)
            screen.say(f"clock {one.id} may run, from {begins}: {clock_words('en', one.id, library)}")


def _plan(screen: Screen, view: CaseView) -> None:
    plan = view.file.plan
    assert plan is not None  # noqa: S101 - whoever calls has looked
    book = plan.playbook
    names = {one.email: one.name for one in view.client.responders}
    by = plan.chosen_by
    said = f"said by {short(names.get(by, by))}" if by else "a guess until a person says so"
    screen.say(f"{book.title.en if book else 'General plan'} ({plan.cited}), {said}", "bold")
    for fact in plan.why:
        if sentence := why_words("en", fact):
            screen.say(f"  {sentence}")
    if book is not None:
        screen.say(f"  {cluster_words('en', book.cluster)}")
        screen.say(f"  channels: {', '.join(way_words('en', way) for way in book.channels)}")
        screen.say(f"  whom to inform, in this order: {', '.join(book.stakeholders)}")
        for never in book.never:
            screen.say(f"  never: {never.en}")
        screen.say(f"  {book.closing.en}")
    if plan.strategies:
        signed = f", signed by {short(plan.signed_by)}" if plan.signed_by else ""
        screen.say(f"the answer: {'; '.join(strategy_words('en', one) for one in plan.strategies)}{signed}")
        for objection in against(view.file, plan.strategies):
            screen.say(f"  {objection_words('en', objection)}", "yellow")
    else:
        screen.say("the answer: nothing is settled, so base information alone goes out")


def _task(view: CaseView, task: CaseTask, zone: ZoneInfo, *, late: bool) -> str:
    names = {one.email: one.name for one in view.client.responders}
    who = short(names.get(task.owner or "", task.owner or "")) or (task.role.value if task.role else "anybody")
    state = "late" if late else task.state.value
    sign = "" if not task.needs_sign_off else " (signed)" if task.signed_by else " (needs a sign-off)"
    note = f" — {short(task.note, 300)}" if task.note else ""
    due = f"{task.due_at.astimezone(zone):%m-%d %H:%M}"
    return f"  {task.id}  {state}, by {due}, {who}{sign}: {short(task.words.en, 400)}{note}"


def _data(screen: Screen, view: CaseView) -> None:
    plan = view.file.plan
    if plan is not None:
        screen.data({"plan": plan.model_dump(mode="json", exclude={"playbook", "general"})})
    for task in view.file.tasks:
        screen.data({"task": task.model_dump(mode="json")})
    for clock in view.file.clocks:
        screen.data({"clock": clock.model_dump(mode="json")})
