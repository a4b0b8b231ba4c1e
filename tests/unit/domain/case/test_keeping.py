"""Protects: what is approved ahead is good for any case of its kind, was approved by a named person, and ends."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from tests.support.casefile import ANNA, BOHDAN, after, agency, work
from tocsin.domain.case.approving import approve, sent
from tocsin.domain.case.cause import Cause
from tocsin.domain.case.changes import left_over, over_client, with_change
from tocsin.domain.case.file import What, Work
from tocsin.domain.case.keeping import LONGEST, applied, gone, keep, keeps, over_the_last, take_back, unfit
from tocsin.domain.case.review import PlanChange
from tocsin.domain.case.wording import draft, edit
from tocsin.domain.errors import TransitionError
from tocsin.domain.levels import Level
from tocsin.domain.linter import Kind
from tocsin.domain.posture import Strategy, Truth
from tocsin.domain.refusals import Refused
from tocsin.domain.word_settings import PreparedText

FIRST = "Дякуємо, що написали. Розуміємо тривогу й саме перевіряємо, що сталося."
UNTIL = date(2027, 2, 1)
BASE = (Strategy.INSTRUCT, Strategy.ADJUST)


def approved(level: Level = Level.ISSUE, words: str = FIRST, **facts: Any) -> Work:
    before = work(level)
    before = before._replace(file=before.file.with_(cause=Cause(scenario="rumour")))
    drafted = after(before, draft(before, Kind.REPLY, "uk", words, mention_id="rss:1", **facts))
    return after(drafted, approve(drafted._replace(by=BOHDAN), "text-1", "as agreed"))._replace(by=BOHDAN)


def kept(of: Work) -> Work:
    return after(of, keep(of, "text-1", UNTIL))


def test_an_approved_text_is_kept_for_its_scenario_and_language_until_a_day() -> None:
    # GIVEN an approved reply WHEN another than its author keeps it
    before = approved()
    assert keeps(before, before.file.texts[0])
    done = keep(before, "text-1", UNTIL)

    # THEN it waits to stand over the client's file, with who approved it and until when
    [change] = done.file.kept
    assert change.waits
    assert done.file.waiting == (change,)
    made = PreparedText.model_validate_json(change.after or "")
    assert (made.scenario, made.kind, made.language, made.text) == ("rumour", Kind.REPLY, "uk", FIRST)
    assert (made.approved_by, made.expires) == (BOHDAN, UNTIL)
    assert [(one.what, one.by) for one in done.events] == [(What.KEPT_AHEAD, BOHDAN)]
    assert over_client(before.client, (change,)).prepared_texts == (made,)


def test_it_takes_the_place_of_the_one_before() -> None:
    old = PreparedText(
        scenario="rumour", kind=Kind.REPLY, language="uk", text="Дякуємо.", approved_by=ANNA, expires=date(2026, 1, 1)
    )
    other = old.model_copy(update={"language": "en"})
    client = agency(prepared_texts=[one.model_dump() for one in (old, other)])
    [change] = kept(approved()).file.kept
    now = over_client(client, with_change(client, (), over_the_last(client, change)))
    assert [(one.language, one.expires) for one in now.prepared_texts] == [("uk", UNTIL), ("en", other.expires)]


@pytest.mark.parametrize(
    ("words", "strategies"),
    [
        (f"{FIRST} Постраждали 14 людей.", BASE),
        ("Дякуємо, що написали. Розуміємо, але це неправда.", (*BASE, Strategy.DENIAL)),
        (f"{FIRST} Мабуть, винен постачальник.", BASE),
    ],
)
def test_only_first_words_are_kept(words: str, strategies: tuple[Strategy, ...]) -> None:
    before = work()
    known = Cause(scenario="rumour", truth=Truth.FALSE, verified_by=ANNA, proof="акт 14 людей")
    before = before._replace(file=before.file.with_(cause=known))
    now = after(before, draft(before, Kind.REPLY, "uk", words, mention_id="m", strategies=strategies), by=BOHDAN)
    text = now.file.texts[0].model_copy(update={"state": "approved", "approved_by": BOHDAN})
    now = now._replace(file=now.file.with_(texts=(text,)))
    with pytest.raises(TransitionError) as refused:
        keep(now, "text-1", UNTIL)
    assert refused.value.refused is Refused.THIS_CASE
    assert not keeps(now, text)


@pytest.mark.parametrize("ahead", [timedelta(0), LONGEST + timedelta(days=1)])
def test_the_day_lies_ahead_and_within_a_year(ahead: timedelta) -> None:
    now = approved()
    with pytest.raises(TransitionError) as refused:
        keep(now, "text-1", now.now.date() + ahead)
    assert refused.value.refused is Refused.GOOD_UNTIL


@pytest.mark.parametrize("level", [Level.ISSUE, Level.CRISIS])
def test_nobody_keeps_their_own_words_where_the_scenario_is_grave(level: Level) -> None:
    now = approved(level)._replace(by=ANNA)
    with pytest.raises(TransitionError) as refused:
        keep(now, "text-1", UNTIL)
    assert refused.value.refused is Refused.OTHER_EYES


def test_what_is_not_approved_is_not_kept() -> None:
    now = approved()
    changed = after(now, edit(now, "text-1", f"{FIRST} Ще раз дякуємо."))
    with pytest.raises(TransitionError) as refused:
        keep(changed._replace(by=ANNA), "text-1", UNTIL)
    assert refused.value.refused is Refused.NOT_APPROVED


def test_without_a_scenario_or_a_name_nothing_is_kept() -> None:
    now = approved()
    nameless = now._replace(file=now.file.with_(cause=Cause()))
    with pytest.raises(TransitionError) as refused:
        keep(nameless, "text-1", UNTIL)
    assert refused.value.refused is Refused.NO_PLAN
    with pytest.raises(TransitionError) as refused:
        keep(now._replace(by="somebody@else.example"), "text-1", UNTIL)
    assert refused.value.refused is Refused.NOBODY


def test_what_was_sent_is_kept_as_well_and_again_until_another_day() -> None:
    now = approved()
    now = after(now, sent(now, "text-1", "https://t.me/aurora/17"))
    now = kept(now)
    now = after(now, keep(now, "text-1", UNTIL + timedelta(days=7)))
    [change] = now.file.kept
    assert json.loads(change.after or "")["expires"] == "2027-02-08"


def test_it_is_in_force_taken_back_and_gone() -> None:
    # GIVEN a text that is kept and in force
    now = kept(approved())
    now = after(now, applied(now, ("text-1",)))
    assert now.file.waiting == ()

    # WHEN it is taken back THEN it waits to go, and is forgotten when it has gone
    now = after(now, take_back(now, "text-1"))
    assert [one.goes for one in now.file.waiting] == [True]
    assert after(now, applied(now, ("text-1",))).file.kept == ()


@pytest.mark.parametrize("step", [lambda of: unfit(of, "text-1", "no place"), lambda of: gone(of, "text-1")])
def test_what_found_no_place_is_not_kept(step: Any) -> None:
    now = kept(approved())
    done = step(now)
    assert done.file.kept == ()
    assert len(done.events) == 1
    assert step(after(now, done)).events == ()


def _prepared(day: date, words: str = "Дякуємо.") -> dict[str, Any]:
    one = PreparedText(scenario="rumour", kind=Kind.REPLY, language="uk", text=words, approved_by=ANNA, expires=day)
    return one.model_dump(mode="json")


def test_of_several_alike_the_one_that_is_taken_out_is_replaced_and_comes_back_in_its_place() -> None:
    # GIVEN a file with two such texts, the second of which is good longest
    client = agency(prepared_texts=[_prepared(date(2027, 1, 1)), _prepared(date(2027, 6, 1), "Розуміємо.")])
    change = over_the_last(client, kept(approved()).file.kept[0])

    # WHEN one is kept THEN it stands first, where drafts look, and what it says is in force
    changes = with_change(client, (), change)
    now = over_client(client, changes)
    assert [one.expires for one in now.prepared_texts] == [UNTIL, date(2027, 6, 1)]
    assert with_change(client, changes, change) == changes
    assert left_over(now, changes) == ()

    # AND taken back it leaves nothing behind
    assert with_change(client, changes, change.undone) == ()


def test_the_clients_file_takes_no_more_than_an_item_of_the_table_holds() -> None:
    # GIVEN a file over which long texts were kept, one in the place of the other, until no further one has room
    client, refused = agency(), None
    changes: tuple[PlanChange, ...] = ()
    mine = kept(approved()).file.kept[0]
    made = json.loads(mine.after or "")
    for number in range(100):
        longest = json.dumps(made | {"text": f"{number} {'ї' * 5_900}"}, ensure_ascii=False)
        change = over_the_last(over_client(client, changes), mine.model_copy(update={"after": longest}))
        try:
            changes = with_change(client, changes, change)
        except TransitionError as error:
            refused = error.refused
            break
    assert refused is Refused.FULL

    # THEN what is in force can still be taken back
    assert len(with_change(client, changes, changes[-1].undone)) == len(changes) - 1
