"""Protects: a case is worked on from a phone: each part shows what stands and takes steps; looking changes nothing."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from tests.support.answering import BRAND, CONTACTS, LUCIA, OLENA, PETRO, World
from tests.support.intake import Page
from tests.support.samples import scored
from tests.unit.entry.test_answer_site import HOSTILE, text_of
from tocsin.adapters.memory_plans import MemoryPlanStore
from tocsin.domain.case.file import CaseFile, CaseStatus, What
from tocsin.domain.case.promises import PromiseState
from tocsin.domain.case.tasks import TaskState
from tocsin.domain.case.texts import Source, TextState
from tocsin.domain.drills import drill_brand
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind
from tocsin.domain.posture import Truth
from tocsin.domain.readiness import found
from tocsin.domain.readiness_report import Check, Found, ReadinessReport, State
from tocsin.domain.refusals import Refused
from tocsin.domain.text_kinds import Kind
from tocsin.domain.word_settings import WordSettings
from tocsin.domain.writing import Order
from tocsin.ports import Writer, Writers
from tocsin.services.drafts import SCOPE
from tocsin.web.case.history import EVENTS
from tocsin.web.case.names import PARTS
from tocsin.web.i18n import Reader
from tocsin.web.readiness_words import finding_words
from tocsin.web.refusals import REFUSALS
from tocsin_cli.playbooks import load_library

KYIV = ZoneInfo("Europe/Kyiv")
STAKEHOLDERS = [
    {"name": "Рада", "circle": "board", "email": "board@aurora.example"},
    {"name": "Зміна на Подолі", "circle": "employees"},
]
IRYNA = CONTACTS[0]["email"]


@pytest.fixture
def world() -> World:
    at = World({"stakeholders": STAKEHOLDERS})
    at.plans = MemoryPlanStore(load_library())
    at.mentions.record(BRAND, [scored(n, severity=0.9 - n / 10, followers=84_300) for n in range(3)])
    return at


def file_of(world: World) -> CaseFile:
    found = world.cases.case_file(world.incident_id)
    assert found is not None
    return found


def at_part(world: World, part: str, person: str = OLENA, **more: str) -> Page:
    query = "".join(f"&{name}={value}" for name, value in more.items())
    return world.get(f"{world.link(person)}?part={part}{query}")


def send(world: World, do: str, by: str = OLENA, part: str = "plan", **fields: str) -> Page:
    return world.post(world.link(by), {"do": do, "part": part, **fields})


def done(world: World, do: str, by: str = OLENA, part: str = "plan", **fields: str) -> CaseFile:
    answer = send(world, do, by, part, **fields)
    assert answer.status == 303, text_of(answer.html)
    return file_of(world)


def local(world: World, hours: float) -> str:
    at: datetime = world.clock.now() + timedelta(hours=hours)
    return f"{at.astimezone(KYIV):%Y-%m-%dT%H:%M}"


def planned(world: World) -> CaseFile:
    return done(world, "pick", scenario="product_harm")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", ["en", "uk", "es"])
def test_each_part_is_shown_and_looking_changes_nothing(world: World, part: str, language: str) -> None:
    planned(world)
    before = (file_of(world), world.incident, world.outbox)
    pages = [world.get(f"{world.link()}?part={part}&lang={language}") for _ in range(2)]
    for page in pages:
        assert page.status == 200
        assert f'<html lang="{language}"' in page.html
        assert "<script" not in page.html
    assert (file_of(world), world.incident, world.outbox) == before
    # AND the same part in another language is one tap away
    assert f"part={part}&amp;lang=" in pages[0].html


def test_the_case_has_one_next_thing_on_top_and_a_way_to_every_part(world: World) -> None:
    file = planned(world)
    page = world.get(world.link())
    said = text_of(page.html)
    first = min(file.tasks, key=lambda one: one.due_at)
    mine = min((one for one in file.tasks if one.role == "responsible"), key=lambda one: one.due_at, default=first)
    assert f"Далі {mine.words.uk}" in said
    assert all(f"?part={part}&amp;" in page.html for part in PARTS)
    # AND one tap ends it, and leads back to the case
    answer = world.post(world.link(), {"do": "task_done", "part": "", "id": mine.id})
    assert (answer.status, answer.location) == (303, world.link())
    assert next(one for one in file_of(world).tasks if one.id == mine.id).state is TaskState.DONE


def test_what_is_late_is_said_so(world: World) -> None:
    planned(world)
    world.clock.at += timedelta(hours=5)
    said = text_of(world.get(world.link()).html)
    assert "строк минув" in said
    assert re.search(r"прострочено: \d", said)


def test_tasks_are_given_dropped_noted_and_added(world: World) -> None:
    file = planned(world)
    task, other = [one for one in file.tasks if not one.needs_sign_off and one.clock is None][:2]
    assert next(one for one in done(world, "task_give", id=task.id, to=PETRO).tasks if one.id == task.id).owner == PETRO
    file = done(world, "task_note", id=task.id, note=HOSTILE)
    assert next(one for one in file.tasks if one.id == task.id).state is TaskState.DONE
    file = done(world, "task_drop", id=other.id, reason="Не стосується")
    assert next(one for one in file.tasks if one.id == other.id).state is TaskState.DROPPED
    file = done(world, "task_add", words="Зателефонувати лікарні", due=local(world, 2), to=PETRO)
    added = file.tasks[-1]
    assert (added.words.uk, added.owner) == ("Зателефонувати лікарні", PETRO)
    page = at_part(world, "plan")
    assert "<img" not in page.html
    assert "Зателефонувати лікарні" in page.html


@pytest.mark.parametrize(
    ("do", "fields"),
    [
        ("task_add", {"words": "Щось", "due": "not a moment"}),
        ("task_add", {"words": "Щось", "due": "1999-01-01T00:00"}),
        ("pick", {"scenario": "no such"}),
        ("hold", {"to": "calm", "why": "x"}),
        ("verify", {"truth": "false", "proof": ""}),
        ("promise_add", {"what": "Щось", "to": "", "owner": OLENA}),
        ("text_draft", {"id": "holding", "what": ""}),
    ],
)
def test_a_field_that_lacks_something_says_so_and_writes_nothing(world: World, do: str, fields: dict[str, str]) -> None:
    planned(world)
    before = file_of(world)
    answer = send(world, do, **fields)
    assert answer.status == 422
    assert 'class="fault"' in answer.html
    assert file_of(world) == before


def test_a_form_of_nothing_and_a_form_of_another_site_do_nothing(world: World) -> None:
    planned(world)
    before = file_of(world)
    assert send(world, "task_explode").status == 400
    assert send(world, "nothing").status == 400
    answer = world.post(world.link(), {"do": "freeze", "part": "plan"}, sec_fetch_site="cross-site")
    assert answer.status == 403
    assert file_of(world) == before


def test_who_saw_a_lesser_level_looks_again_first(world: World) -> None:
    planned(world)
    answer = send(world, "note", part="level", words="Готово", level="issue")
    assert answer.status == 409
    assert not [one for one in world.cases.case_events(world.incident_id) if one.what is What.NOTED]


def test_a_posture_that_makes_it_worse_is_refused_in_sentences(world: World) -> None:
    planned(world)
    answer = send(world, "settle", strategy_apologise="1", strategy_instruct="1")
    assert answer.status == 409
    assert "Ще ніхто не з’ясував" in text_of(answer.html)
    assert not file_of(world).plan.strategies  # type: ignore[union-attr]
    # WHEN somebody has found out that it is true THEN the apology is settled, and another person signs it
    done(world, "verify", truth="true", proof="Лист лікарні", part="cause")
    done(world, "settle", strategy_apologise="1", strategy_instruct="1", strategy_adjust="1")
    assert send(world, "plan_sign").status == 409
    assert done(world, "plan_sign", PETRO).plan.signed_by == PETRO  # type: ignore[union-attr]


def test_criticism_is_never_taken_down_and_the_page_says_why(world: World) -> None:
    planned(world)
    answer = send(world, "removal", url="https://t.me/podil/1", reason="criticism", policy="1", evidence="1")
    assert answer.status == 409
    assert not [one for one in file_of(world).tasks if "t.me/podil/1" in one.words.uk]
    file = done(world, "removal", url="https://t.me/podil/1", reason="threat", policy="1", evidence="1")
    assert "t.me/podil/1" in file.tasks[-1].words.uk


def test_a_tick_is_not_enough_where_the_last_look_found_no_policy(world: World) -> None:
    planned(world)
    lacks = found(Check.POLICIES, State.WANTING, Found.POLICY_LACKS, "moderation", "https://aurora.example/m", "stays")
    world.readiness.save(ReadinessReport(at=world.clock.now(), findings=(lacks,)))
    fields = {"url": "https://t.me/podil/1", "reason": "spam", "policy": "1", "evidence": "1"}
    # WHEN somebody ticks that it is published
    answer = send(world, "removal", **fields)
    # THEN it is refused, with what the look found, and what they filled in stands there still
    assert answer.status == 409
    said = text_of(answer.html)
    assert "Остання перевірка не знайшла" in said
    assert finding_words(Reader("uk", "UTC"), lacks) in said
    assert "https://t.me/podil/1" in answer.html
    # AND with the address at which it stands it becomes a task
    file = done(world, "removal", **fields, policy_url="https://aurora.example/rules")
    assert "t.me/podil/1" in file.tasks[-1].words.uk
    # AND a look that finds it whole is enough
    world.readiness.save(ReadinessReport(at=world.clock.now(), findings=(lacks, lacks.model_copy(
        update={"state": State.OK, "found": Found.POLICY}))))  # fmt: skip
    done(world, "removal", **{**fields, "url": "https://t.me/podil/2"})


def test_one_tap_asks_for_a_pause_of_all_that_is_scheduled(world: World) -> None:
    file = done(world, "freeze")
    assert file.tasks[-1].due_at - world.clock.now() == timedelta(minutes=15)
    assert [one for one in world.outbox if one.kind is AlertKind.DUE]


def test_the_cause_card_is_filled_in_by_people(world: World) -> None:
    file = done(world, "cause", part="cause", product="Тістечка", place="Поділ", demanded="Вибачення")
    assert (file.cause.product, file.cause.place, file.cause.demanded) == ("Тістечка", "Поділ", "Вибачення")
    file = done(world, "verify", part="cause", truth="false", proof="https://aurora.example/lab.pdf")
    assert (file.cause.truth, file.cause.verified_by) == (Truth.FALSE, OLENA)
    file = done(world, "appraise", part="cause", injuries="1", outrage="moderate")
    assert file.cause.injuries
    file = done(world, "quote", part="cause", words=HOSTILE, mention="x")
    assert len(file.cause.quotations) == 1
    page = at_part(world, "cause")
    assert "Тістечка" in page.html
    assert "<img" not in page.html
    assert not done(world, "unquote", part="cause", id="1").cause.quotations


def drafted(world: World, person: str = OLENA) -> Page:
    return send(
        world, "text_draft", person, "words", id="staff", what="Троє дітей отруїлися", unknown="Чи винні тістечка",
        action="Зняли партію", contact="press@aurora.example", known_at=local(world, -1), next_at=local(world, 2),
        language="uk",
    )  # fmt: skip


def mark(page: Page) -> str:
    found = re.search(r'name="mark" value="([0-9a-f]+)"', page.html)
    assert found is not None
    return found[1]


def test_a_text_is_drafted_approved_by_another_and_noted_as_sent(world: World) -> None:
    # GIVEN a draft, which leads to its own page
    answer = drafted(world)
    assert answer.status == 303, text_of(answer.html)
    asked = parse_qs(urlsplit(answer.location or "").query)
    text_id = asked["text"][0]
    page = at_part(world, "words", text=text_id)
    assert "Троє дітей отруїлися" in text_of(page.html)
    # WHEN its author would approve it at a crisis THEN the page offers no button and the step is refused
    assert "Це ваш текст" in text_of(page.html)
    assert send(world, "text_approve", part="words", id=text_id, mark=mark(page)).status == 409
    # AND somebody else approves just what they saw
    assert send(world, "text_approve", PETRO, "words", id=text_id, mark="0" * 16).status == 409
    note = {"note": "Так і кажемо"}
    file = done(world, "text_approve", PETRO, "words", id=text_id, mark=mark(page), **note)
    assert file.texts[0].state is TextState.APPROVED
    file = done(world, "text_sent", part="words", id=text_id, mark=mark(page), url="")
    assert file.texts[0].state is TextState.SENT
    assert "Опубліковано" in text_of(at_part(world, "words", text=text_id).html)


def test_what_the_linter_finds_is_marked_with_reason_and_way_out(world: World) -> None:
    answer = send(
        world, "text_write", part="words", id="holding", language="en",
        text="We are sorry if you were offended. <b>It was certainly the supplier's fault.</b>",
    )  # fmt: skip
    text_id = parse_qs(urlsplit(answer.location or "").query)["text"][0]
    page = world.get(f"{world.link(PETRO)}?part=words&text={text_id}&lang=en")
    assert "<mark>" in page.html
    assert "half an apology" in page.html
    assert "<b>It was" not in page.html
    assert "It lacks:" in page.html
    # WHEN somebody approves it without a word of why THEN it stays a draft
    assert send(world, "text_approve", PETRO, "words", id=text_id, mark=mark(page)).status == 409
    assert file_of(world).texts[0].state is TextState.DRAFT


def test_who_changes_a_text_that_another_has_changed_reads_it_first(world: World) -> None:
    text_id = parse_qs(urlsplit(drafted(world).location or "").query)["text"][0]
    page = at_part(world, "words", text=text_id)
    done(world, "text_edit", part="words", id=text_id, mark=mark(page), text="Нове")
    answer = send(world, "text_edit", PETRO, "words", id=text_id, mark=mark(page), text="Своє")
    assert answer.status == 409
    assert file_of(world).texts[0].text == "Нове"


def test_a_reply_is_drafted_for_a_mention(world: World) -> None:
    page = at_part(world, "words")
    mention = re.search(r"reply=([^&]+)&", page.html)
    assert mention is not None
    shown = at_part(world, "words", reply=mention[1])
    assert shown.status == 200
    answer = send(world, "reply_draft", part="words", id=scored(0).mention.id, contact="help@aurora.example")
    assert answer.status == 303, text_of(answer.html)
    [text] = file_of(world).texts
    assert (text.kind, text.mention_id, text.author) == (Kind.REPLY, scored(0).mention.id, OLENA)
    assert "help@aurora.example" in text.text


class SaidWriter:
    """A model that says this."""

    def __init__(self, said: str) -> None:
        self.said = said

    def cost(self, order: Order) -> Decimal:
        return Decimal("0.01")

    def write(self, order: Order) -> tuple[str, Decimal]:
        return self.said, Decimal("0.002")


def said_by(writer: SaidWriter) -> Writers:
    def of(settings: WordSettings) -> Writer | None:
        return writer if settings.by == "bedrock" else None

    return of


def test_a_page_asks_the_model_that_the_client_pays_for_within_its_money() -> None:
    # GIVEN a client that pays for a model, and one that does not
    said = "Ми перевіряємо, що сталося, і дуже співчуваємо. Напишіть нам: help@aurora.example."
    paying = {"by": "bedrock", "model": "eu.amazon.nova-lite-v1:0", "monthly_usd": 1}
    for words, source, spent in ((paying, Source.MODEL, Decimal("0.002")), ({}, Source.TEMPLATE, Decimal(0))):
        world = World({"words": words})
        world.plans = MemoryPlanStore(load_library())
        world.mentions.record(BRAND, [scored(0, severity=0.9)])
        world.writers = said_by(SaidWriter(said))
        # WHEN a reply is drafted on the page
        send(world, "reply_draft", part="words", id=scored(0).mention.id, contact="help@aurora.example")
        # THEN the model's words stand where it is paid for, and what they cost is counted
        [text] = file_of(world).texts
        assert text.source is source
        assert (text.text == said) is (source is Source.MODEL)
        assert world.budgets.used(SCOPE, "2026-03").usd == spent


def test_a_promise_is_made_kept_handed_and_released(world: World) -> None:
    fields = {"what": "Повернути гроші", "to": "Марії", "due": local(world, 3), "owner": PETRO}
    file = done(world, "promise_add", part="promises", **fields)
    first = file.promises[0]
    assert (first.owner, first.state) == (PETRO, PromiseState.OPEN)
    assert "Повернути гроші" in at_part(world, "promises").html
    assert done(world, "promise_give", part="promises", id=first.id, to=OLENA).promises[0].owner == OLENA
    assert send(world, "promise_release", part="promises", id=first.id, note="").status == 422
    # THEN a case with a promise open neither ends nor offers to
    assert "Інцидент відкритий, доки не виконано обіцянку" in text_of(at_part(world, "level").html)
    assert send(world, "dismiss", part="level", why="Нічого").status == 409
    assert done(world, "promise_kept", part="promises", id=first.id).promises[0].state is PromiseState.KEPT


def test_a_question_of_the_media_is_noted_and_answered(world: World) -> None:
    fields = {"outlet": "Суспільне", "person": "Ганна", "question": "Скільки дітей?", "deadline": local(world, 1)}
    file = done(world, "enquiry_add", part="enquiries", owner=PETRO, **fields)
    assert file.enquiries[0].owner == PETRO
    assert "Скільки дітей?" in at_part(world, "enquiries").html
    assert "Скільки дітей?" in world.get(world.link(PETRO)).html  # the next thing of whom it concerns
    file = done(world, "enquiry_answered", part="enquiries", id=file.enquiries[0].id, words="Троє")
    assert file.enquiries[0].answer == "Троє"


def test_a_brief_goes_by_one_tap_and_their_question_comes_back(world: World) -> None:
    text_id = parse_qs(urlsplit(drafted(world).location or "").query)["text"][0]
    page = at_part(world, "words", text=text_id)
    done(world, "text_approve", PETRO, "words", id=text_id, mark=mark(page), note="Так")
    file = done(world, "brief_send", part="briefs", id="1", name="Рада", text=text_id)
    assert file.briefs[0].to == "board@aurora.example"
    assert [one.kind for one in world.outbox if one.recipient == "board@aurora.example"] == [AlertKind.BRIEF]
    # AND a place in the file that is somebody else's by now sends nothing
    assert send(world, "brief_send", part="briefs", id="0", name="Рада", text=text_id).status == 422


def test_a_level_set_by_a_person_stays_until_it_is_released(world: World) -> None:
    done(world, "hold", part="level", to="severe", why="Постраждали діти")
    assert (world.incident.level, world.incident.held.by) == (Level.SEVERE, OLENA)  # type: ignore[union-attr]
    said = text_of(at_part(world, "level").html)
    assert "Постраждали діти" in said
    done(world, "release", part="level")
    assert world.incident.held is None


def test_a_case_is_handed_over_and_who_gets_it_hears_of_it(world: World) -> None:
    file = done(world, "hand_over", part="level", to=LUCIA, why="Зміна")
    assert file.owner == LUCIA
    assert {one.recipient for one in world.outbox if one.about == ("owner",)} == {LUCIA}


def test_after_the_storm_the_case_stays_open_without_what_pages(world: World) -> None:
    link = world.link()
    world.resolve()
    page = world.get(link)
    assert page.status == 200
    said = text_of(page.html)
    assert "Буря минула" in said
    assert "Беру на себе" not in said
    # WHEN it is closed by a person THEN the link leads to how it ended, and a person may open it again
    assert send(world, "close", part="level").status == 409  # a crisis without its review
    done(world, "close", part="level", why="Розібрали разом із минулою")
    over = world.get(link)
    assert over.status == 410
    assert "Розібрали разом із минулою" in over.html
    assert world.get(f"{link}?part=plan").status == 410
    assert done(world, "reopen", part="level", why="Повернулося").status is CaseStatus.OPEN


def test_dismissed_it_is_no_crisis(world: World) -> None:
    file = done(world, "dismiss", part="level", why="Жарт")
    assert file.status is CaseStatus.DISMISSED
    assert world.incident.closed


def test_the_history_has_every_kind_of_event_in_words() -> None:
    assert set(EVENTS) == set(What)


def test_the_history_tells_what_people_did(world: World) -> None:
    done(world, "note", part="level", words=HOSTILE)
    page = at_part(world, "history")
    assert "alert(1)" in page.html
    assert "<script" not in page.html
    assert "Олена Коваль" in page.html


def test_a_responder_gets_a_link_to_declare_and_declares(world: World) -> None:
    answer = send(world, "declare_link", part="level")
    assert answer.status == 303
    link = answer.location or ""
    assert link != world.link()
    assert world.get(link).status == 200
    before = world.incident
    assert world.post(link, {"do": "declare", "brand": BRAND, "to": "severe", "why": " "}).status == 422
    fields = {"do": "declare", "brand": BRAND, "to": "severe", "why": "Дзвінок із лікарні"}
    assert world.post(link, fields, sec_fetch_site="cross-site").status == 403
    assert world.incident == before
    # WHEN declared THEN the brand's storm is held there, and its page opens
    declared = world.post(link, fields)
    assert declared.status == 303, text_of(declared.html)
    assert world.incident.level is Level.SEVERE
    assert declared.location == world.link()


def test_the_review_asks_and_is_answered(world: World) -> None:
    world.resolve()
    page = at_part(world, "review")
    assert page.status == 200
    assert "Скільки часу пішло" in text_of(page.html)


@pytest.mark.parametrize("query", ["part=nowhere", "part=../x", "part=words&text=nope", "part=words&reply=nope&new=x"])
def test_an_address_of_nothing_shows_the_case(world: World, query: str) -> None:
    assert world.get(f"{world.link()}?{query}").status == 200


def test_nobody_else_gets_anywhere(world: World) -> None:
    answers: list[Any] = [world.get("/a/AAAAAAAAAAAA?part=plan"), world.post("/a/AAAAAAAAAAAA", {"do": "freeze"})]
    assert {one.status for one in answers} == {404}


def test_a_drill_says_so_on_every_page(world: World) -> None:
    drill = world.incident.model_copy(update={"id": "drill-1", "brand": drill_brand(BRAND)})
    world.cases.save_case(
        (CaseFile.opened(drill, version=1, drill=BRAND),), incidents=(drill.model_copy(update={"version": 1}),)
    )
    issued = world.links.issue("drill-1", OLENA)
    assert issued is not None
    for query in ("", *(f"?part={part}" for part in PARTS)):
        assert "Це лише навчання. Нічого не сталося." in text_of(world.get(f"{issued[0]}{query}").html)


def test_a_declared_case_says_by_whom_and_why(world: World) -> None:
    done(world, "hold", part="level", to="severe", why="Дзвінок із лікарні")
    calm = world.incident.model_copy(update={"reasons": (), "version": world.incident.version + 1})
    world.cases.save_incident(calm)
    assert "Оголошено (Олена Коваль): Дзвінок із лікарні" in text_of(world.get(world.link()).html)


def test_two_cases_that_are_one_are_merged_and_a_brief_is_still_read(world: World) -> None:
    other = world.incident.model_copy(update={"id": "aurora-3fb83f-2", "version": 1})
    world.cases.save_case((CaseFile.opened(other, version=1),), incidents=(other,))
    file = done(world, "merge", part="level", into="aurora-3fb83f-2", why="Те саме")
    assert (file.status, file.into) == (CaseStatus.MERGED, "aurora-3fb83f-2")
    over = world.get(world.link())
    assert over.status == 410
    assert "aurora-3fb83f-2" in over.html
    assert 'value="reopen"' not in over.html


def test_a_case_that_is_not_there_is_neither_linked_nor_merged(world: World) -> None:
    planned(world)
    assert send(world, "link", part="level", other="nope").status == 409
    assert send(world, "merge", part="level", into="nope", why="x").status == 409


@pytest.mark.parametrize(
    ("do", "part", "fields", "said"),
    [
        ("release", "level", {}, "Рівень ніхто не тримає"),
        ("close", "level", {"why": "Досить"}, "Буря триває"),
        ("task_done", "plan", {"id": "victims-none"}, "вже немає"),
        ("text_prepared", "words", {"id": "holding", "language": "uk"}, "немає підготовленого тексту"),
        ("link", "level", {"other": "aurora-nowhere-9"}, "Інциденту з таким номером немає"),
        ("verify", "cause", {"truth": "unknown", "proof": "Акт"}, "не має доказу"),
    ],
)
def test_why_a_step_is_refused_is_said_in_the_reader_s_language(
    world: World, do: str, part: str, fields: dict[str, str], said: str
) -> None:
    planned(world)
    answer = send(world, do, part=part, lang="uk", **fields)
    assert answer.status == 409
    assert said in text_of(answer.html)
    assert '<p lang="en">' not in answer.html


def test_every_reason_of_a_refusal_has_its_sentence() -> None:
    assert set(REFUSALS) == set(Refused)


def test_what_was_typed_and_ticked_stays_in_a_form_that_was_refused(world: World) -> None:
    planned(world)
    # GIVEN a page from before the case became graver WHEN its forms come in THEN nothing of them is lost
    answer = send(world, "cause", part="cause", product="Еклери з вишнею", level="watch")
    assert answer.status == 409
    assert "Еклери з вишнею" in answer.html
    answer = send(world, "task_add", words="Подзвонити в лікарню", due=local(world, -2), sign="1")
    assert answer.status == 422
    assert re.search(r'name="sign" value="1" checked', answer.html)
    answer = send(world, "settle", strategy_instruct="1", strategy_apologise="1", level="watch")
    assert answer.status == 409
    assert re.search(r'name="strategy_apologise" value="1" checked', answer.html)


def test_a_moment_that_must_be_over_is_asked_for_as_such(world: World) -> None:
    # GIVEN somebody says that a thing is known since tomorrow THEN they are not asked for a moment ahead
    facts = {
        "what": "Троє дітей захворіли",
        "action": "зняли партію",
        "advice": "не їжте їх",
        "contact": "+380441234567",
    }
    answer = send(
        world, "text_draft", part="words", id="notice", known_at=local(world, 24), language="uk", **facts,
    )  # fmt: skip
    assert answer.status == 422
    said = text_of(answer.html)
    assert "час у минулому" in said
    assert "час у майбутньому" not in said


def test_whoever_took_the_case_leads_it_on_every_page(world: World) -> None:
    assert "Поки ніхто не веде" in text_of(at_part(world, "level").html)
    assert world.post(world.link(PETRO), {"do": "take"}).status == 303
    said = text_of(at_part(world, "level").html)
    assert "Поки ніхто не веде" not in said
    assert re.search(r"Хто веде інцидент Петро", said)


def test_nobody_s_own_number_is_proposed_for_what_the_public_reads(world: World) -> None:
    phone = next(one.phone for one in world.client.responders if one.email == OLENA)
    assert phone is not None
    for kind in ("holding", "notice", "correction"):
        page = at_part(world, "words", new=kind)
        assert phone not in page.html
        assert OLENA not in page.html
    assert phone in at_part(world, "words", new="staff").html
