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
from tests.unit.services.support import RecordingChannel
from tocsin.adapters.channels.agency_sns import SnsAgencyChannel, read_pause_ask
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.freeze import FREEZE, TRIED_FOR, freeze, freeze_everywhere
from tocsin.domain.errors import DeliveryError, ParseError, ThrottledError
from tocsin.domain.levels import Level
from tocsin.domain.outbox import Channel
from tocsin.domain.pause_ask import ONCE_IN, TAKEN_WITHIN, PauseAsk
from tocsin.entry.pause_asks import of_the_agency, pause_asks
from tocsin.services.answer import AnswerError, Why
from tocsin.services.case_clocks import CaseClocks
from tocsin.services.casework import Casework
from tocsin.services.pass_on import PassOn
from tocsin.services.pauses import Pauses

TOPIC = "arn:aws:sns:eu-central-1:123456789012:tocsin-agency"


class Agency:
    """The topic that its stacks share: ``stacks`` hear what is said, the one that said it too."""

    def __init__(self) -> None:
        self.said: list[PauseAsk] = []
        self.trouble: DeliveryError | None = None

    def ask_pause(self, ask: PauseAsk) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.said.append(ask)


class Stack(World):
    """One client's world with its minute's clocks, and who takes what the topic brings."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.agency = Agency()
        self.work = Casework(clients=self.clients, cases=self.cases, clock=self.clock)
        passing = PassOn(clients=self.clients, cases=self.cases, clock=self.clock, agency=self.agency)
        self.clocks = CaseClocks(
            clients=self.clients, cases=self.cases, mentions=self.mentions, clock=self.clock, passing=lambda: passing
        )
        self.channels = {channel: RecordingChannel() for channel in Channel}
        self.pauses = Pauses(clients=self.clients, cases=self.cases, clock=self.clock, channels=self.channels)

    def minute(self) -> None:
        self.clock.wait(minutes=1)
        self.clocks.run()

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
    assert read_pause_ask(sns.said["Message"]) == asked()
    with pytest.raises(DeliveryError) as alone:
        SnsAgencyChannel(sns, "").ask_pause(asked())
    assert alone.value.absent


@given(st.text(max_size=300) | st.dictionaries(st.text(max_size=9), st.text(max_size=30)).map(json.dumps))
def test_hostile_words_are_refused(said: str) -> None:
    with pytest.raises(ParseError):
        read_pause_ask(said)


@pytest.mark.parametrize(
    "change",
    [{"ask": "erase everything"}, {"by": "no address"}, {"more": "x"}, {"version": 2}, {"at": "yesterday"}],
)
def test_a_word_with_anything_else_in_it_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ParseError):
        read_pause_ask(json.dumps({**asked().model_dump(mode="json"), **change}))


def test_only_the_agency_s_own_topic_is_heard() -> None:
    def record(topic: str, message: str) -> dict[str, Any]:
        return {"EventSource": "aws:sns", "Sns": {"TopicArn": topic, "Message": message, "MessageId": "1"}}

    good = asked().model_dump_json()
    event = {"Records": [record(TOPIC, good), record(f"{TOPIC}x", good), record(TOPIC, "{}")]}
    assert of_the_agency(event)
    assert list(pause_asks(event, TOPIC)) == [asked()]
    assert list(pause_asks(event, "")) == []
    assert not of_the_agency({"Records": [{"eventName": "INSERT", "eventSource": "aws:dynamodb"}]})
