"""Protects: each smaller step of a case's pages does what its button says, by whom the case then names."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.answering import OLENA, PETRO, World
from tests.unit.entry.test_case_site import at_part, done, drafted, local, mark, planned, send, world
from tocsin.domain.case.promises import PromiseState
from tocsin.domain.case.tasks import TaskState
from tocsin.domain.case.texts import TextState

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
