"""Protects: what a person does in a case rings whom it must and nobody else, and is refused with a sentence."""

import random
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON, client
from tocsin.domain.brand_state import BrandState
from tocsin.domain.case import briefs, enquiries, tasking
from tocsin.domain.case.cause import Cause
from tocsin.domain.case.declare import declare
from tocsin.domain.case.file import MOST_LINKS, CaseFile, CaseStatus, What, Work, Worked
from tocsin.domain.case.following import followed
from tocsin.domain.case.freeze import FREEZE, WORDS, freeze
from tocsin.domain.case.level import hold, release
from tocsin.domain.case.merge import merge, place_of
from tocsin.domain.case.promises import Promise
from tocsin.domain.case.reminding import GAP, Due, remind, remind_at, remind_owner
from tocsin.domain.case.review import Review
from tocsin.domain.case.settled import settled
from tocsin.domain.case.status import assign, close, dismiss, hand_over, link, note, reopen
from tocsin.domain.case.tasks import CaseTask, Clock, TaskState
from tocsin.domain.case.texts import CaseText, Source, TextState
from tocsin.domain.controls import Mute
from tocsin.domain.errors import TransitionError
from tocsin.domain.escalation import acknowledge, alarm, held, holders, tick
from tocsin.domain.incident import Incident, IncidentState
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.domain.people import Circle, Stakeholder
from tocsin.domain.posture import Truth
from tocsin.domain.refusals import Refused
from tocsin.domain.text_kinds import Kind

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NINA, OLEH, DORA = "nina@agency.example", "oleh@agency.example", "dora@agency.example"
CLIENT = client(
    responders=[
        {"name": "Nina", "email": NINA, "phone": "+380441111111", "role": "responsible"},
        {"name": "Oleh", "email": OLEH, "phone": "+380442222222", "role": "community"},
        {"name": "Dora", "email": DORA, "phone": "+34911111111", "role": "deputy"},
    ],
    channels=[{"kind": "slack", "name": "desk", "from": "crisis"}],
    stakeholders=[
        {"name": "Kitchen", "circle": "employees", "email": "kitchen@brand.example", "language": "es"},
        {"name": "Families", "circle": "victims"},
    ],
)
NIGHT = NOON.replace(hour=0)


def burning(level: Level = Level.ISSUE, at: Any = NOON, *, number: int = 1) -> Work:
    """As the assessment's alarm leaves it."""
    of = Incident.opened(
        id=f"aurora-x-{number}", client="aurora", brand="Аврора", level=level, index=50, reasons=(), at=at
    )
    incident = alarm(CLIENT, of, AlertKind.RAISED, at).incident
    return Work(CLIENT, incident, CaseFile.opened(incident, version=1), at, NINA)


def after(work: Work, done: Worked, **more: Any) -> Work:
    whole = settled(work, done)
    return work._replace(incident=whole.incident, file=whole.file, **more)


def promise(number: int = 1, owner: str = NINA, text_id: str | None = None) -> Promise:
    return Promise(
        id=f"promise-{number}", what="Call back", to="Olena", owner=owner, due_at=NOON + DAY, made_at=NOON,
        made_by=NINA, text_id=text_id,
    )  # fmt: skip


def text(state: TextState, kind: Kind = Kind.STAFF) -> CaseText:
    return CaseText(
        id="text-1", kind=kind, language="uk", text="Ми перевіряємо.", source=Source.PERSON, author=OLEH, at=NOON,
        state=state, approved_by=NINA if state is TextState.APPROVED else None,
    )  # fmt: skip


# the level


def test_a_raised_level_rings_as_an_alarm_in_shadow_too_but_not_whoever_raises_and_has_it() -> None:
    # GIVEN an issue that Nina has taken
    work = burning()
    taken = acknowledge(CLIENT, work.incident, NINA, NOON).incident
    work = work._replace(incident=taken)

    # WHEN she raises it
    done = settled(work, hold(work, Level.CRISIS, "the ministry called"))

    # THEN the others are rung, she is written to, and it is hers
    assert done.incident.level is done.incident.peak is Level.CRISIS
    assert done.incident.version == taken.version + 1
    assert {(one.channel, one.recipient) for one in done.outbox if one.channel is not Channel.TOPIC} == {
        (Channel.EMAIL, NINA), (Channel.EMAIL, OLEH), (Channel.SMS, OLEH), (Channel.EMAIL, DORA), (Channel.SMS, DORA),
        (Channel.SLACK, "desk"),
    }  # fmt: skip
    assert all(one.always and one.kind is AlertKind.RAISED for one in done.outbox)
    assert holders(CLIENT, done.incident) == (NINA,)
    assert done.incident.held is not None
    assert (done.incident.held.by, done.incident.asked) == (NINA, Level.ISSUE)
    assert [event.what for event in done.events] == [What.LEVEL_HELD]


def test_a_lowered_level_rings_nobody_and_release_brings_back_what_is_asked() -> None:
    work = burning(Level.CRISIS)
    low = after(work, hold(work, Level.WATCH, "an old photo"))
    assert low.incident.level is Level.WATCH
    assert settled(work, hold(work, Level.WATCH, "an old photo")).outbox == ()

    freed = settled(low, release(low._replace(now=NOON + HOUR)))
    assert freed.incident.level is Level.CRISIS
    assert freed.incident.held is None
    assert any(one.channel is Channel.SMS for one in freed.outbox)


def test_released_when_nothing_is_asked_ends_it_and_says_so() -> None:
    work = burning()
    work = work._replace(incident=work.incident.model_copy(update={"asked": Level.CALM}))
    held_one = after(work, hold(work, Level.CRISIS, "a call"))
    calm = held_one._replace(incident=held_one.incident.model_copy(update={"asked": Level.CALM}), now=NOON + HOUR)

    done = settled(calm, release(calm))

    assert done.incident.state is IncidentState.RESOLVED
    assert {one.kind for one in done.outbox} == {AlertKind.RESOLVED}


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (partial(hold, level=Level.CALM, why="x"), "release its level, or dismiss it"),
        (partial(hold, level=Level.CRISIS, why="  "), "say why"),
        (partial(hold, level=Level.CRISIS, why="x" * 301), "say why"),
        (release, "nobody holds its level"),
        (partial(close, why="x"), "the storm lasts"),
        (partial(reopen, why="x"), "this case is open"),
        (partial(assign, to="stranger@x.example"), "none of the responders"),
        (partial(note, words=" "), "say why"),
        (partial(link, other="aurora-x-1"), "no link to itself"),
        (partial(enquiries.enquire, outlet="BBC", question="?", deadline=NOON), "must be ahead"),
        (partial(enquiries.enquire, outlet="BBC", question="?", deadline=NOON + 401 * DAY), "within 400 days"),
        (partial(tasking.add, words="wash it", due_at=NOON + 401 * DAY), "more than 400 days"),
        (partial(enquiries.answered, enquiry_id="enquiry-1", words="x"), "no enquiry enquiry-1"),
        (partial(briefs.ask, brief_id="brief-1", words="x"), "no brief brief-1"),
        (partial(briefs.send_brief, circle=Circle.MEDIA, stakeholder="Kitchen", text_id="text-1"), "Kitchen is none"),
        (
            partial(briefs.send_brief, circle=Circle.EMPLOYEES, stakeholder="Kitchen", text_id="text-1"),
            "no text text-1",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(step: Any, said: str) -> None:
    with pytest.raises(TransitionError, match=said):
        step(burning())


def test_what_is_over_takes_no_more_steps_but_a_note() -> None:
    work = burning(Level.ISSUE)
    over = after(work, dismiss(work, "a joke"))

    for step in (
        partial(hold, level=Level.CRISIS, why="x"),
        partial(assign, to=OLEH),
        freeze,
        partial(dismiss, why="x"),
    ):
        with pytest.raises(TransitionError, match="dismissed: reopen it first"):
            step(over)
    assert note(over, "seen").events[0].words == "seen"
    again = after(over, reopen(over, "not a joke"))
    assert again.file.live
    assert after(again, hold(again, Level.CRISIS, "it is true")).incident.state is IncidentState.OPEN


# declared


def test_a_declared_incident_has_no_mention_and_is_joined_by_those_that_come() -> None:
    done = declare(CLIENT, "Аврора", Level.CRISIS, "the plant manager called", NINA, NOON, BrandState(brand="Аврора"))

    assert not done.joined
    assert done.incident.reasons == ()
    assert (done.state.incident_id, done.state.incident_no, done.state.version) == (done.incident.id, 1, 1)
    assert done.state.level is Level.CALM
    assert (done.file.declared_by, done.file.version, done.incident.version) == (NINA, 1, 1)
    assert done.file.next_at == NOON
    assert all(one.always for one in done.outbox)
    assert {one.channel for one in done.outbox} >= {Channel.SMS, Channel.EMAIL, Channel.SLACK}


@given(there=st.sampled_from(list(Level)[1:]), said=st.sampled_from(list(Level)[1:]))
def test_what_burns_already_is_held_and_never_lowered_by_declaring_it(there: Level, said: Level) -> None:
    work = burning(there)
    state = BrandState(brand="Аврора", version=3, level=there, incident_id=work.incident.id, incident_no=1)

    done = declare(CLIENT, "Аврора", said, "a call", OLEH, NOON + MINUTE, state, work.incident, work.file)

    assert done.joined
    assert done.incident.id == work.incident.id
    assert done.incident.level == max(there, said)
    assert done.incident.held is not None
    assert (done.state.version, done.state.incident_no) == (4, 1)
    assert done.events[0].what is What.DECLARED


@pytest.mark.parametrize(("brand", "level"), [("Nobody", Level.CRISIS), ("Аврора", Level.CALM)])
def test_nothing_is_declared_of_a_stranger_or_at_calm(brand: str, level: Level) -> None:
    with pytest.raises(TransitionError):
        declare(CLIENT, brand, level, "x", NINA, NOON, BrandState(brand=brand))


# whose it is


def test_handed_over_it_is_taken_for_the_new_one_and_the_old_one_is_asked_nothing_more() -> None:
    # GIVEN a crisis that Nina has
    work = burning(Level.CRISIS)
    work = work._replace(incident=acknowledge(CLIENT, work.incident, NINA, NOON).incident)

    # WHEN she hands it over
    done = after(work, hand_over(work, DORA, "I am on a plane"), now=NOON + MINUTE)

    # THEN Dora has it and leads it, and hears of it at once by SMS too
    assert holders(CLIENT, done.incident) == (DORA,)
    assert done.file.owner == DORA
    assert held(CLIENT, done.incident)
    sent = settled(work, hand_over(work, DORA, "I am on a plane")).outbox
    assert {(one.channel, one.recipient, one.kind, one.about) for one in sent} == {
        (Channel.SMS, DORA, AlertKind.DUE, ("owner",)), (Channel.EMAIL, DORA, AlertKind.DUE, ("owner",)),
    }  # fmt: skip

    # AND Nina is asked neither whether she acted nor anything else
    later = tick(CLIENT, done.incident, NOON + 3 * HOUR)
    assert NINA not in {one.recipient for one in later.outbox if one.kind is AlertKind.EXPIRED}


def test_a_storm_that_is_over_is_handed_over_without_its_alarm() -> None:
    work = burning()
    over = after(work, dismiss(work, "x"))
    again = after(over, reopen(over, "y"))
    done = settled(again, hand_over(again, OLEH))
    assert done.file.owner == OLEH
    assert done.incident.paging == again.incident.paging


# the end


def test_a_dismissed_case_tells_whoever_was_paged_and_waits_for_its_verdict() -> None:
    work = burning(Level.CRISIS)
    done = settled(work, dismiss(work, "a stunt"))
    assert done.incident.closed
    assert done.file.status is CaseStatus.DISMISSED
    assert done.file.next_at == NOON
    assert {one.recipient for one in done.outbox} == {NINA, OLEH, DORA}
    assert {one.kind for one in done.outbox} == {AlertKind.RESOLVED}


@pytest.mark.parametrize("step", [partial(dismiss, why="x"), partial(close, why="x")])
def test_a_case_with_a_promise_open_never_ends_and_names_it(step: Any) -> None:
    work = burning()
    ended = after(work, dismiss(work, "x"))
    owing = after(ended, reopen(ended, "y"))
    owing = owing._replace(file=owing.file.with_(promises=(promise(),)))
    with pytest.raises(TransitionError, match=r"promise-1: Call back \(to Olena\)"):
        step(owing)


def test_a_crisis_closes_with_its_review_or_a_reason() -> None:
    work = burning(Level.CRISIS)
    ended = after(work, dismiss(work, "x"))
    over = after(ended, reopen(ended, "y"))
    with pytest.raises(TransitionError, match="finish its review first"):
        close(over)
    assert after(over, close(over, "the client has left us")).file.status is CaseStatus.CLOSED

    reviewed = over._replace(file=over.file.with_(review=Review(begun_at=NOON, finished_at=NOON, finished_by=NINA)))
    done = settled(reviewed, close(reviewed))
    assert done.incident.state is IncidentState.REVIEWED


def test_what_its_author_alone_approved_while_it_was_a_lesser_case_is_no_brief_of_a_crisis() -> None:
    # GIVEN a staff brief that its author approved while the case was only watched
    watched = burning(Level.WATCH)
    own = text(TextState.APPROVED).model_copy(update={"approved_by": OLEH})
    watched = watched._replace(file=watched.file.with_(texts=(own,)))
    assert briefs.send_brief(watched, Circle.EMPLOYEES, "Kitchen", "text-1").file.briefs

    # WHEN it has become a crisis THEN others look at it first
    risen = watched._replace(incident=watched.incident.releveled(Level.CRISIS, index=70, reasons=(), at=NOON + HOUR))
    with pytest.raises(TransitionError, match="by another than its author"):
        briefs.send_brief(risen, Circle.EMPLOYEES, "Kitchen", "text-1")

    # AND what went out already is sent on
    said = own.model_copy(update={"state": TextState.SENT})
    went = risen._replace(file=risen.file.with_(texts=(said,)))
    assert briefs.send_brief(went, Circle.EMPLOYEES, "Kitchen", "text-1").file.briefs


# two cases


def test_what_is_merged_goes_on_renumbered_at_the_graver_level_with_its_pages() -> None:
    # GIVEN a watch with a promise, and a crisis that Dora has, with a promise, a text and a brief of it
    into = burning(Level.WATCH)
    into = into._replace(file=into.file.with_(promises=(promise(),), numbers=1))
    one = burning(Level.CRISIS, number=2)
    one = one._replace(incident=acknowledge(CLIENT, one.incident, DORA, NOON).incident)
    file = one.file.with_(texts=(text(TextState.APPROVED),), promises=(promise(2, text_id="text-1"),), numbers=2)
    one = one._replace(file=file)
    one = after(one, briefs.send_brief(one, Circle.EMPLOYEES, "Kitchen", "text-1"))
    one = after(one, freeze(one))
    state = BrandState(brand="Аврора", version=7, level=Level.CRISIS, incident_id="aurora-x-2", incident_no=2)

    # WHEN the crisis is merged into the watch
    done = merge(one, into, "the same photo", (state,))
    gone, joint = settled(one, done.one), settled(into, done.into)

    # THEN nothing is lost, and what belongs together still does
    owed = {each.id: each for each in joint.file.promises}
    assert len(owed) == 2
    [moved] = [each for each in owed.values() if each.id != "promise-1"]
    assert moved.text_id == joint.file.texts[0].id == joint.file.briefs[0].text_id
    assert [task.step for task in joint.file.tasks] == [FREEZE]
    assert gone.file.promises == ()
    assert place_of(gone.file, "brief-3") == ("aurora-x-1", joint.file.briefs[0].id)
    # AND it burns on as a crisis that Dora has, without an all-clear
    assert joint.incident.level is Level.CRISIS
    assert holders(CLIENT, joint.incident) == (DORA,)
    assert gone.incident.closed
    assert not [*gone.outbox, *joint.outbox]
    assert [(one.incident_id, one.version) for one in done.states] == [("aurora-x-1", 8)]


def test_the_same_step_of_both_plans_is_done_once() -> None:
    def task(number: int) -> CaseTask:
        return CaseTask(id=f"task-{number}", step="proof", words=WORDS, due_at=NOON + HOUR)

    into, one = burning(), burning(number=2)
    into = into._replace(file=into.file.with_(tasks=(task(4),), numbers=4))
    one = one._replace(file=one.file.with_(tasks=(task(9),), numbers=9))
    done = merge(one, into, "x", (BrandState(brand="Аврора", version=1),))
    assert [each.id for each in done.into.file.tasks] == ["task-4"]
    assert place_of(done.one.file, "task-9") == ("aurora-x-1", "task-4")


def test_what_was_dropped_there_and_a_clock_that_was_stopped_there_go_on_where_they_are_open_here() -> None:
    # GIVEN two cases of one plan: in the first its step is open and a clock of the law runs; in the second it was
    # dropped, and the clock once stopped
    def task(state: TaskState) -> CaseTask:
        return CaseTask(id="task-1", step="proof", words=WORDS, due_at=NOON + HOUR, state=state)

    clock = Clock(id="gdpr_authority", due_at=NOON + 72 * HOUR, started_at=NOON)
    one, into = burning(number=2), burning()
    card = Cause(product="soup", truth=Truth.TRUE, verified_by=NINA, verified_at=NOON)
    one = one._replace(
        file=one.file.with_(tasks=(task(TaskState.OPEN),), clocks=(clock,), cause=card, numbers=1),
    )
    stopped = clock.model_copy(update={"stopped_at": NOON})
    into = into._replace(file=into.file.with_(tasks=(task(TaskState.DROPPED),), clocks=(stopped,), numbers=1))

    # WHEN they are merged
    joint = settled(into, merge(one, into, "x", (BrandState(brand="Аврора", version=1),)).into).file

    # THEN neither is lost, nor what people have found of the cause
    assert [each.state for each in joint.tasks if each.step == "proof"] == [TaskState.DROPPED, TaskState.OPEN]
    assert joint.clocks == (clock,)
    assert joint.cause == card


@pytest.mark.parametrize(
    ("here", "there"), [(0, 0), (20, 20), (MOST_LINKS, 0), (MOST_LINKS, MOST_LINKS), (0, MOST_LINKS)]
)
def test_however_many_cases_a_case_names_it_names_the_one_that_goes_on_in_it(here: int, there: int) -> None:
    one, into = burning(number=2), burning()
    one = one._replace(file=one.file.with_(links=tuple(f"other-{number}" for number in range(there))))
    into = into._replace(file=into.file.with_(links=tuple(f"mine-{number}" for number in range(here))))

    joint = settled(into, merge(one, into, "x", (BrandState(brand="Аврора", version=1),)).into).file

    assert joint.links[-1] == "aurora-x-2"
    assert len(joint.links) == min(here + there + 1, MOST_LINKS)


def test_a_drill_is_no_part_of_a_real_case() -> None:
    drill, real = burning(number=2), burning()
    drill = drill._replace(file=drill.file.with_(drill="Аврора"))
    for one, into in ((drill, real), (real, drill)):
        with pytest.raises(TransitionError, match="drill"):
            merge(one, into, "x", (BrandState(brand="Аврора", version=1),))


def test_a_journalists_name_that_is_no_name_is_refused_with_a_sentence() -> None:
    with pytest.raises(TransitionError):
        enquiries.enquire(burning(), "BBC", "?", person="x" * 301)


def test_neither_itself_nor_what_is_over_is_merged() -> None:
    work, state = burning(), BrandState(brand="Аврора", version=1)
    with pytest.raises(TransitionError, match="into itself"):
        merge(work, work, "x", (state,))
    one = burning(number=2)
    gone = one._replace(file=one.file.with_(status=CaseStatus.MERGED, into="aurora-x-3"))
    with pytest.raises(TransitionError, match="goes on in aurora-x-3"):
        merge(gone, work, "x", (state,))


# reminding


def test_a_reminder_goes_by_mail_and_by_sms_where_it_burns_or_is_urgent() -> None:
    calm, grave = burning(Level.ISSUE), burning(Level.CRISIS)
    assert [one.channel for one in remind_owner(calm, NINA, ("task-1",))[1]] == [Channel.EMAIL]
    assert [one.channel for one in remind_owner(grave, NINA, ("task-1",))[1]] == [Channel.SMS, Channel.EMAIL]
    assert [one.channel for one in remind_owner(calm, NINA, ("p",), urgent=True)[1]] == [Channel.SMS, Channel.EMAIL]
    assert remind_owner(calm._replace(mute=Mute.SHADOW), NINA, ("p",)) == (calm.incident, ())
    assert remind_owner(calm, "stranger@x.example", ("p",)) == (calm.incident, ())


def test_an_urgent_reminder_waits_for_the_morning_unless_it_is_a_crisis() -> None:
    for level, waits in ((Level.ISSUE, True), (Level.CRISIS, False)):
        sms = remind_owner(burning(level, NIGHT), NINA, ("p",), urgent=True)[1][0]
        assert (sms.due_at > NIGHT) is waits


def test_what_stays_undone_is_spoken_of_twice_and_then_goes_to_who_leads() -> None:
    work = burning()
    work = work._replace(file=work.file.with_(owner=DORA))
    told: list[str] = []
    one = Due("task-1", NOON, OLEH)
    while (at := remind_at(one, work.incident)) is not None:
        items = remind(work._replace(now=at), one)[1]
        told.append(items[0].recipient)
        assert remind(work._replace(now=at - MINUTE), one)[1] == ()
        one = one._replace(told=one.told + 1, told_at=at)
    assert told == [OLEH, OLEH, DORA]
    assert one.told_at == NOON + 2 * GAP


def test_who_leads_and_does_nothing_is_followed_by_the_next_in_turn() -> None:
    work = burning()
    work = work._replace(file=work.file.with_(owner=NINA))
    _, items = remind(work._replace(now=NOON + DAY), Due("task-1", NOON, NINA, told=2, told_at=NOON))
    assert items[0].recipient == DORA


def test_reminders_of_one_moment_are_one_message() -> None:
    work = burning(Level.CRISIS)
    incident, first = remind_owner(work, NINA, ("task-1",))
    incident, second = remind_owner(work._replace(incident=incident), NINA, ("task-2", "task-1"))
    whole = settled(work, Worked(incident, work.file, (), (*first, *second)))
    assert [(one.channel, one.about) for one in whole.outbox] == [
        (Channel.SMS, ("task-1", "task-2")), (Channel.EMAIL, ("task-1", "task-2")),
    ]  # fmt: skip
    assert whole.incident.version == work.incident.version + 1
    assert max(one.alert_no for one in whole.outbox) <= whole.incident.alert_no


# the desk


def test_an_enquiry_is_reminded_before_its_deadline_until_it_is_answered() -> None:
    work = burning()
    asked = after(work, enquiries.enquire(work, "Kyiv Post", "Is it true?", owner=OLEH, deadline=NOON + 3 * HOUR))
    at = enquiries.next_at(asked.file, asked.incident)
    assert at == NOON + 2 * HOUR
    reminded = after(asked._replace(now=at), enquiries.due(asked._replace(now=at)), now=at)
    assert reminded.file.enquiries[0].told == 1
    assert enquiries.due(reminded).events == ()
    done = after(reminded, enquiries.answered(reminded, "enquiry-1", "We look into it"))
    assert enquiries.next_at(done.file, done.incident) is None
    with pytest.raises(TransitionError, match="was answered by"):
        enquiries.answered(done, "enquiry-1", "again")


def test_nothing_is_told_and_nothing_counted_while_nobody_may_be_told() -> None:
    work = burning()
    asked = after(work, enquiries.enquire(work, "Kyiv Post", "Is it true?", owner=OLEH))
    muted = asked._replace(now=NOON + DAY, mute=Mute.PAUSED)
    assert enquiries.due(muted) == Worked(muted.incident, muted.file)


def test_a_whole_circle_gets_one_text_after_another() -> None:
    # GIVEN as many people of one circle as a client's file holds
    work = burning()
    people = [
        Stakeholder(name=f"Shop {one}", circle=Circle.EMPLOYEES, email=f"shop{one}@a.example") for one in range(60)
    ]
    work = work._replace(client=work.client.model_copy(update={"stakeholders": tuple(people)}))
    texts = tuple(text(TextState.APPROVED).model_copy(update={"id": f"text-{one}"}) for one in (1, 2, 3))
    work = work._replace(file=work.file.with_(texts=texts, numbers=3))

    # WHEN each of three texts is sent to all of them THEN nobody is left out
    for one in texts:
        for _ in range(2):
            work = after(work, settled(work, briefs.send_circle(work, Circle.EMPLOYEES, one.id)))
    assert len(work.file.briefs) == 180


def test_a_brief_goes_in_the_approved_words_once_and_is_opened_read_and_asked_about() -> None:
    work = burning()
    send = partial(briefs.send_brief, circle=Circle.EMPLOYEES, stakeholder="Kitchen", text_id="text-1")
    draft = work._replace(file=work.file.with_(texts=(text(TextState.DRAFT),)))
    with pytest.raises(TransitionError, match="approved first"):
        send(draft)
    reply = work._replace(file=work.file.with_(texts=(text(TextState.APPROVED, Kind.REPLY),)))
    with pytest.raises(TransitionError, match="a brief is a"):
        send(reply)

    ready = work._replace(file=work.file.with_(texts=(text(TextState.APPROVED),)))
    done = settled(ready, send(ready))
    [item] = done.outbox
    assert (item.kind, item.address, item.language) == (AlertKind.BRIEF, "kitchen@brand.example", "es")
    assert (item.text, item.about, item.approved_by) == ("Ми перевіряємо.", ("brief-1",), NINA)
    sent = after(ready, send(ready))
    assert send(sent) == Worked(sent.incident, sent.file)

    opened = after(sent, briefs.opened(sent, "brief-1"), now=NOON + MINUTE)
    assert briefs.opened(opened, "brief-1") == Worked(opened.incident, opened.file)
    read = after(opened, briefs.read(opened, "brief-1"))
    asked = after(read, briefs.ask(read._replace(by="Kitchen"), "brief-1", "Do we open tomorrow?"))
    [told] = {one.recipient for one in settled(read, briefs.ask(read, "brief-1", "Do we open tomorrow?")).outbox}
    assert told == NINA
    assert briefs.next_at(asked.file, asked.incident) == NOON + MINUTE + HOUR
    answered = after(asked, briefs.answer_question(asked, "brief-1", 1, "Yes, at seven"))
    assert answered.file.briefs[0].questions[0].answer == "Yes, at seven"
    assert briefs.next_at(answered.file, answered.incident) is None


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("За цим стоять наші конкуренти.", Refused.ACCUSATION),
        ("El autor es un exempleado.", Refused.ACCUSATION),
        ("Our lawyers are looking at it.", Refused.HARMFUL),
        ("We apologise if anyone was offended.", Refused.HARMFUL),
        ("Будь ласка, видаліть свій відгук.", Refused.HARMFUL),
        ("The story about the water is not true.", Refused.POSTURE),
        ("Просимо вибачення в кожного, хто захворів.", Refused.POSTURE),
        ("Fue un error nuestro.", Refused.POSTURE),
    ],
)
def test_an_answer_to_somebody_outside_accuses_and_threatens_nobody(words: str, why: Refused) -> None:
    work = burning()
    ready = work._replace(file=work.file.with_(texts=(text(TextState.APPROVED),)))
    sent = after(ready, briefs.send_brief(ready, Circle.EMPLOYEES, "Kitchen", "text-1"))
    asked = after(sent, briefs.ask(sent._replace(by="Kitchen"), "brief-1", "Who writes this?"))
    with pytest.raises(TransitionError) as refused:
        briefs.answer_question(asked, "brief-1", 1, words)
    assert refused.value.refused is why


def test_who_has_no_address_is_noted_and_told_by_other_ways() -> None:
    work = burning()
    ready = work._replace(file=work.file.with_(texts=(text(TextState.APPROVED, Kind.NOTICE),)))
    done = settled(ready, briefs.send_brief(ready, Circle.VICTIMS, "Families", "text-1"))
    assert done.outbox == ()
    assert done.file.briefs[0].to is None


def test_one_tap_asks_for_a_pause_of_posts_as_a_task_with_a_clock() -> None:
    work = burning(Level.CRISIS)
    done = settled(work, freeze(work))
    [task] = done.file.tasks
    assert task.due_at == NOON + 15 * MINUTE
    assert {one.recipient for one in done.outbox} == {NINA, OLEH, "desk"}
    assert {(one.kind, one.about) for one in done.outbox} == {(AlertKind.DUE, (task.id,))}
    again = after(work, freeze(work))
    assert freeze(again) == Worked(again.incident, again.file)


# what can be kept


def test_a_case_that_could_not_be_kept_or_read_again_is_refused() -> None:
    work = burning()
    many = tuple(promise(number) for number in range(1, 62))
    with pytest.raises(TransitionError, match="the case cannot hold this: promises"):
        settled(work, Worked(work.incident, work.file.with_(promises=many)))

    rows = random.Random(1)
    noise = tuple(
        text(TextState.DRAFT).model_copy(
            update={"id": f"text-{number}", "text": "".join(chr(rows.randrange(0x4E00, 0x9FFF)) for _ in range(6_000))}
        )
        for number in range(60)
    )
    with pytest.raises(TransitionError, match="the case is full"):
        settled(work, Worked(work.incident, work.file.with_(texts=noise)))


def test_a_step_that_changes_nothing_writes_nothing() -> None:
    work = burning()
    same = settled(work, Worked(work.incident, work.file.with_(owner=None)))
    assert same.incident is work.incident
    assert same.file is work.file


def test_a_relapse_wants_a_review_of_its_own_and_keeps_what_was_answered() -> None:
    # GIVEN a closed case whose review was finished
    case = burning(Level.CRISIS)
    calm = case.incident.releveled(Level.CALM, index=3, reasons=(), at=NOON + DAY)
    review = Review(begun_at=NOON + DAY, told=1, told_at=NOON + DAY, finished_at=NOON + DAY, finished_by=NINA)
    over = case.file.with_(status=CaseStatus.CLOSED, review=review)

    # WHEN the storm comes back
    again = calm.releveled(Level.CRISIS, index=80, reasons=(), at=NOON + DAY + HOUR)
    file, _ = followed(calm, again, over, NOON + DAY + HOUR)

    # THEN the case is open, and does not close on the former storm's review
    assert file.status is CaseStatus.OPEN
    assert file.review == Review(begun_at=NOON + DAY)
