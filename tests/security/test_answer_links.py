"""Protects: only whoever a link was given to, while it holds, and only by a button of its page, answers an alert."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.answering import KEY, OLENA, PETRO, World
from tests.support.intake import HOST
from tests.support.samples import NOON, client
from tocsin.adapters.memory import MemorySecrets
from tocsin.domain.errors import ConflictError
from tocsin.domain.links import LASTS, LETTERS, Purpose, link_to
from tocsin.domain.outbox import AlertKind
from tocsin.entry.answer_site import VISITS_BURST

TAKE = {"do": "take"}
SCANNERS = [
    {"user_agent": "Mozilla/5.0 (compatible; BingPreview/1.0b)"},
    {"purpose": "prefetch"},
    {"sec_purpose": "prefetch;prerender"},
    {"x_forwarded_for": "40.107.0.1", "user_agent": "Microsoft Office/16.0 SafeLinks"},
]


@pytest.fixture
def world() -> World:
    return World()


def refused(world: World, link: str, *, by: int) -> bool:
    """Neither looking nor acting opens anything, and nothing is written."""
    before, items = world.incident, world.outbox
    seen = [world.get(link), world.get(link, "HEAD"), *(world.post(link, {"do": do}) for do in ("take", "cannot"))]
    assert {page.status for page in seen} == {by}
    assert all("Олена" not in page.html for page in seen)
    return (world.incident, world.outbox) == (before, items)


@pytest.mark.parametrize("headers", SCANNERS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_scanner_that_opens_every_link_answers_nothing(world: World, method: str, headers: dict[str, str]) -> None:
    # GIVEN the link of an alert WHEN a mail's scanner opens it, again and again
    link, before = world.link(), world.incident
    for _ in range(5):
        assert world.get(link, method, **headers).status == 200
        assert world.get(f"{link}?do=take", method, **headers).status == 200
        assert world.get(f"{link}?tell=0", method, **headers).status == 200
    # THEN nothing has happened
    assert world.incident == before
    assert not [item for item in world.outbox if item.kind is AlertKind.CLIENT]


@settings(max_examples=150, deadline=None)
@given(st.text("abcdefghXYZ0189_-", min_size=LETTERS, max_size=LETTERS) | st.text(max_size=40))
def test_a_guessed_code_opens_nothing(code: str) -> None:
    world = World()
    if code == world.code():
        return
    page = world.get(f"/a/{code}")
    assert page.status in {404, 429}


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_code_has_no_character_that_a_phone_leaves_out_of_a_link(subject: str, key: str) -> None:
    made = link_to(Purpose.ANSWER, subject, OLENA, client="aurora", key=key, now=NOON)
    assert made.code.isascii()
    assert made.code.isalnum()
    assert len(made.code) == LETTERS


def test_a_forged_link_opens_nothing_even_when_its_item_is_there(world: World) -> None:
    # GIVEN somebody who can write an item, and does not have the key
    forged = link_to(Purpose.ANSWER, world.incident_id, OLENA, client="aurora", key="x" * 40, now=world.clock.now())
    world.cases.save_link(forged)
    assert refused(world, f"/a/{forged.code}", by=404)


def test_whoever_has_the_key_alone_cannot_use_a_link_that_was_not_given_out(world: World) -> None:
    made = link_to(Purpose.ANSWER, world.incident_id, OLENA, client="aurora", key=KEY, now=world.clock.now())
    assert refused(world, f"/a/{made.code}", by=404)


@pytest.mark.parametrize("spoil", [str.lower, str.swapcase, lambda code: code[:-1], lambda code: code + "A"])
def test_a_spoiled_code_opens_nothing(world: World, spoil: Callable[[str], str]) -> None:
    code = world.code()
    if spoil(code) != code:
        assert refused(world, f"/a/{spoil(code)}", by=404)


def test_a_link_of_another_client_opens_nothing(world: World) -> None:
    # GIVEN the same table and key, read by another client's stack
    link = world.link()
    world.clients.save(client(client="boreal", responders=[{"name": "Олена Коваль", "email": OLENA}]))
    assert refused(world, link, by=404)


def test_an_incident_of_another_client_is_not_shown(world: World) -> None:
    foreign = world.incident.model_copy(update={"id": "boreal-1", "client": "boreal"})
    world.cases.save_incident(foreign.model_copy(update={"version": 1}))
    issued = world.links.issue("boreal-1", OLENA)
    assert issued is not None
    assert refused(world, issued[0], by=404)


def test_a_link_ends_by_itself(world: World) -> None:
    link = world.link()
    world.clock.at += LASTS - timedelta(seconds=1)
    assert world.get(link).status == 200
    world.clock.at += timedelta(seconds=1)
    assert refused(world, link, by=410)
    assert "Час цього посилання минув" in world.get(link, accept_language="uk").html


def test_a_link_that_was_taken_back_stays_so(world: World) -> None:
    link = world.link()
    assert world.links.revoke([world.incident_id], [OLENA]) == 1
    assert refused(world, link, by=410)
    # AND the next message brings another one, while this one stays shut
    other = world.link()
    assert other != link
    assert world.get(other).status == 200
    assert refused(world, link, by=410)


def test_a_new_key_ends_all_links_and_the_one_before_may_be_kept_for_a_while(world: World) -> None:
    link = world.link()
    world.secrets = MemorySecrets(links={"key": "n" * 40, "key_previous": KEY})
    assert world.get(link).status == 200
    world.secrets = MemorySecrets(links={"key": "n" * 40})
    assert refused(world, link, by=404)


def test_who_left_the_file_cannot_answer(world: World) -> None:
    link = world.link()
    world.clients.save(client(responders=[{"name": "Петро Сич", "email": PETRO}]))
    assert refused(world, link, by=410)
    assert "вже не ваше" in world.get(link, accept_language="uk").html


def test_when_it_is_over_there_is_nothing_to_answer(world: World) -> None:
    # GIVEN a storm that is over, whose case is still worked on
    link = world.link()
    world.resolve()
    before, items = world.incident, world.outbox
    # WHEN somebody answers its alarm all the same THEN it is refused, and the page offers no such button
    assert {world.post(link, {"do": do}).status for do in ("take", "cannot")} == {410}
    assert "Беру на себе" not in world.get(link).html
    assert (world.incident, world.outbox) == (before, items)
    # WHEN a person has closed the case THEN the link opens nothing of it any more
    world.post(link, {"do": "close", "part": "level", "why": "Все зроблено"})
    assert refused(world, link, by=410)
    assert "Інцидент закрито" in world.get(link).html


def test_an_answer_that_is_sent_again_is_the_same_answer(world: World) -> None:
    # GIVEN a tap WHEN it is replayed, also long after and by somebody who caught it
    link = world.link()
    world.post(link, TAKE)
    taken = world.incident
    for minutes in (0, 1, 30):
        world.clock.wait(minutes=minutes)
        world.post(link, TAKE)
    # THEN it is taken once
    assert world.incident.timeline == taken.timeline


def test_a_link_opens_one_thing_for_one_person(world: World) -> None:
    # GIVEN a link for a verdict, and one to answer
    verdict, answer = world.link(OLENA, Purpose.VERDICT), world.link()
    before = world.incident
    # WHEN each is used for the other's purpose
    assert world.post(verdict, TAKE).status == 400
    assert world.post(answer, {"do": "verdict", "said": "not-a-crisis"}).status == 400
    # THEN neither does anything, and nobody acts in another's name, whatever the form says
    assert world.incident == before
    world.post(world.link(PETRO), {**TAKE, "person": OLENA, "by": OLENA})
    paging = world.incident.paging
    assert paging is not None
    assert [one.person for one in paging.people if one.acknowledged_at] == [PETRO]


def test_a_form_that_another_site_sends_is_shown_and_not_obeyed(world: World) -> None:
    before = world.incident
    page = world.post(world.link(), TAKE, sec_fetch_site="cross-site")
    assert page.status == 403
    assert world.incident == before
    verdict = world.link(OLENA, Purpose.VERDICT)
    assert world.post(verdict, {"do": "verdict", "said": "not-a-crisis"}, sec_fetch_site="cross-site").status == 403
    kept = world.cases.link(verdict.rpartition("/")[2])
    assert kept is not None
    assert kept.said is None


@pytest.mark.parametrize(
    "fields", [{}, {"do": ""}, {"do": "resolve"}, {"do": "TAKE"}, {"do": "verdict", "said": "maybe"}]
)
def test_a_form_that_we_never_made_does_nothing(world: World, fields: dict[str, str]) -> None:
    before = world.incident
    assert world.post(world.link(), fields).status == 400
    assert world.incident == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_open_nothing(world: World, method: str) -> None:
    assert world.get(world.link(), method).status == 404


def test_no_address_leads_elsewhere(world: World) -> None:
    # GIVEN a request with a host of its own invention WHEN answered THEN every address of the page is ours
    page = world.post(world.link(), TAKE, host="evil.example", x_forwarded_host="evil.example")
    assert page.location.startswith(f"https://{HOST}/a/")
    assert "evil.example" not in world.get(world.link(), host="evil.example").html
    # AND a language that smuggles a header is none
    page = world.post(f"{world.link()}?lang=uk%0d%0aset-cookie:x", {**TAKE, "lang": "en\r\nset-cookie: x"})
    assert "\r" not in page.location
    assert "cookie" not in page.location


def test_a_stranger_who_tries_many_is_slowed_down_and_others_are_not(world: World) -> None:
    link = world.link()
    statuses = [world.get(f"/a/{number:012d}", ip="198.51.100.9").status for number in range(VISITS_BURST + 5)]
    assert statuses[:VISITS_BURST] == [404] * VISITS_BURST
    assert set(statuses[VISITS_BURST:]) == {429}
    assert world.get(link, ip="203.0.113.7").status == 200


def test_a_case_that_others_write_at_the_same_time_asks_to_try_again(world: World) -> None:
    link = world.link()

    def lost(*_: object) -> None:
        raise ConflictError("somebody was quicker")

    world.cases.save_incident = lost  # type: ignore[method-assign,assignment]
    page = world.post(link, TAKE)
    assert page.status == 409
    assert "ще раз" in page.html


PARTS = ("plan", "words", "promises", "cause", "who", "enquiries", "briefs", "level", "review", "history")
STEPS = (
    {"do": "freeze"},
    {"do": "dismiss", "why": "x"},
    {"do": "hold", "to": "watch", "why": "x"},
    {"do": "note", "words": "x"},
    {"do": "promise_add", "what": "x", "to": "x", "owner": OLENA, "due": "2027-01-01T10:00"},
    {"do": "text_write", "id": "holding", "text": "x", "language": "uk"},
    {"do": "verify", "truth": "true"},
    {"do": "declare_link"},
)


def written(world: World) -> object:
    return (world.incident, world.outbox, world.cases.case_file(world.incident_id))


@pytest.mark.parametrize("headers", SCANNERS)
@pytest.mark.parametrize("part", PARTS)
def test_a_scanner_that_opens_every_part_changes_nothing(world: World, part: str, headers: dict[str, str]) -> None:
    link, before = world.link(), written(world)
    for method in ("GET", "HEAD"):
        for query in (f"part={part}", f"part={part}&do=freeze", "do=dismiss&why=x"):
            assert world.get(f"{link}?{query}", method, **headers).status == 200
    assert written(world) == before


@pytest.mark.parametrize("fields", STEPS)
def test_no_step_of_the_case_is_taken_from_another_sites_page_or_by_a_link_that_is_over(
    world: World, fields: dict[str, str]
) -> None:
    link, before = world.link(), written(world)
    assert world.post(link, fields, sec_fetch_site="cross-site").status == 403
    world.clock.at += LASTS
    assert world.post(link, fields).status == 410
    world.clock.at -= LASTS
    world.links.revoke([world.incident_id], [OLENA])
    assert world.post(link, fields).status == 410
    assert written(world) == before


@pytest.mark.parametrize("purpose", [Purpose.VERDICT, Purpose.DECLARE, Purpose.APPROVE, Purpose.BRIEF])
def test_a_link_opens_what_it_was_given_for_and_no_other_page(world: World, purpose: Purpose) -> None:
    # GIVEN a link of another purpose, even to the very incident and of a responder
    subject = f"{world.incident_id}/text-1" if purpose in {Purpose.APPROVE, Purpose.BRIEF} else world.incident_id
    issued = world.links.issue(subject, OLENA, purpose)
    assert issued is not None
    before = written(world)
    # WHEN it is used as the case's own THEN nothing of the case is shown or done
    for part in PARTS:
        page = world.get(f"{issued[0]}?part={part}")
        assert "Олена" not in page.html
        assert not [each for each in PARTS if each != part and f"?part={each}" in page.html]
    for fields in STEPS:
        assert world.post(issued[0], fields).status in {400, 404, 410}
    assert written(world) == before


def test_whoever_is_briefed_or_asked_to_approve_sees_nothing_of_the_case(world: World) -> None:
    # GIVEN a stakeholder with a link to a brief, and a contact with one to a text
    for purpose, person in ((Purpose.BRIEF, "board@aurora.example"), (Purpose.APPROVE, "iryna@aurora.example")):
        issued = world.links.issue(f"{world.incident_id}/text-9", person, purpose)
        assert issued is not None
        for query in ("", *(f"?part={part}" for part in PARTS)):
            page = world.get(f"{issued[0]}{query}")
            assert page.status == 410
            assert "Олена" not in page.html
