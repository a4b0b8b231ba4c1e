"""Protects: each smaller step of a case's pages does what its button says, by whom the case then names."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.support.answering import OLENA, PETRO, World
from tests.unit.entry.test_answer_site import text_of
from tests.unit.entry.test_case_site import at_part, done, drafted, local, mark, planned, send, world
from tocsin.domain.case.promises import PromiseState
from tocsin.domain.case.review import ChangeKind, ChangeState, PlanChange, Review
from tocsin.domain.case.tasks import TaskState
from tocsin.domain.case.texts import ResultKind, Source, TextState
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.domain.posture import Strategy

__all__ = ["world"]


def draft_of(world: World) -> str:
    return parse_qs(urlsplit(drafted(world).location or "").query)["text"][0]


def test_a_task_that_needs_a_sign_off_is_signed_by_somebody_else_and_then_done(world: World) -> None:
    planned(world)
    fields = {"words": "Відшкодувати лікування", "due": local(world, 3), "to": OLENA, "sign": "1"}
    [task] = [one for one in done(world, "task_add", **fields).tasks if one.step is None]
    assert send(world, "task_done", id=task.id).status == 409
    signed = done(world, "task_sign", PETRO, id=task.id)
    assert next(one for one in signed.tasks if one.id == task.id).signed_by == PETRO
    ended = done(world, "task_done", id=task.id)
    assert next(one for one in ended.tasks if one.id == task.id).state is TaskState.DONE


def test_a_clock_of_the_law_is_started_and_stopped_with_its_task(world: World) -> None:
    planned(world)
    assert send(world, "clock_start", id="ua_refutation", since=local(world, 1)).status == 422
    started = done(world, "clock_start", id="ua_refutation", since=local(world, -1))
    [clock] = started.clocks
    [task] = [one for one in started.tasks if one.clock == clock.id]
    assert task.due_at == clock.due_at
    assert send(world, "clock_stop", id=clock.id, note="").status == 422
    stopped = done(world, "clock_stop", id=clock.id, note="Медіа вже спростувало")
    assert stopped.clocks[0].stopped_at == world.clock.now()
    assert next(one for one in stopped.tasks if one.id == task.id).state is not TaskState.OPEN


def test_a_text_is_signed_by_another_and_taken_back(world: World) -> None:
    text_id = draft_of(world)
    seen = mark(at_part(world, "words", text=text_id))
    assert send(world, "text_sign", part="words", id=text_id, mark=seen).status == 409
    signed = done(world, "text_sign", PETRO, "words", id=text_id, mark=seen)
    assert signed.texts[0].signed_by == PETRO
    gone = done(world, "text_withdraw", part="words", id=text_id, why="Застаріло")
    assert gone.texts[0].state is TextState.WITHDRAWN


def test_a_promise_of_a_text_names_it_and_is_kept_with_a_note(world: World) -> None:
    text_id = draft_of(world)
    fields = {"what": "Назвемо причину", "to": "батькам", "due": local(world, 5), "owner": PETRO}
    [promise] = done(world, "text_promise", part="words", id=text_id, **fields).promises
    assert (promise.text_id, promise.owner) == (text_id, PETRO)
    kept = done(world, "promise_note", part="promises", id=promise.id, note="Опублікували звіт")
    assert (kept.promises[0].state, kept.promises[0].note) == (PromiseState.KEPT, "Опублікували звіт")


def test_those_to_whom_it_was_made_may_release_a_promise(world: World) -> None:
    fields = {"what": "Подзвонити", "to": "Марії", "due": local(world, 5), "owner": PETRO}
    [promise] = done(world, "promise_add", part="promises", **fields).promises
    freed = done(world, "promise_release", part="promises", id=promise.id, note="Марія просила не дзвонити")
    assert freed.promises[0].state is PromiseState.RELEASED


def test_an_enquiry_is_given_on_and_a_case_gets_its_leader(world: World) -> None:
    fields = {"outlet": "Суспільне", "question": "Скільки дітей?", "deadline": local(world, 1), "owner": OLENA}
    [enquiry] = done(world, "enquiry_add", part="enquiries", **fields).enquiries
    assert done(world, "enquiry_give", part="enquiries", id=enquiry.id, to=PETRO).enquiries[0].owner == PETRO
    assert done(world, "assign", part="level", to=PETRO).owner == PETRO
    assert send(world, "assign", part="level", to="stranger@x.example").status == 409


@pytest.mark.parametrize(
    ("do", "part"),
    [("task_sign", "plan"), ("clock_stop", "plan"), ("promise_note", "promises"), ("enquiry_give", "enquiries")],
)
def test_what_is_not_there_is_refused_and_nothing_breaks(world: World, do: str, part: str) -> None:
    planned(world)
    answer = send(world, do, part=part, id="nothing-9", note="x", to=PETRO)
    assert answer.status == 409


def test_what_came_of_an_answer_is_for_a_person_to_say(world: World) -> None:
    # GIVEN a text that is not published yet, then one that is
    text_id = draft_of(world)
    assert send(world, "text_result", part="words", id=text_id, kind="worse").status == 409
    seen = mark(at_part(world, "words", text=text_id))
    assert "text_result" not in at_part(world, "words", text=text_id).html
    done(world, "text_approve", PETRO, "words", id=text_id, mark=seen, note="Пора сказати")
    seen = mark(at_part(world, "words", text=text_id))
    done(world, "text_sent", part="words", id=text_id, mark=seen, url="https://aurora.example/news/1")
    assert 'value="text_result"' in at_part(world, "words", text=text_id).html
    # WHEN somebody says it THEN it stands, with why, and nothing is measured any more
    assert send(world, "text_result", part="words", id=text_id, kind="wonderful").status == 422
    said = done(world, "text_result", PETRO, "words", id=text_id, kind="worse", note="Батьки пишуть ще зліше")
    [text] = said.texts
    assert text.result is not None
    assert text.result.kind is ResultKind.WORSE
    assert text.measure_at is None
    assert "Батьки пишуть" in at_part(world, "history").html


def test_the_client_is_asked_by_sms_where_they_have_a_number(world: World) -> None:
    text_id = draft_of(world)
    seen = mark(at_part(world, "words", text=text_id))
    done(world, "text_approve", PETRO, "words", id=text_id, mark=seen, note="Пора")
    page = at_part(world, "words", text=text_id)
    assert page.html.count('name="by" value="sms"') == 1
    asked = {"do": "text_ask", "part": "words", "id": text_id, "mark": mark(page), "contact": "iryna@aurora.example"}
    assert world.post(world.link(), {**asked, "by": "sms"}).status == 303
    assert [one.channel for one in world.outbox if one.kind is AlertKind.APPROVE] == [Channel.SMS]


def test_a_task_is_begun_by_whoever_does_it(world: World) -> None:
    planned(world)
    task = done(world, "task_add", words="Подзвонити", due=local(world, 3), to=OLENA).tasks[-1]
    begun = done(world, "task_begin", PETRO, id=task.id)
    now = next(one for one in begun.tasks if one.id == task.id)
    assert (now.owner, now.begun_at) == (PETRO, world.clock.now())


def test_a_review_is_begun_by_hand_once_the_storm_is_over_and_looked_at_again(world: World) -> None:
    assert 'value="review_begin"' not in at_part(world, "review").html
    world.resolve()
    assert 'value="review_begin"' in at_part(world, "review").html
    begun = done(world, "review_begin", part="review")
    assert begun.review is not None
    again = done(world, "review_again", PETRO, "review")
    assert again.review is not None
    assert again.review.again_at == world.clock.now()
    assert 'value="review_again"' not in at_part(world, "review").html


def test_a_change_is_left_as_it_is_with_a_reason(world: World) -> None:
    world.resolve()
    file = done(world, "review_begin", part="review")
    change = PlanChange(id="change-9", kind=ChangeKind.THRESHOLD, place="thresholds.crisis", before="65", after="60")
    review = Review(begun_at=world.clock.now(), changes=(change,))
    world.cases.save_case((file.with_(review=review, version=file.version + 1),))
    refused = done(world, "change_refuse", part="review", id="change-9", why="Поріг добрий")
    assert refused.review is not None
    assert refused.review.changes[0].state is ChangeState.REFUSED
    assert "Поріг добрий" in at_part(world, "history").html


def test_own_words_say_which_facts_are_confirmed_and_what_of_the_plan_they_do(world: World) -> None:
    # GIVEN a plan that has settled on an apology, and own words with a number in them
    planned(world)
    done(world, "verify", part="cause", truth="true", proof="Лабораторія")
    done(world, "settle", strategy_instruct="1", strategy_adjust="1", strategy_apologise="1")
    page = at_part(world, "words", new="notice")
    assert "does_apologise" in page.html
    assert "does_denial" not in page.html
    fields = {"id": "notice", "text": "Захворіли 3 дітей. Просимо вибачення.", "language": "uk"}
    asked = {
        **fields,
        "known": "Захворіли 3 дітей\n\n  лікарня підтвердила ",
        "does_apologise": "1",
        "does_denial": "1",
    }
    [text] = done(world, "text_write", part="words", **asked).texts
    assert text.verified == ("Захворіли 3 дітей", "лікарня підтвердила")
    assert text.strategies == (Strategy.INSTRUCT, Strategy.ADJUST, Strategy.APOLOGISE)
    # WHEN they are changed without it THEN it is gone
    seen = mark(at_part(world, "words", text=text.id))
    change = {"id": text.id, "mark": seen, "text": "Захворіли 3 дітей. Нам шкода.", "does": "1", "known": "3 дітей"}
    [after] = done(world, "text_edit", part="words", **change).texts
    assert after.strategies == (Strategy.INSTRUCT, Strategy.ADJUST)
    assert after.verified == ("3 дітей",)


def test_a_reply_may_be_in_one_s_own_words_and_in_another_way_than_is_advised(world: World) -> None:
    found = re.search(r"reply=([^&]+)&", at_part(world, "words").html)
    assert found is not None
    mention_id = unquote(found[1])
    page = at_part(world, "words", reply=found[1])
    assert 'value="reply_write"' in page.html
    own = {"id": mention_id, "text": "Дуже шкода. Зателефонуємо за годину.", "language": "uk"}
    [text] = done(world, "reply_write", part="words", **own).texts
    assert (text.mention_id, text.source) == (mention_id, Source.PERSON)
    drafted = {"id": mention_id, "contact": "+380 44 123 45 67", "action": "зняли партію з продажу"}
    assert send(world, "reply_draft", part="words", **drafted, stance="nothing").status == 422
    assert len(done(world, "reply_draft", part="words", **drafted, stance="hear").texts) == 2
    assert send(world, "reply_write", part="words", **{**own, "id": "unknown"}).status == 409


def test_an_approved_text_is_kept_ahead_on_its_page(world: World) -> None:
    # GIVEN a case of a known kind with a text that another has approved
    planned(world)
    words = (
        "Дякуємо, що не мовчите. Ми бачимо ваші повідомлення, розуміємо тривогу і ставимося до цього серйозно."
        " Дізналися про це щойно. Уже перевіряємо. Чого ще не знаємо: що сталося. Не вживайте, будь ласка, виріб."
        " Запитання: press@aurora.example. Наступне повідомлення до 18:00."
    )
    answer = send(world, "text_write", part="words", id="holding", language="uk", text=words)
    text_id = parse_qs(urlsplit(answer.location or "").query)["text"][0]
    path = f"?part=words&text={text_id}&lang=uk"
    seen = mark(world.get(world.link(PETRO) + path))
    done(world, "text_approve", PETRO, "words", id=text_id, mark=seen)
    assert "Схвалюю наперед" not in text_of(world.get(world.link() + path).html)  # her own words
    assert "Схвалюю наперед" in text_of(world.get(world.link(PETRO) + path).html)

    # WHEN a day is missing, or others words were seen THEN nothing is kept
    assert send(world, "text_keep", PETRO, "words", id=text_id, mark=seen, until="").status == 422
    until = f"{world.clock.now() + timedelta(days=90):%Y-%m-%d}"
    assert send(world, "text_keep", PETRO, "words", id=text_id, mark="0" * 16, until=until).status == 409
    assert send(world, "text_keep", part="words", id=text_id, mark=seen, until=until).status == 409

    # WHEN another than its author keeps it THEN it waits for watch, and the page says so
    file = done(world, "text_keep", PETRO, "words", id=text_id, mark=seen, until=until)
    assert [(one.id, one.waits) for one in file.kept] == [(text_id, True)]
    assert "За хвилину його буде схвалено наперед" in text_of(world.get(world.link() + path).html)
