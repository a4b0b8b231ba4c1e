"""Protects: nothing is noted as sent that nobody may have approved, and a changed text has no approval left."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.support.casefile import ANNA, BOHDAN, DIRECTOR, HEAD, after, agency, work
from tocsin.domain.case.approving import (
    TextRefusedError,
    approve,
    ask_client,
    client_approved,
    client_refused,
    mark_of,
    prepared,
    sent,
    sign,
)
from tocsin.domain.case.cause import Cause
from tocsin.domain.case.desk import Brief
from tocsin.domain.case.file import CaseStatus, What, Work, Worked
from tocsin.domain.case.tasks import Plan
from tocsin.domain.case.texts import CaseText, Source, TextState
from tocsin.domain.case.wording import MOST, draft, edit, plain, text_of, withdraw
from tocsin.domain.errors import TransitionError
from tocsin.domain.fields import Language
from tocsin.domain.levels import Level
from tocsin.domain.linter import Kind
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.domain.people import Circle
from tocsin.domain.playbook import GENERAL
from tocsin.domain.posture import Objection, Strategy, Truth
from tocsin.domain.refusals import Refused

GOOD = "Дякуємо, що написали. Нам прикро, і ми саме з’ясовуємо, що сталося."
WORSE = "Вибачте, якщо когось образили."
URL = "https://t.me/aurora/17"
PEOPLE = (ANNA, BOHDAN, DIRECTOR)
BASE = (Strategy.INSTRUCT, Strategy.ADJUST)


def drafted(level: Level = Level.ISSUE, text: str = GOOD, **facts: Any) -> Work:
    before = work(level, of=facts.pop("of", None))
    return after(before, draft(before, Kind.REPLY, "uk", text, mention_id="rss:1", **facts))


def only(of: Work) -> CaseText:
    return of.file.texts[-1]


def test_a_text_goes_from_draft_to_sent_and_is_measured_a_day_later() -> None:
    # GIVEN a draft that another has approved
    now = drafted()
    now = after(now, approve(now, "text-1"))

    # WHEN its author notes that it is out
    done = sent(now, "text-1", URL)

    # THEN it is kept with its place, the first response is made, and what follows is looked at a day later
    text = done.file.texts[0]
    assert (text.state, text.sent_by, text.url) == (TextState.SENT, ANNA, URL)
    assert text.measure_at == now.now + timedelta(hours=24)
    assert done.incident.paging is not None
    assert done.incident.paging.responded_at == now.now
    assert [event.what for event in done.events] == [What.SENT]


@pytest.mark.parametrize("level", [Level.CRISIS, Level.SEVERE])
def test_from_crisis_on_nobody_approves_their_own_words(level: Level) -> None:
    now = drafted(level)
    with pytest.raises(TransitionError, match="somebody else"):
        approve(now, "text-1")
    by_another = approve(now._replace(by=BOHDAN), "text-1")
    assert by_another.file.texts[0].approved_by == BOHDAN


def test_what_its_author_approved_is_not_sent_once_it_is_a_crisis() -> None:
    # GIVEN an answer approved by its author while it was an issue, and a case that has become a crisis
    now = drafted()
    now = after(now, approve(now, "text-1"))
    now = now._replace(incident=now.incident.releveled(Level.CRISIS, index=70.0, reasons=(), at=now.now))

    # WHEN it is noted as sent THEN it needs other eyes first
    with pytest.raises(TransitionError, match="another than its author"):
        sent(now, "text-1", URL)
    now = after(now, approve(now._replace(by=DIRECTOR), "text-1"))
    assert sent(now, "text-1", URL).file.texts[0].state is TextState.SENT


def test_findings_need_a_note_why() -> None:
    now = drafted(text=WORSE)
    with pytest.raises(TextRefusedError, match="half_apology"):
        approve(now, "text-1")
    done = approve(now, "text-1", "the client's lawyer wants just these words")
    assert done.file.texts[0].note == "the client's lawyer wants just these words"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("uk", "Дякуємо, що написали. За цим стоять наші конкуренти."),
        ("en", "Thank you for writing. The author is a former employee."),
        ("es", "Gracias por escribir. Le pagaron por publicarlo."),
        ("uk", "Thank you for writing. These are paid critics."),
    ],
)
def test_no_note_lets_an_accusation_out(language: Any, words: str) -> None:
    before = work()
    now = after(before, draft(before, Kind.REPLY, language, words, mention_id="rss:1"))
    with pytest.raises(TextRefusedError, match="accuses") as refused:
        approve(now, "text-1", "the client's lawyer wants just these words")
    assert refused.value.refused is Refused.ACCUSATION


def test_what_was_approved_before_is_not_sent_with_an_accusation_in_it() -> None:
    now = drafted()
    now = after(now, approve(now, "text-1"))
    accuses = only(now).model_copy(update={"text": f"{GOOD} За цим стоїть «Зоря»."})
    with pytest.raises(TextRefusedError, match="accuses"):
        sent(now._replace(file=now.file.with_(texts=(accuses,))), "text-1", URL)


def test_a_competitor_of_the_file_is_not_accused_either() -> None:
    brand = {"name": "Аврора", "terms": ["Аврора"], "competitors": [{"name": "Зоряна", "terms": ["Зоряна"]}]}
    words = f"{GOOD} Усі бачать, що Зоряну й тих, кого вона найняла, нічого не зупинить."
    now = drafted(of=agency(brands=[brand]), text=words)
    with pytest.raises(TextRefusedError, match="accuses"):
        approve(now, "text-1", "they did")


def test_what_may_be_an_accusation_is_judged_by_another_than_its_author_at_any_level() -> None:
    now = drafted(text=f"{GOOD} Хтось вкладає гроші, щоб про нас писали погане.")
    with pytest.raises(TextRefusedError) as refused:
        approve(now, "text-1", "I mean nobody")
    assert refused.value.refused is Refused.MAY_ACCUSE
    by_another = approve(now._replace(by=BOHDAN), "text-1", "nobody is meant")
    assert by_another.file.texts[0].approved_by == BOHDAN


def test_until_the_truth_is_known_only_the_base_goes_out() -> None:
    now = drafted(strategies=(Strategy.INSTRUCT, Strategy.DENIAL))
    with pytest.raises(TextRefusedError) as refused:
        approve(now, "text-1")
    assert Objection.UNVERIFIED in refused.value.objections


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("uk", "Дякуємо, що написали, розуміємо тривогу. Ця інформація не відповідає дійсності."),
        ("en", "Thank you, we understand your worry. The story about the water is not true."),
        ("es", "Gracias, entendemos su preocupación. Ese vídeo no es real: la noticia es falsa."),
    ],
)
def test_a_denial_that_nobody_calls_one_is_refused_before_the_truth_is_known(language: Any, words: str) -> None:
    before = work()
    made = draft(before, Kind.REPLY, language, words, mention_id="rss:1", strategies=(Strategy.INSTRUCT,))
    with pytest.raises(TextRefusedError) as refused:
        approve(after(before, made), "text-1")
    assert Objection.UNVERIFIED in refused.value.objections


def test_the_words_of_a_brief_that_people_were_sent_stay() -> None:
    now = drafted()
    brief = Brief(id="brief-2", circle=Circle.EMPLOYEES, name="Staff", text_id="text-1", sent_at=now.now, sent_by=ANNA)
    now = now._replace(file=now.file.with_(briefs=(brief,)))
    with pytest.raises(TransitionError, match="write a new one"):
        edit(now, "text-1", "інше")


def test_what_has_turned_out_true_meanwhile_is_not_denied() -> None:
    # GIVEN an approved text that is a plain base, changed by nobody, in a case whose claim is true
    now = drafted(strategies=(Strategy.INSTRUCT, Strategy.ADJUST))
    now = after(now, approve(now, "text-1"))
    text = only(now).model_copy(update={"strategies": (Strategy.INSTRUCT, Strategy.DENIAL)})
    cause = Cause(truth=Truth.TRUE, verified_by=BOHDAN, verified_at=now.now, proof="the till's log")
    now = now._replace(file=now.file.with_(texts=(text,), cause=cause))

    # WHEN it denies THEN it is refused also when it is noted as sent
    with pytest.raises(TextRefusedError) as refused:
        sent(now, "text-1", URL)
    assert Objection.DENIES_THE_TRUTH in refused.value.objections


def test_an_apology_beyond_the_plan_is_refused_even_signed() -> None:
    now = drafted(strategies=(Strategy.INSTRUCT, Strategy.APOLOGISE))
    known = Cause(truth=Truth.TRUE, verified_by=BOHDAN, verified_at=now.now)
    now = now._replace(file=now.file.with_(cause=known))
    now = after(now, sign(now._replace(by=DIRECTOR), "text-1"), by=BOHDAN)
    with pytest.raises(TextRefusedError, match="settle on that first"):
        approve(now, "text-1")


def test_nobody_signs_their_own_text() -> None:
    with pytest.raises(TransitionError, match="somebody else signs"):
        sign(drafted(), "text-1")


def test_a_number_that_nobody_has_confirmed_stops_it_and_a_confirmed_one_does_not() -> None:
    said = "Нам прикро: постраждали 14 людей, ми з ними на зв’язку."
    with pytest.raises(TextRefusedError, match="unverified"):
        approve(drafted(text=said), "text-1")
    now = drafted(text=said, verified=("у лікарні 14 людей",))
    assert approve(now, "text-1").file.texts[0].state is TextState.APPROVED


def test_the_client_reads_just_what_was_approved_and_says_yes() -> None:
    # GIVEN a client that wants its word from crisis on, and a text that the agency has approved
    now = drafted(Level.CRISIS, of=agency(words={"client_approves_from": "crisis"}))
    now = after(now, approve(now._replace(by=BOHDAN), "text-1"))
    with pytest.raises(TransitionError, match="waits for the client"):
        sent(now, "text-1", URL)

    # WHEN its head is asked
    done = ask_client(now, "text-1", HEAD, Channel.SMS)
    now = after(now, done)

    # THEN they get a message about this text, and their yes lets it out
    [item] = done.outbox
    assert (item.kind, item.about, item.text) == (AlertKind.APPROVE, ("text-1",), GOOD)
    assert item.alert_no == done.incident.alert_no
    now = after(now, client_approved(now._replace(by=HEAD), "text-1", mark_of(only(now))))
    assert sent(now, "text-1", URL).file.texts[0].state is TextState.SENT


def test_the_client_never_says_yes_to_other_words_than_they_saw() -> None:
    now = drafted(Level.CRISIS)
    now = after(now, approve(now._replace(by=BOHDAN), "text-1"))
    now = after(now, ask_client(now, "text-1", HEAD))
    seen = mark_of(only(now))
    now = after(now, edit(now, "text-1", f"{GOOD} Напишіть нам."))
    with pytest.raises(TransitionError, match="changed"):
        client_approved(now._replace(by=HEAD), "text-1", seen)


def test_a_no_of_the_client_makes_it_a_draft_again_with_their_words() -> None:
    now = drafted()
    now = after(now, approve(now, "text-1"))
    now = after(now, ask_client(now, "text-1", HEAD))
    done = client_refused(now._replace(by=HEAD), "text-1", mark_of(only(now)), "Без слова «прикро».")
    text = done.file.texts[0]
    assert (text.state, text.approved_by, text.client_words) == (TextState.DRAFT, None, "Без слова «прикро».")


def test_nobody_but_a_contact_of_the_client_answers_and_not_before_somebody_was_asked() -> None:
    now = drafted()
    now = after(now, approve(now, "text-1"))
    with pytest.raises(TransitionError):
        client_approved(now._replace(by=HEAD), "text-1", mark_of(only(now)))
    now = after(now, ask_client(now, "text-1", HEAD))
    for stranger in (ANNA, "stranger@x.example", None):
        with pytest.raises(TransitionError):
            client_approved(now._replace(by=stranger), "text-1", mark_of(only(now)))


def test_a_text_approved_ahead_needs_no_second_approval_until_somebody_changes_it() -> None:
    before = work(Level.CRISIS)
    made = draft(before, Kind.REPLY, "uk", GOOD, Source.PREPARED, mention_id="rss:1")
    now = after(before, made)
    now = after(now, prepared(now, "text-1", DIRECTOR))
    assert only(now).state is TextState.APPROVED
    changed = edit(now, "text-1", f"{GOOD} І ще.")
    assert changed.file.texts[0].state is TextState.DRAFT


@pytest.mark.parametrize(("by", "text"), [(ANNA, GOOD), ("stranger@x.example", GOOD), (DIRECTOR, WORSE)])
def test_a_text_approved_ahead_by_its_taker_by_a_stranger_or_with_findings_stays_a_draft(by: str, text: str) -> None:
    before = work(Level.CRISIS)
    now = after(before, draft(before, Kind.REPLY, "uk", text, Source.PREPARED, mention_id="rss:1"))
    assert prepared(now, "text-1", by).file.texts[0].state is TextState.DRAFT


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://user@bank.example/", "t.me/aurora", "ftp://x/y"])
def test_where_it_stands_is_an_address(url: str) -> None:
    now = drafted()
    now = after(now, approve(now, "text-1"))
    with pytest.raises(TransitionError, match="address"):
        sent(now, "text-1", url)


def test_a_reply_stands_somewhere() -> None:
    now = drafted()
    now = after(now, approve(now, "text-1"))
    with pytest.raises(TransitionError, match="where it stands"):
        sent(now, "text-1")


@pytest.mark.parametrize("status", [CaseStatus.CLOSED, CaseStatus.DISMISSED, CaseStatus.MERGED])
def test_in_a_case_that_is_over_nothing_is_said(status: CaseStatus) -> None:
    now = drafted()
    now = now._replace(file=now.file.with_(status=status, into="aurora-2" if status is CaseStatus.MERGED else None))
    for step in (lambda: approve(now, "text-1"), lambda: edit(now, "text-1", "x y"), lambda: withdraw(now, "text-1")):
        with pytest.raises(TransitionError):
            step()


def test_the_oldest_withdrawn_give_way_and_nothing_else_does() -> None:
    now = work()
    for _ in range(MOST):
        now = after(now, draft(now, Kind.REPLY, "uk", GOOD, mention_id="rss:1"))
    with pytest.raises(TransitionError, match="withdraw"):
        draft(now, Kind.REPLY, "uk", GOOD, mention_id="rss:1")
    now = after(now, withdraw(now, "text-3"))
    now = after(now, draft(now, Kind.REPLY, "uk", GOOD, mention_id="rss:1"))
    ids = [one.id for one in now.file.texts]
    assert "text-3" not in ids
    assert len(ids) == len(set(ids)) == MOST
    assert ids[-1] == "text-61"


@given(text=st.text(max_size=8_000))
def test_any_words_make_a_draft_or_are_refused_with_a_reason(text: str) -> None:
    before = work()
    try:
        made = draft(before, Kind.REPLY, "uk", text, mention_id="rss:1")
    except TransitionError:
        assert not plain(text) or len(text) > 6_000
    else:
        kept = made.file.texts[0].text
        assert kept
        assert kept == kept.strip()
        assert set(kept) <= set(text)


class Texts(RuleBasedStateMachine):
    """Anything that people may do to texts, in any order, while the level moves."""

    def __init__(self) -> None:
        super().__init__()
        self.now = work(of=agency(words={"client_approves_from": "severe"}))
        self.four_eyes = False

    def _do(self, step: Any) -> None:
        before = self.now
        try:
            done: Worked = step(before)
        except TransitionError:
            return
        sent_before = {one.id for one in before.file.texts if one.state is TextState.SENT}
        for one in done.file.texts:
            if one.state is TextState.SENT and one.id not in sent_before:
                was = text_of(before.file, one.id)
                assert was.state is TextState.APPROVED
                assert was.approved_by is not None
                assert not self.four_eyes or was.approved_by != was.author
                assert not self.severe or was.client_approved_by == HEAD
        self.now = after(before, done, at=before.now + timedelta(minutes=1))

    @property
    def severe(self) -> bool:
        return self.now.incident.peak >= Level.SEVERE

    @rule(by=st.sampled_from(PEOPLE), text=st.sampled_from([GOOD, WORSE]))
    def write(self, by: str, text: str) -> None:
        if len(self.now.file.texts) < 6:
            self._do(lambda of: draft(of._replace(by=by), Kind.REPLY, "uk", text, mention_id="rss:1"))

    @precondition(lambda self: self.now.file.texts)
    @rule(by=st.sampled_from(PEOPLE), which=st.integers(0, 5), text=st.text("абв ", min_size=1, max_size=9))
    def change(self, by: str, which: int, text: str) -> None:
        one = self._one(which)
        self._do(lambda of: edit(of._replace(by=by), one.id, f"{GOOD} {text}"))
        now = text_of(self.now.file, one.id)
        if now.text != one.text:
            assert (now.state, now.approved_by, now.signed_by, now.client_approved_by) == (
                TextState.DRAFT, None, None, None,
            )  # fmt: skip
            assert now.author == by

    @precondition(lambda self: self.now.file.texts)
    @rule(by=st.sampled_from(PEOPLE), which=st.integers(0, 5), note=st.sampled_from([None, "so it must be"]))
    def approve(self, by: str, which: int, note: str | None) -> None:
        self._do(lambda of: approve(of._replace(by=by), self._one(which).id, note))

    @precondition(lambda self: self.now.file.texts)
    @rule(by=st.sampled_from(PEOPLE), which=st.integers(0, 5))
    def send(self, by: str, which: int) -> None:
        self._do(lambda of: sent(of._replace(by=by), self._one(which).id, URL))

    @precondition(lambda self: self.now.file.texts)
    @rule(which=st.integers(0, 5), yes=st.booleans())
    def ask_the_client(self, which: int, yes: bool) -> None:
        one = self._one(which)
        self._do(lambda of: ask_client(of._replace(by=ANNA), one.id, HEAD))
        seen = mark_of(text_of(self.now.file, one.id))
        if yes:
            self._do(lambda of: client_approved(of._replace(by=HEAD), one.id, seen))
        else:
            self._do(lambda of: client_refused(of._replace(by=HEAD), one.id, seen, "інакше"))

    @rule(level=st.sampled_from([Level.WATCH, Level.ISSUE, Level.CRISIS, Level.SEVERE]))
    def burn(self, level: Level) -> None:
        incident = self.now.incident
        if level != incident.level:
            self.now = self.now._replace(incident=incident.releveled(level, index=50.0, reasons=(), at=self.now.now))
        self.four_eyes = self.four_eyes or level >= Level.CRISIS

    @invariant()
    def whatever_is_sent_says_where_and_by_whom(self) -> None:
        for one in self.now.file.texts:
            if one.state is TextState.SENT:
                assert one.sent_by in PEOPLE
                assert one.url == URL

    def _one(self, which: int) -> CaseText:
        return self.now.file.texts[which % len(self.now.file.texts)]


@pytest.mark.parametrize("level", [Level.WATCH, Level.ISSUE, Level.CRISIS])
@pytest.mark.parametrize("kind", [Kind.REPLY, Kind.HOLDING])
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "We apologise to everyone who fell ill. Please see a doctor."),
        ("en", "We are sorry: this was our own mistake. Please see a doctor."),
        ("uk", "Просимо вибачення в кожного з вас. Зверніться до лікаря."),
        ("es", "Pedimos perdón a quienes enfermaron. Acudan al médico."),
        ("uk", "We apologise to everyone who fell ill."),
    ],
)
def test_an_apology_is_one_whoever_calls_it_what(level: Level, kind: Kind, language: Language, said: str) -> None:
    # GIVEN own words that apologise, while nobody has found out whether it is true
    before = work(level)
    now = after(before, draft(before, kind, language, said, mention_id="m"))._replace(by=BOHDAN)

    # WHEN somebody approves them, with a note THEN they are no base information, whatever their author called them
    with pytest.raises(TextRefusedError) as refused:
        approve(now, "text-1", "it has to go out")
    assert {Objection.UNVERIFIED, Objection.UNSIGNED} <= {*refused.value.objections}


@pytest.mark.parametrize(
    "said", ["The claim is false: the story is made up.", "We apologise to all of them: this was our mistake."]
)
def test_where_nothing_has_gone_out_a_correction_takes_nothing_back(said: str) -> None:
    # GIVEN own words under the name of a correction, in a case where we have said nothing yet
    before = work()
    words = f"We know that people fell ill after our cheese. {said} Write to help@brand.example."
    now = after(before, draft(before, Kind.CORRECTION, "en", words))._replace(by=BOHDAN)
    # THEN they are judged like any other text
    with pytest.raises(TextRefusedError):
        approve(now, "text-1", "it has to go out")

    # AND once something has gone out, they may take it back
    first = now.file.texts[0].model_copy(update={"id": "text-0", "kind": Kind.HOLDING, "state": TextState.SENT})
    spoke = now._replace(file=now.file.with_(texts=(first, *now.file.texts)))
    assert after(spoke, approve(spoke, "text-1", "it was wrong")).file.texts[1].state is TextState.APPROVED


def test_an_apology_goes_out_once_it_is_true_settled_and_signed() -> None:
    # GIVEN a claim found true, a plan that settles on the apology, and a text that nobody has signed
    now = drafted(Level.CRISIS, "Просимо вибачення за скло в супі.", strategies=BASE)
    cause = Cause(truth=Truth.TRUE, verified_by=ANNA, verified_at=now.now)
    plan = Plan(scenario=GENERAL, cited=GENERAL, chosen_at=now.now, strategies=(*BASE, Strategy.APOLOGISE))
    now = now._replace(file=now.file.with_(cause=cause, plan=plan))
    with pytest.raises(TextRefusedError) as refused:
        approve(now._replace(by=BOHDAN), "text-1")
    assert refused.value.objections == (Objection.UNSIGNED,)

    # WHEN it is signed THEN it may go
    now = after(now, sign(now._replace(by=DIRECTOR), "text-1"))
    assert approve(now._replace(by=BOHDAN), "text-1").file.texts[0].state is TextState.APPROVED


@pytest.mark.parametrize("level", [Level.ISSUE, Level.CRISIS])
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "We are sorry for everybody who was hurt. Please see a doctor."),
        ("uk", "Нам дуже шкода кожного, хто захворів. Зверніться до лікаря."),
        ("es", "Sentimos mucho lo ocurrido a las personas afectadas. Acudan al médico."),
        ("en", "Sorry for the wait. We take it seriously and are looking into it."),
        ("uk", "Перепрошуємо за затримку. Розуміємо тривогу й саме перевіряємо."),
        ("es", "Sentimos la espera. Entendemos su preocupación y lo estamos comprobando."),
    ],
)
def test_concern_and_the_courtesy_of_a_reply_need_no_sign_off(level: Level, language: Language, said: str) -> None:
    before = work(level)
    now = after(before, draft(before, Kind.REPLY, language, said, mention_id="m"))
    assert approve(now._replace(by=BOHDAN), "text-1").file.texts[0].state is TextState.APPROVED


TestTexts = Texts.TestCase
TestTexts.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
