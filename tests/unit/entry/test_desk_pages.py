"""Protects: the client's own pages: looking changes nothing, what is asked for is noted and done by watch alone, and a
change is taken back in the very case that it came from."""

from datetime import timedelta
from functools import partial

import pytest

from tests.support.answering import BRAND, OLENA, PETRO, World
from tests.support.intake import Page
from tests.unit.entry.test_answer_site import HOSTILE, text_of
from tests.unit.entry.test_case_site import send
from tests.unit.services.test_desk_asks import Looking
from tocsin.adapters.memory import MemoryQueue
from tocsin.adapters.memory_desk import MemoryControlStore
from tocsin.domain.case.file import CaseFile, What
from tocsin.domain.case.review import ChangeKind, ChangeState, PlanChange, Review
from tocsin.domain.case.reviewing import accept
from tocsin.domain.client import Client
from tocsin.domain.desk_asks import AskKind
from tocsin.domain.drill_report import DrillReport, Reached
from tocsin.domain.drill_run import NoDrill, Refusal
from tocsin.domain.levels import Level
from tocsin.domain.links import Purpose
from tocsin.domain.outbox import Channel
from tocsin.domain.readiness_report import Check, Finding, Found, ReadinessReport, State
from tocsin.services.case_clocks import CaseClocks
from tocsin.services.casework import Casework
from tocsin.services.desk_asks import DeskAsks
from tocsin.services.drill import Drill
from tocsin.services.logged import LeftUndoneError
from tocsin.services.reviews import Reviews
from tocsin.services.verdicts import Verdicts
from tocsin_cli.playbooks import load_library

LANGUAGES = ("en", "uk", "es")
PARTS = ("ready", "drill", "changes")
PLACE = "thresholds.crisis"


class Desk(World):
    """A world with the minute's watch, as far as pages ask for it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.plans.save_library(load_library())
        self.controls, self.queue, self.looking = MemoryControlStore(), MemoryQueue(), Looking()
        self.drills.save_texts({"product_harm": ("{brand} отруїла людей", "{brand}: діти в лікарні")})
        drill = Drill(
            clients=self.clients, cases=self.cases, controls=self.controls, queue=self.queue, traces=self.mentions,
            clock=self.clock,
        )  # fmt: skip
        asks = DeskAsks(
            cases=self.cases, clock=self.clock, store=self.drills, look=lambda: self.looking, drill=lambda: drill
        )
        self.verdicts = Verdicts(cases=self.cases, controls=self.controls, clock=self.clock, asks=asks.take)
        self.reviews = Reviews(
            clients=self.clients, cases=self.cases, clock=self.clock, mentions=self.mentions, plans=self.plans
        )
        self.clocks = CaseClocks(
            clients=self.clients, cases=self.cases, mentions=self.mentions, clock=self.clock, plans=self.plans,
            reviews=lambda: self.reviews,
        )  # fmt: skip
        self.work = Casework(clients=self.clients, cases=self.cases, clock=self.clock)

    def desk(self, person: str = OLENA) -> str:
        issued = self.links.issue(self.client.client, person, Purpose.DECLARE)
        assert issued is not None
        return issued[0]

    def at(self, part: str, person: str = OLENA, **more: str) -> Page:
        query = "&".join(f"{name}={value}" for name, value in {"part": part, **more}.items())
        return self.get(f"{self.desk(person)}?{query}")

    def tap(self, do: str, person: str = OLENA, **fields: str) -> Page:
        return self.post(self.desk(person), {"do": do, **fields})

    def minute(self) -> None:
        self.clock.wait(minutes=1)
        self.verdicts.run()
        self.clocks.run()

    @property
    def file(self) -> CaseFile:
        found = self.cases.case_file(self.incident_id)
        assert found is not None
        return found


@pytest.fixture
def desk() -> Desk:
    return Desk()


def calm(desk: Desk) -> Desk:
    desk.resolve()
    return desk


def change(number: int = 1, before: str = "65", after: str = "60", place: str = PLACE) -> PlanChange:
    return PlanChange(id=f"change-{number}", kind=ChangeKind.THRESHOLD, place=place, before=before, after=after)


def changed(desk: Desk, *changes: PlanChange) -> Desk:
    """A case that is over, whose review's changes have been accepted by Petro and are in force."""
    desk.resolve()
    opened = desk.cases.case_file(desk.incident_id)
    file = opened or CaseFile.opened(desk.incident)
    review = Review(begun_at=desk.clock.now(), changes=changes)
    desk.cases.save_case((file.with_(review=review, version=file.version + 1),))
    for one in changes:
        desk.work.do(desk.incident_id, PETRO, partial(accept, change_id=one.id))
    desk.minute()
    assert all(one.applied_at is not None for one in review_of(desk).changes)
    return desk


def review_of(desk: Desk) -> Review:
    review = desk.file.review
    assert review is not None
    return review


def before_of(desk: Desk) -> tuple[str, str]:
    now: Client = desk.client
    return str(now.thresholds.crisis), str(now.thresholds.severe)


# -- all of them


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
def test_each_page_is_shown_in_each_language_and_looking_changes_nothing(desk: Desk, part: str, language: str) -> None:
    link = desk.desk()
    kept = desk.cases.link(link.rpartition("/")[2])
    page = desk.get(f"{link}?part={part}&lang={language}")
    assert page.status == 200
    assert f'lang="{language}"' in page.html
    assert "<script" not in page.html
    assert page.headers["cache-control"] == "no-store"
    assert desk.cases.link(link.rpartition("/")[2]) == kept
    assert desk.get(f"{link}?part={part}", method="HEAD").status == 200


def test_one_gets_there_from_the_case_and_from_the_page_to_declare(desk: Desk) -> None:
    answer = send(desk, "declare_link", part="level", id="drill")
    assert answer.status == 303
    assert "part=drill" in answer.location
    assert "Навчання" in text_of(desk.get(answer.location).html)
    declare = desk.get(desk.desk()).html
    assert all(f"?part={part}&amp;" in declare for part in PARTS)


@pytest.mark.parametrize("query", ["part=nowhere", "part=../ready", "part=declare"])
def test_an_address_of_nothing_shows_the_page_to_declare(desk: Desk, query: str) -> None:
    page = desk.get(f"{desk.desk()}?{query}")
    assert page.status == 200
    assert 'value="declare"' in page.html


@pytest.mark.parametrize("do", ["look", "drill", "take_back"])
def test_a_form_of_another_site_does_nothing(desk: Desk, do: str) -> None:
    calm(desk)
    fields = {"brand": BRAND, "scenario": "product_harm", "minutes": "30", "sure": "1", "id": "change-1", "case": "x"}
    assert desk.post(desk.desk(), {"do": do, **fields}, sec_fetch_site="cross-site").status == 403
    link = desk.cases.link(desk.desk().rpartition("/")[2])
    assert link is not None
    assert link.ask is None


def test_only_people_of_the_agency_with_this_very_kind_of_link_get_there(desk: Desk) -> None:
    # GIVEN a link to answer, one of somebody who has left, one that was taken back
    assert "Навчання" not in text_of(desk.get(f"{desk.link()}?part=drill").html)
    gone = desk.links.issue(desk.client.client, "gone@agency.example", Purpose.DECLARE)
    assert gone is not None
    assert desk.get(f"{gone[0]}?part=drill").status == 410
    link = desk.desk()
    desk.links.revoke([desk.client.client], [OLENA], Purpose.DECLARE)
    asked = {"do": "drill", "brand": BRAND, "scenario": "product_harm", "minutes": "30", "sure": "1"}
    for fields in ({"do": "look"}, asked):
        assert desk.post(link, fields).status == 410
    desk.minute()
    assert desk.looking.looked == 0
    assert desk.drills.book().going is None


# -- ready


def test_what_was_found_is_shown_with_its_time_what_is_wanting_first(desk: Desk) -> None:
    assert "Ще ніхто не дивився" in text_of(desk.at("ready").html)
    findings = (
        Finding(check=Check.PLAYBOOKS, state=State.OK, found=Found.PLAYBOOKS, of=("22",)),
        Finding(check=Check.SHADOW, state=State.WANTING, found=Found.IN_SHADOW),
        Finding(check=Check.SOURCES, state=State.WANTING, found=Found.SOURCE_ILL, of=(HOSTILE,)),
    )
    desk.readiness.save(ReadinessReport(at=desk.clock.now(), findings=findings))
    for language in LANGUAGES:
        page = desk.at("ready", lang=language)
        assert "<script" not in page.html
        assert page.html.index("✗") < page.html.index("✓")
        assert "14:00" in page.html


def test_a_look_that_is_asked_for_is_taken_within_the_minute(desk: Desk) -> None:
    answer = desk.tap("look")
    assert answer.status == 303
    assert 'value="look"' not in desk.get(answer.location).html
    assert desk.tap("look").status == 303  # a tap that comes twice
    desk.minute()
    desk.minute()
    assert desk.looking.looked == 1
    # AND once it is there another may be asked for
    desk.readiness.save(ReadinessReport(at=desk.clock.now()))
    assert 'value="look"' in desk.at("ready").html


def test_a_look_that_came_to_no_end_is_awaited_no_more(desk: Desk) -> None:
    desk.looking.trouble = OSError("no such host")
    desk.tap("look")
    with pytest.raises(LeftUndoneError):
        desk.minute()
    assert 'value="look"' not in desk.at("ready").html
    desk.clock.wait(minutes=4)
    assert 'value="look"' in desk.at("ready").html


# -- drill


def drill(desk: Desk, person: str = OLENA, **fields: str) -> Page:
    asked = {"brand": BRAND, "scenario": "product_harm", "minutes": "30", "sure": "1"} | fields
    return desk.tap("drill", person, **asked)


def test_a_drill_begins_within_the_minute_and_says_who_began_it(desk: Desk) -> None:
    calm(desk)
    answer = drill(desk)
    assert answer.status == 303
    assert desk.queue.mentions == []
    assert 'value="drill"' not in desk.get(answer.location).html
    desk.minute()
    assert {one.brand for one in desk.queue.mentions} == {f"DRILL: {BRAND}"}
    for person in (OLENA, PETRO):
        said = text_of(desk.at("drill", person).html)
        assert "Олена Коваль" in said
    # AND another one is not begun meanwhile, whoever asks
    assert drill(desk, PETRO).status == 409


def test_a_drill_that_nobody_goes_on_with_keeps_nobody_from_the_next(desk: Desk) -> None:
    # GIVEN one that was begun, and whose link was forgotten
    calm(desk)
    drill(desk)
    desk.minute()
    link = desk.cases.link(desk.desk().rpartition("/")[2])
    assert link is not None
    desk.cases.save_link(link.model_copy(update={"applied_at": desk.clock.now()}))
    assert drill(desk, PETRO).status == 409
    # WHEN its time is long over
    desk.clock.wait(minutes=60)
    # THEN the page offers another, and that begins
    assert 'value="drill"' in desk.at("drill", PETRO).html
    assert drill(desk, PETRO).status == 303
    desk.minute()
    going = desk.drills.book().going
    assert going is not None
    assert going.by == PETRO


@pytest.mark.parametrize(
    "fields",
    [{"sure": ""}, {"scenario": "nothing"}, {"brand": "Хтось інший"}, {"minutes": "7"}, {"minutes": "999"}],
)
def test_what_is_not_offered_is_not_drilled(desk: Desk, fields: dict[str, str]) -> None:
    calm(desk)
    assert drill(desk, **fields).status == 422
    desk.minute()
    assert desk.queue.mentions == []


def test_while_a_real_case_burns_the_page_says_why_there_was_no_drill(desk: Desk) -> None:
    assert drill(desk).status == 303
    desk.minute()
    assert desk.queue.mentions == []
    assert "Триває справжній інцидент" in text_of(desk.at("drill").html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_stays_with_its_times_and_who_was_reached(desk: Desk, language: str) -> None:
    now = desk.clock.now()
    reached = (
        Reached(person=OLENA, channel=Channel.SMS, sent_at=now, delivered="delivered"),
        Reached(person=PETRO, channel=Channel.CALL, sent_at=None, why=HOSTILE),
    )
    report = DrillReport(
        brand=BRAND, scenario="rumour", incident_id="x-1", level=Level.CRISIS, began_at=now,
        ended_at=now + timedelta(minutes=30), alerted_at=now + timedelta(minutes=2),
        acknowledged_at=now + timedelta(minutes=30), acknowledged_by=OLENA, acknowledge_within=10, respond_within=60,
        reached=reached,
    )  # fmt: skip
    desk.drills.save_book(desk.drills.book().reported(PETRO, report))
    page = desk.at("drill", lang=language)
    said = text_of(page.html)
    assert "<script" not in page.html
    assert {"Олена Коваль", "Петро Сич"} <= {name for name in ("Олена Коваль", "Петро Сич") if name in said}
    assert "28" in said
    assert page.html.count("when late") >= 2


def test_every_reason_for_no_drill_has_its_sentence(desk: Desk) -> None:
    for why in NoDrill:
        book = desk.drills.book()
        desk.drills.save_book(book.refuses(Refusal(at=desk.clock.now(), by=OLENA, scenario="rumour", why=why)))
        for language in LANGUAGES:
            assert desk.at("drill", lang=language).status == 200


# -- changes


def test_what_reviews_have_changed_is_told_with_who_when_and_of_which_case(desk: Desk) -> None:
    assert "Нічого" in text_of(desk.at("changes").html)
    changed(desk, change())
    said = text_of(desk.at("changes").html)
    assert "Петро Сич" in said
    assert desk.incident_id in said
    assert "Від 65 балів" in said
    assert "Від 60 балів" in said


def test_a_change_that_does_not_say_its_case_is_taken_back_by_command_and_the_page_says_so(desk: Desk) -> None:
    desk.clients.accept(change().model_copy(update={"state": ChangeState.ACCEPTED, "decided_by": PETRO}))
    said = text_of(desk.at("changes").html)
    assert "лише командою" in said
    assert "побудовано інше" not in said
    assert "Так, скасувати" not in said


def test_one_is_taken_back_by_the_case_that_it_came_from_and_then_it_is_as_before(desk: Desk) -> None:
    changed(desk, change())
    assert before_of(desk)[0] == "60"
    # WHEN somebody confirms it
    assert desk.tap("take_back", id="change-1", case=desk.incident_id).status == 303
    assert before_of(desk)[0] == "60"
    said = text_of(desk.at("changes").html)
    assert "Олена Коваль" in said
    assert "Так, скасувати" not in said
    # THEN within the minute it is as before, and the case says who
    desk.minute()
    assert before_of(desk)[0] == "65"
    [event] = [one for one in desk.cases.case_events(desk.incident_id) if one.what is What.TAKEN_BACK]
    assert (event.by, event.of) == (OLENA, "change-1")
    assert "Нічого" in text_of(desk.at("changes").html)
    # AND a second tap finds nothing
    assert desk.tap("take_back", id="change-1", case=desk.incident_id).status == 422


def test_what_a_command_takes_back_is_noted_in_the_case_too(desk: Desk) -> None:
    changed(desk, change())
    desk.reviews.take_back(PLACE)
    assert before_of(desk)[0] == "65"
    assert review_of(desk).changes[0].undone_at is not None
    desk.minute()
    assert before_of(desk)[0] == "65"
    assert "Нічого" in text_of(desk.at("changes").html)


def test_of_one_whose_case_is_not_known_nothing_is_said_that_is_not_so(desk: Desk) -> None:
    # GIVEN one that was accepted before changes knew their case, with nothing built on it
    desk.clients.accept(change().model_copy(update={"state": ChangeState.ACCEPTED}))
    # WHEN the page is looked at THEN it says who can take it back, and not that something stands on it
    said = text_of(desk.at("changes", lang="en").html)
    assert "Something else was built on it" not in said
    assert "it can be taken back by the command only" in said
    assert 'value="take_back"' not in desk.at("changes").html
    # AND of one with something built on it, both pages say that
    changed(desk, change(2, "60", "55"), change(3, "55", "50"))
    assert "Something else was built on it" in text_of(desk.at("changes", lang="en").html)


def test_of_two_at_one_place_the_later_goes_first(desk: Desk) -> None:
    changed(desk, change(1), change(2, "60", "55"))
    assert before_of(desk)[0] == "55"
    assert desk.tap("take_back", id="change-1", case=desk.incident_id).status == 422
    assert desk.tap("take_back", id="change-2", case=desk.incident_id).status == 303
    desk.minute()
    assert before_of(desk)[0] == "60"
    assert desk.tap("take_back", id="change-1", case=desk.incident_id).status == 303
    desk.minute()
    assert before_of(desk)[0] == "65"


def test_what_others_have_built_on_meanwhile_stays_and_is_offered_again(desk: Desk) -> None:
    # GIVEN one that is taken back, and another accepted over it in the same minute
    changed(desk, change())
    desk.tap("take_back", id="change-1", case=desk.incident_id)
    over = change(2, "60", "55").model_copy(update={"incident": "other-1"})
    desk.clients.accept(over)
    # WHEN the minute passes THEN it stays
    desk.minute()
    assert before_of(desk)[0] == "55"
    [kept] = review_of(desk).changes
    assert kept.taken_back_at is None


def test_a_change_of_a_plan_is_taken_back_too_and_the_playbook_gets_one_version_more(desk: Desk) -> None:
    library = desk.plans.library()
    assert library is not None
    rumour = library.of("rumour")
    assert rumour is not None
    task = next(one for one in rumour.tasks if one.within >= 20)
    place = f"playbook.rumour.tasks.{task.id}.within"
    sooner = PlanChange(
        id="change-1", kind=ChangeKind.PLAYBOOK, place=place, before=str(task.within), after=str(task.within + 10)
    )
    changed(desk, sooner)
    assert desk.tap("take_back", id="change-1", case=desk.incident_id).status == 303
    desk.minute()
    now = desk.plans.library()
    assert now is not None
    again = now.of("rumour")
    assert again is not None
    assert next(one for one in again.tasks if one.id == task.id).within == task.within
    assert again.version == rumour.version + 2


def test_another_look_for_what_to_change_is_taken_by_watch_within_the_minute(desk: Desk) -> None:
    # GIVEN a review with one answer, and somebody who wants another look
    changed(desk, change())
    assert send(desk, "review_again", part="review").status == 303
    assert review_of(desk).again_at is not None
    # WHEN the minute passes THEN it was taken, and what people have decided stays
    desk.minute()
    assert review_of(desk).again_at is None
    assert review_of(desk).changes[0].applied_at is not None


@pytest.mark.parametrize("fields", [{"id": "change-9", "case": "aurora-3fb83f-1"}, {"id": "change-1", "case": "x"}, {}])
def test_what_is_not_in_force_is_not_taken_back(desk: Desk, fields: dict[str, str]) -> None:
    changed(desk, change())
    assert desk.tap("take_back", **fields).status == 422
    desk.minute()
    assert before_of(desk)[0] == "60"


def test_while_something_waits_nothing_else_is_asked_for(desk: Desk) -> None:
    assert desk.tap("look").status == 303
    assert drill(desk).status == 409
    link = desk.cases.link(desk.desk().rpartition("/")[2])
    assert link is not None
    assert link.ask is not None
    assert link.ask.kind is AskKind.LOOK
