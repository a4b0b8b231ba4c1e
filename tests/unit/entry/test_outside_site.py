"""Protects: the client's own people say yes or no to just what they read; stakeholders read, and ask."""

import pytest

from tests.support.answering import BRAND, CONTACTS, OLENA, PETRO, World
from tests.support.intake import Page
from tests.unit.entry.test_answer_site import HOSTILE, text_of
from tests.unit.entry.test_case_site import STAKEHOLDERS, file_of, mark
from tocsin.domain.case import approving, briefs, status, wording
from tocsin.domain.case.file import What
from tocsin.domain.case.texts import TextState
from tocsin.domain.drills import drill_brand
from tocsin.domain.links import Purpose
from tocsin.domain.people import Circle
from tocsin.domain.text_kinds import Kind
from tocsin.services.casework import Casework

IRYNA, BOARD = str(CONTACTS[0]["email"]), "board@aurora.example"
SAID = "Троє дітей захворіли. Ми зняли партію з продажу."


@pytest.fixture
def world() -> World:
    return World({"stakeholders": STAKEHOLDERS})


def approved(world: World, kind: Kind = Kind.HOLDING, said: str = SAID) -> str:
    work = Casework(clients=world.clients, cases=world.cases, clock=world.clock)
    text_id = work.do(world.incident_id, OLENA, lambda one: wording.draft(one, kind, "uk", said)).file.texts[-1].id
    work.do(world.incident_id, PETRO, lambda one: approving.approve(one, text_id, "Коротко, але так"))
    return text_id


def asked(world: World) -> tuple[str, str]:
    """A text that waits for the client, and the link to it."""
    text_id = approved(world)
    work = Casework(clients=world.clients, cases=world.cases, clock=world.clock)
    work.do(world.incident_id, OLENA, lambda one: approving.ask_client(one, text_id, IRYNA))
    issued = world.links.issue(f"{world.incident_id}/{text_id}", IRYNA, Purpose.APPROVE)
    assert issued is not None
    return text_id, issued[0]


def briefed(world: World, said: str = SAID) -> str:
    text_id = approved(world, Kind.NOTICE, said)
    work = Casework(clients=world.clients, cases=world.cases, clock=world.clock)
    done = work.do(world.incident_id, OLENA, lambda one: briefs.send_brief(one, Circle.BOARD, "Рада", text_id))
    issued = world.links.issue(f"{world.incident_id}/{done.file.briefs[0].id}", BOARD, Purpose.BRIEF)
    assert issued is not None
    return issued[0]


def test_the_client_reads_the_very_words_and_says_yes(world: World) -> None:
    text_id, link = asked(world)
    page = world.get(link)
    assert page.status == 200
    assert SAID in page.html
    assert "Олена" not in page.html
    assert world.post(link, {"do": "yes", "mark": mark(page)}).status == 303
    text = file_of(world).texts[0]
    assert (text.id, text.client_approved_by) == (text_id, IRYNA)
    # AND the same tap again changes nothing, and the page thanks
    before = file_of(world)
    assert world.post(link, {"do": "yes", "mark": mark(page)}).status == 303
    assert file_of(world) == before
    assert "Ви сказали «так»" in text_of(world.get(link).html)


def test_no_comes_back_with_what_should_be_different(world: World) -> None:
    _, link = asked(world)
    page = world.get(link)
    assert world.post(link, {"do": "no", "mark": mark(page), "words": " "}).status == 422
    assert world.post(link, {"do": "no", "mark": mark(page), "words": HOSTILE}).status == 303
    text = file_of(world).texts[0]
    assert text.state is TextState.DRAFT
    again = world.get(link)
    assert again.status == 200
    assert "<img" not in again.html
    assert 'value="yes"' not in again.html


def test_nobody_says_yes_to_words_that_they_did_not_read(world: World) -> None:
    text_id, link = asked(world)
    page = world.get(link)
    work = Casework(clients=world.clients, cases=world.cases, clock=world.clock)
    work.do(world.incident_id, OLENA, lambda one: wording.edit(one, text_id, "Інше."))
    answer = world.post(link, {"do": "yes", "mark": mark(page)})
    assert answer.status == 409
    assert "Текст тим часом змінили" in text_of(answer.html)
    assert file_of(world).texts[0].client_approved_by is None


def test_a_new_draft_is_nothing_for_the_client_until_it_is_asked_again(world: World) -> None:
    # GIVEN somebody on the client's side was asked
    text_id, link = asked(world)
    work = Casework(clients=world.clients, cases=world.cases, clock=world.clock)
    # WHEN the agency writes something else meanwhile
    work.do(world.incident_id, OLENA, lambda one: wording.edit(one, text_id, "Внутрішня чернетка."))
    # THEN their link shows no word of it
    page = world.get(link)
    assert page.status == 200
    assert "Внутрішня чернетка" not in page.html
    assert SAID not in page.html


def test_only_who_was_asked_last_says_yes_and_nobody_reads_what_another_said() -> None:
    # GIVEN two contacts, of whom first one and then the other was asked
    second = {**CONTACTS[0], "name": "Другий", "email": "second@aurora.example"}
    world = World({"stakeholders": STAKEHOLDERS, "client_contacts": [CONTACTS[0], second]})
    text_id, link = asked(world)
    seen = mark(world.get(link))
    work = Casework(clients=world.clients, cases=world.cases, clock=world.clock)
    work.do(world.incident_id, OLENA, lambda one: approving.ask_client(one, text_id, second["email"]))
    # WHEN the first one answers all the same THEN that counts for nothing
    assert world.post(link, {"do": "yes", "mark": seen}).status == 409
    assert file_of(world).texts[0].client_approved_by is None
    # AND what the second one says is not shown to the first as theirs
    issued = world.links.issue(f"{world.incident_id}/{text_id}", second["email"], Purpose.APPROVE)
    assert issued is not None
    assert world.post(issued[0], {"do": "no", "mark": seen, "words": "Ціна не та"}).status == 303
    assert "Ціна не та" in world.get(issued[0]).html
    assert "Ціна не та" not in world.get(link).html


def test_a_brief_that_was_taken_back_says_so_and_who_left_reads_nothing(world: World) -> None:
    link = briefed(world)
    work = Casework(clients=world.clients, cases=world.cases, clock=world.clock)
    text_id = file_of(world).briefs[0].text_id
    work.do(world.incident_id, OLENA, lambda one: wording.withdraw(one, text_id, "Помилка"))
    page = world.get(link)
    assert page.status == 200
    assert SAID not in page.html
    assert "Це відкликано" in text_of(page.html)
    # AND WHEN they are none of the stakeholders any more THEN the link opens nothing
    world.clients.save(world.client.model_copy(update={"stakeholders": ()}))
    assert world.get(link).status == 410


def test_a_question_in_a_case_that_is_over_is_sent_to_the_telephone(world: World) -> None:
    link = briefed(world)
    work = Casework(clients=world.clients, cases=world.cases, clock=world.clock)
    work.do(world.incident_id, OLENA, lambda one: status.dismiss(one, "Нічого не сталося"))
    answer = world.post(link, {"do": "ask", "words": "Що казати пресі?"})
    assert answer.status == 409
    assert "зателефонуйте" in text_of(answer.html)
    assert "Що казати пресі?" in answer.html


def test_a_drill_says_so_outside_the_agency_as_well(world: World) -> None:
    _, link = asked(world)
    page = briefed(world)
    drill = world.incident.model_copy(update={"brand": drill_brand(BRAND), "version": world.incident.version + 1})
    world.cases.save_incident(drill)
    assert all("Це лише навчання" in text_of(world.get(one).html) for one in (link, page))


def test_who_is_no_contact_any_more_reads_nothing(world: World) -> None:
    _, link = asked(world)
    world.clients.save(world.client.model_copy(update={"client_contacts": ()}))
    assert world.get(link).status == 410
    assert world.post(link, {"do": "yes", "mark": "x"}).status == 410


def test_a_brief_is_opened_read_and_asked_about(world: World) -> None:
    link = briefed(world)
    # GIVEN a mail scanner that only asks for the head, and a browser that fetches ahead THEN nobody has opened it
    assert world.get(link, "HEAD").status == 200
    assert world.get(link, sec_purpose="prefetch;prerender").status == 200
    assert file_of(world).briefs[0].opened_at is None
    # WHEN it is opened THEN that is noted once, and it says just these words
    page = world.get(link)
    assert SAID in page.html
    assert "Олена" not in page.html
    at = file_of(world).briefs[0].opened_at
    assert at is not None
    world.get(link)
    told = [one.what for one in world.cases.case_events(world.incident_id)]
    assert told.count(What.OPENED_BRIEF) == 1
    # AND read, and asked about
    assert world.post(link, {"do": "read"}).status == 303
    assert world.post(link, {"do": "ask", "words": ""}).status == 422
    assert world.post(link, {"do": "ask", "words": f"Що казати? {HOSTILE}"}).status == 303
    brief = file_of(world).briefs[0]
    assert brief.read_at is not None
    assert len(brief.questions) == 1
    # WHEN it is answered THEN they read the answer under the same link
    code = f"{brief.id}.1"
    fields = {"do": "question_answer", "part": "briefs", "id": code, "words": "Кажіть, що перевіряємо"}
    assert world.post(world.link(), fields).status == 303
    seen = world.get(link)
    assert "Кажіть, що перевіряємо" in seen.html
    assert "<script" not in seen.html
    assert "<img" not in seen.html


@pytest.mark.parametrize("fields", [{"do": "read"}, {"do": "ask", "words": "x"}])
def test_another_sites_page_reads_and_asks_nothing(world: World, fields: dict[str, str]) -> None:
    link = briefed(world)
    assert world.post(link, fields, sec_fetch_site="cross-site").status == 403
    brief = file_of(world).briefs[0]
    assert (brief.read_at, brief.questions) == (None, ())


def test_a_form_of_nothing_does_nothing(world: World) -> None:
    link = briefed(world)
    _, other = asked(World({"stakeholders": STAKEHOLDERS}))
    page: Page = world.post(link, {"do": "yes"})
    assert page.status == 400
    assert world.post(other, {"do": "yes"}).status == 404  # of another world
