"""Protects: a pause that one client's case asks for reaches the people of all the agency's clients, once, and nothing
else passes between their stacks."""

import json
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.answering import BRAND, OLENA, PETRO, World
from tests.support.samples import NOON
from tests.unit.entry.test_answer_site import text_of
from tests.unit.services.support import RecordingChannel
from tocsin.adapters.channels.agency_sns import SnsAgencyChannel, read_word
from tocsin.adapters.memory_desk import MemoryControlStore
from tocsin.adapters.memory_pauses import MemoryPauseStore
from tocsin.domain.case import tasking
from tocsin.domain.case.desk import Elsewhere
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.freeze import FREEZE, TRIED_FOR, freeze, freeze_everywhere
from tocsin.domain.errors import DeliveryError, ParseError, ThrottledError
from tocsin.domain.levels import Level
from tocsin.domain.outbox import Channel
from tocsin.domain.pause_ask import ONCE_IN, TAKEN_WITHIN, Became, PauseAnswer, PauseAsk, Sibling
from tocsin.entry.pause_asks import of_the_agency, words_of_the_agency
from tocsin.services.answer import AnswerError, Why
from tocsin.services.case_clocks import CaseClocks
from tocsin.services.casework import Casework
from tocsin.services.pass_on import PassOn
from tocsin.services.pause_answers import PauseAnswers
from tocsin.services.pauses import Pauses

TWO_BRANDS: dict[str, Any] = {
    "brands": [{"name": BRAND, "terms": [BRAND]}, {"name": "Borealis", "terms": ["Borealis"]}]
}
TOPIC = "arn:aws:sns:eu-central-1:123456789012:tocsin-agency"


class Agency:
    """The topic that its stacks share: ``stacks`` hear what is said, the one that said it too."""

    def __init__(self) -> None:
        self.said: list[PauseAsk] = []
        self.answers: list[PauseAnswer] = []
        self.trouble: DeliveryError | None = None

    def ask_pause(self, ask: PauseAsk) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.said.append(ask)

    def answer_pause(self, answer: PauseAnswer) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.answers.append(answer)


class Stack(World):
    """One client's world with its minute's clocks, and who takes what the topic brings."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.agency = Agency()
        self.work = Casework(clients=self.clients, cases=self.cases, clock=self.clock)
        self.book, self.controls = MemoryPauseStore(), MemoryControlStore()
        passing = PassOn(clients=self.clients, cases=self.cases, clock=self.clock, agency=self.agency, pauses=self.book)
        self.clocks = CaseClocks(
            clients=self.clients, cases=self.cases, mentions=self.mentions, clock=self.clock, passing=lambda: passing
        )
        self.channels = {channel: RecordingChannel() for channel in Channel}
        self.pauses = Pauses(
            clients=self.clients, cases=self.cases, clock=self.clock, channels=self.channels, controls=self.controls,
            book=self.book,
        )  # fmt: skip
        self.answering = PauseAnswers(
            clients=self.clients, cases=self.cases, pauses=self.book, clock=self.clock, agency=self.agency
        )

    def minute(self) -> None:
        self.clock.wait(minutes=1)
        self.clocks.run()
        self.answering.run()

    def freeze(self, by: str = OLENA) -> None:
        self.work.do(self.incident_id, by, freeze_everywhere)

    @property
    def file(self) -> CaseFile:
        found = self.cases.case_file(self.incident_id)
        assert found is not None
        return found

    @property
    def frozen(self) -> int:
        return sum(task.step == FREEZE for task in self.file.tasks)


def other(burning: bool = True, **settings: Any) -> Stack:
    stack = Stack({"client": "boreal", "name": "Boreal", **settings})
    if not burning:
        stack.resolve()
    return stack


def asked(by: str = OLENA, client: str = "aurora", after: float = 0) -> PauseAsk:
    return PauseAsk.of(client, by, NOON + timedelta(minutes=after))


def test_one_tap_asks_here_at_once_and_passes_the_word_on_within_the_minute() -> None:
    # GIVEN a case that burns
    stack = Stack()
    # WHEN somebody taps
    answer = stack.post(stack.link(), {"do": "freeze", "part": "plan"})
    # THEN it is a task with a clock here, and the page says what becomes of the rest
    assert answer.status == 303
    assert stack.frozen == 1
    assert "за хвилину" in stack.get(answer.location).html
    stack.minute()
    assert [(one.by, one.at) for one in stack.agency.said] == [(OLENA, NOON)]
    assert "Людей інших клієнтів попросили" in stack.get(f"{stack.link()}?part=plan").html
    # AND no client, brand or case is named in it
    said = stack.agency.said[0].model_dump_json()
    assert not any(name in said for name in (stack.client.client, stack.client.name, BRAND, stack.incident_id))
    # AND neither a second tap nor the next minutes say it again
    stack.freeze(PETRO)
    for _ in range(5):
        stack.minute()
    assert len(stack.agency.said) == 1


def test_in_another_client_s_open_case_it_becomes_a_task_once_however_often_it_is_brought() -> None:
    stack = other()
    first = stack.pauses.take(asked())
    assert first is not None
    assert first.cases == (stack.incident_id,)
    assert stack.frozen == 1
    [task] = [one for one in stack.file.tasks if one.step == FREEZE]
    assert task.due_at == stack.clock.now() + timedelta(minutes=15)
    assert stack.pauses.take(asked()) is None
    assert stack.pauses.take(asked(PETRO)) is None
    assert stack.frozen == 1
    assert all(not channel.sent for channel in stack.channels.values())


def test_what_a_failure_cut_off_is_done_when_the_topic_brings_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a table that is throttled in the midst of it
    stack = other()
    ask = PauseAsk.of("aurora", OLENA, stack.clock.at)
    with monkeypatch.context() as patched:
        patched.setattr(stack.cases, "brand_state", Mock(side_effect=ThrottledError("no")))
        with pytest.raises(ThrottledError):
            stack.pauses.take(ask)
    # WHEN Lambda tries again THEN it is done, and once
    assert stack.pauses.take(ask) is not None
    assert stack.frozen == 1
    assert stack.pauses.take(ask) is None


def test_where_nothing_burns_those_who_post_and_the_rooms_are_written_to() -> None:
    stack = other(burning=False, channels=[{"kind": "slack", "name": "ops"}])
    done = stack.pauses.take(asked())
    assert done is not None
    assert done.cases == ()
    assert {to for to, _ in stack.channels[Channel.EMAIL].sent} == {OLENA}
    assert [to for to, _ in stack.channels[Channel.SLACK].sent] == ["ops"]
    assert not stack.channels[Channel.SMS].sent
    # AND by the hundred nobody is reached more often than once in a while
    for minutes in range(1, 15):
        stack.clock.wait(minutes=1)
        stack.pauses.take(asked(after=minutes))
    assert len(stack.channels[Channel.EMAIL].sent) == 1
    stack.clock.wait(minutes=ONCE_IN.total_seconds() / 60)
    assert stack.pauses.take(asked(after=29)) is not None


def test_who_cannot_be_reached_is_named_and_the_others_are_asked() -> None:
    stack = other(burning=False, channels=[{"kind": "slack", "name": "ops"}])
    del stack.channels[Channel.EMAIL]
    done = stack.pauses.ask(stack.client, OLENA)
    assert done.unreached == ("Олена Коваль",)
    assert done.told == ("ops",)


def test_a_case_that_cannot_be_written_keeps_no_other_from_its_task(monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN two cases that burn, the first of which cannot be written
    stack = other(brands=[{"name": BRAND, "terms": [BRAND]}, {"name": "Boreal Ice", "terms": ["boreal ice"]}])
    second = stack.work.declare("Boreal Ice", Level.ISSUE, "an ice cream", OLENA).incident.id
    do = stack.pauses._work.do

    def refusing(incident_id: str, *rest: Any) -> Any:
        if incident_id == stack.incident_id:
            raise AnswerError(Why.BUSY, "others write it")
        return do(incident_id, *rest)

    monkeypatch.setattr(stack.pauses._work, "do", refusing)
    # WHEN the word comes THEN the second has its task, and the topic is told to come again
    with pytest.raises(AnswerError):
        stack.pauses.take(asked())
    file = stack.cases.case_file(second)
    assert file is not None
    assert [task.step for task in file.tasks] == [FREEZE]


def test_where_nobody_was_reached_it_is_tried_once_more() -> None:
    stack = other(burning=False)
    mail = stack.channels[Channel.EMAIL]
    mail.refuse.append(DeliveryError("SES is out of order"))
    with pytest.raises(DeliveryError):
        stack.pauses.take(asked())
    assert stack.pauses.take(asked()) is not None
    assert len(mail.sent) == 1


def test_a_word_that_nobody_would_take_any_more_is_not_said_to_have_been_told() -> None:
    # GIVEN a topic that is out of order for longer than its word is taken
    stack = Stack()
    stack.agency.trouble = DeliveryError("SNS is out of order")
    stack.freeze()
    for _ in range(int(TAKEN_WITHIN.total_seconds() / 60) + 5):
        stack.minute()
    # WHEN it can be reached again
    stack.agency.trouble = None
    for _ in range(15):
        stack.minute()
    # THEN nothing is passed on, and the page says that the desk has to ask
    assert stack.agency.said == []
    assert stack.file.elsewhere is not None
    assert stack.file.elsewhere.alone


def test_a_case_that_was_muted_meanwhile_passes_on_no_old_word() -> None:
    stack = Stack()
    stack.freeze()
    stack.clock.wait(minutes=TAKEN_WITHIN.total_seconds() / 60 + 1)
    stack.clocks.run()
    assert stack.agency.said == []
    assert stack.file.elsewhere is not None
    assert stack.file.elsewhere.alone


def test_trouble_in_passing_it_on_stops_no_other_clock_of_the_case() -> None:
    stack = Stack()
    stack.freeze()
    clocks = CaseClocks(
        clients=stack.clients, cases=stack.cases, mentions=stack.mentions, clock=stack.clock,
        passing=Mock(side_effect=OSError("no such module")),
    )  # fmt: skip
    stack.clock.wait(minutes=1)
    assert clocks.run() == 1
    assert stack.file.elsewhere is not None
    assert stack.file.elsewhere.waits


def test_its_own_word_and_an_old_one_are_nothing_to_act_on() -> None:
    stack = other()
    assert stack.pauses.take(asked(client="boreal")) is None
    stack.clock.wait(minutes=TAKEN_WITHIN.total_seconds() / 60 + 1)
    assert stack.pauses.take(asked()) is None
    assert stack.cases.case_file(stack.incident_id) is None or stack.frozen == 0


def test_a_stack_that_stands_alone_says_so() -> None:
    stack = Stack()
    stack.agency.trouble = DeliveryError("the stack knows no topic of the agency", permanent=True, absent=True)
    stack.freeze()
    stack.minute()
    assert stack.file.elsewhere is not None
    assert stack.file.elsewhere.alone
    assert "чергові" in stack.get(f"{stack.link()}?part=plan").html


def test_what_could_not_be_passed_on_is_tried_each_few_minutes_and_given_up_in_time() -> None:
    stack = Stack()
    stack.agency.trouble = DeliveryError("SNS is out of order")
    stack.freeze()
    for _ in range(3):
        stack.minute()
    stack.agency.trouble = None
    for _ in range(5):
        stack.minute()
    assert len(stack.agency.said) == 1
    # AND where it never goes
    stuck = Stack()
    stuck.agency.trouble = DeliveryError("SNS is out of order")
    stuck.freeze()
    for _ in range(int(TRIED_FOR.total_seconds() / 60) + 10):
        stuck.minute()
    assert stuck.file.elsewhere is not None
    assert stuck.file.elsewhere.alone


def test_a_drill_asks_for_nothing_elsewhere() -> None:
    stack = Stack()
    opened = stack.cases.case_file(stack.incident_id) or CaseFile.opened(stack.incident)
    stack.cases.save_case((opened.with_(drill="exercise", version=opened.version + 1),))
    stack.freeze()
    stack.minute()
    assert stack.frozen == 1
    assert stack.file.elsewhere is None
    assert stack.agency.said == []


def test_a_pause_of_this_client_alone_is_passed_on_to_nobody() -> None:
    stack = Stack()
    stack.work.do(stack.incident_id, OLENA, partial(freeze))
    stack.minute()
    assert stack.agency.said == []


# -- what became of it


def passed(asking: Stack, *others: Stack) -> None:
    """What the topic brings to everybody, in both ways, until nothing new is said."""
    for _ in range(2):
        asking.minute()
        for ask in asking.agency.said:
            for stack in others:
                stack.pauses.take(ask)
        for stack in others:
            stack.minute()
            for answer in stack.agency.answers:
                asking.pauses.answered(answer)
            stack.agency.answers.clear()


def shown(stack: Stack) -> str:
    return text_of(stack.get(f"{stack.link()}?part=plan&lang=en").html)


def test_the_case_that_asked_sees_who_got_it_who_has_done_it_and_who_is_silent() -> None:
    # GIVEN one client where a case burns, one where none does, one that hears nothing, all in the agency's files
    asking, burning = Stack(), other()
    calm = other(burning=False, client="calm", name="Calm Ltd")
    names = {"boreal": "Boreal", "calm": "Calm Ltd", "far": "Far Away"}
    known = tuple(Sibling(client=slug, name=name) for slug, name in names.items())
    asking.book.save(asking.book.load().knows(known, NOON))
    # WHEN somebody asks
    asking.freeze()
    passed(asking, burning, calm)
    # THEN
    said = shown(asking)
    assert "Boreal: it came and is a task in the case there, not done yet." in said
    assert "Calm Ltd: it came, and 1 was written to." in said
    assert "No answer from: Far Away." in said
    # WHEN the task there is done THEN that is told, too, and once
    task = next(one for one in burning.file.tasks if one.step == FREEZE)
    burning.work.do(burning.incident_id, OLENA, lambda work: tasking.done(work, task.id, None))
    passed(asking, burning, calm)
    assert "Boreal: paused." in shown(asking)
    for _ in range(5):
        burning.minute()
    assert burning.agency.answers == []


def test_an_answer_names_its_client_and_nothing_of_what_burns_there() -> None:
    stack = other()
    stack.pauses.take(asked())
    stack.minute()
    [answer] = stack.agency.answers
    assert (answer.client, answer.name, answer.tasks) == ("boreal", "Boreal", 1)
    said = answer.model_dump_json()
    assert not any(name in said for name in (stack.incident_id, BRAND, OLENA))


def test_who_asks_a_moment_after_somebody_else_gets_an_answer_too() -> None:
    first, second, heard = Stack(), Stack({"client": "third", "name": "Third"}), other()
    first.freeze()
    second.freeze()
    for stack in (first, second):
        passed(stack, heard)
    assert heard.frozen == 1
    for stack in (first, second):
        assert [one.client for one in stack.file.elsewhere.answers] == ["boreal"]  # type: ignore[union-attr]


def test_a_task_that_will_not_be_done_is_told_as_that() -> None:
    asking, burning = Stack(), other()
    asking.freeze()
    passed(asking, burning)
    task = next(one for one in burning.file.tasks if one.step == FREEZE)
    burning.work.do(burning.incident_id, OLENA, lambda work: tasking.drop(work, task.id, "an election campaign"))
    passed(asking, burning)
    assert "Boreal: somebody there said that it will not be done." in shown(asking)
    assert "election" not in shown(asking)


@pytest.mark.parametrize("both", [True, False])
def test_a_case_that_is_merged_answers_by_the_one_that_it_goes_on_in(both: bool) -> None:
    # GIVEN a case elsewhere that got the task, and another one there, with a task of its own or none
    asking, burning = Stack(), other(**TWO_BRANDS)
    asking.freeze()
    declared = partial(burning.work.declare, "Borealis", Level.CRISIS, "the same kitchen", OLENA)
    second = declared().incident.id if both else ""
    passed(asking, burning)
    second = second or declared().incident.id
    # WHEN they turn out to be one, and the task is done there
    burning.work.merge(burning.incident_id, second, "one kitchen", OLENA)
    [task] = [one for one in burning.cases.case_file(second).tasks if one.step == FREEZE]  # type: ignore[union-attr]
    burning.work.do(second, OLENA, lambda work: tasking.done(work, task.id, None))
    # THEN whoever asked hears of it
    passed(asking, burning)
    assert "Boreal: paused." in shown(asking)


@pytest.mark.parametrize("told", [True, False])
def test_what_a_case_has_asked_for_goes_on_in_the_one_that_it_is_merged_into(told: bool) -> None:
    asking, heard = Stack(TWO_BRANDS), other()
    asking.freeze()
    if told:
        asking.minute()
    into = asking.work.declare("Borealis", Level.CRISIS, "the same kitchen", OLENA).incident.id
    asking.work.merge(asking.incident_id, into, "one kitchen", OLENA)
    asking.incident_id = into
    passed(asking, heard)
    assert heard.frozen == 1
    assert [one.client for one in asking.file.elsewhere.answers] == ["boreal"]  # type: ignore[union-attr]


@pytest.mark.parametrize("burns", [True, False])
def test_in_shadow_nobody_is_told_and_who_asked_reads_that(burns: bool) -> None:
    asking, quiet = Stack(), other(burning=burns, shadow=True)
    asking.freeze()
    passed(asking, quiet)
    assert not any(channel.sent for channel in quiet.channels.values())
    assert "Boreal: it came, but it is in shadow or paused there and nobody was told" in shown(asking)


def test_an_answer_that_could_not_leave_is_tried_again_and_not_for_ever() -> None:
    stack = other()
    stack.pauses.take(asked())
    stack.agency.trouble = DeliveryError("SNS is out of order")
    stack.minute()
    stack.agency.trouble = None
    stack.minute()
    assert len(stack.agency.answers) == 1
    # AND nobody waits for more than a day
    late = other()
    late.pauses.take(asked())
    late.clock.wait(minutes=25 * 60)
    assert late.answering.run() == 0


def test_without_a_place_to_note_it_the_word_is_acted_on_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    stack = other()
    monkeypatch.setattr(stack.book, "load", Mock(side_effect=ThrottledError("no")))
    assert stack.pauses.take(asked()) is not None
    assert stack.frozen == 1


@given(st.lists(st.tuples(st.sampled_from(["a1", "b2", "c3"]), st.sampled_from(Became)), max_size=12))
def test_what_was_said_to_be_settled_stays_settled(said: list[tuple[str, Became]]) -> None:
    elsewhere = Elsewhere(by=OLENA, asked_at=NOON)
    settled: dict[str, bool] = {}
    for client, became in said:
        answer = PauseAnswer(to="0" * 32, client=client, name=client, at=NOON, became=became)
        elsewhere = elsewhere.with_answer(answer)
        settled[client] = settled.get(client, False) or became is not Became.CAME
    assert {one.client: one.became is not Became.CAME for one in elsewhere.answers} == settled


def test_an_answer_to_nothing_that_we_asked_is_passed_over() -> None:
    asking = Stack()
    asking.freeze()
    asking.minute()
    facts: dict[str, Any] = {"client": "boreal", "name": "Boreal", "at": NOON}
    assert not asking.pauses.answered(PauseAnswer(to="0" * 32, **facts))
    ask = asking.agency.said[0]
    assert not asking.pauses.answered(PauseAnswer(to=ask.origin, **{**facts, "client": asking.client.client}))
    assert asking.file.elsewhere is not None
    assert asking.file.elsewhere.answers == ()


# -- what the topic brings


def test_what_is_published_is_read_back_and_nothing_else_is() -> None:
    class Sns:
        def __init__(self) -> None:
            self.said: dict[str, str] = {}

        def publish(self, **said: str) -> dict[str, str]:
            self.said = said
            return {"MessageId": "1"}

    sns: Any = Sns()
    SnsAgencyChannel(sns, TOPIC).ask_pause(asked())
    assert sns.said["TopicArn"] == TOPIC
    assert read_word(sns.said["Message"]) == asked()
    answer = PauseAnswer(to=asked().origin, client="boreal", name="Boreal", at=NOON, told=2)
    SnsAgencyChannel(sns, TOPIC).answer_pause(answer)
    assert read_word(sns.said["Message"]) == answer
    with pytest.raises(DeliveryError) as alone:
        SnsAgencyChannel(sns, "").ask_pause(asked())
    assert alone.value.absent


@given(st.text(max_size=300) | st.dictionaries(st.text(max_size=9), st.text(max_size=30)).map(json.dumps))
def test_hostile_words_are_refused(said: str) -> None:
    with pytest.raises(ParseError):
        read_word(said)


@pytest.mark.parametrize(
    "change",
    [{"ask": "erase everything"}, {"by": "no address"}, {"more": "x"}, {"version": 2}, {"at": "yesterday"}],
)
def test_a_word_with_anything_else_in_it_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ParseError):
        read_word(json.dumps({**asked().model_dump(mode="json"), **change}))


def test_only_the_agency_s_own_topic_is_heard() -> None:
    def record(topic: str, message: str) -> dict[str, Any]:
        return {"EventSource": "aws:sns", "Sns": {"TopicArn": topic, "Message": message, "MessageId": "1"}}

    good = asked().model_dump_json()
    event = {"Records": [record(TOPIC, good), record(f"{TOPIC}x", good), record(TOPIC, "{}")]}
    assert of_the_agency(event)
    assert list(words_of_the_agency(event, TOPIC)) == [asked()]
    assert list(words_of_the_agency(event, "")) == []
    assert not of_the_agency({"Records": [{"eventName": "INSERT", "eventSource": "aws:dynamodb"}]})
