"""Protects: whoever complains loses nothing that was typed, and nobody without the right link reads a word of it."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.intake import HOST, KEY, WORDS, World, event
from tests.support.samples import NOON
from tocsin.domain.complaint import Status
from tocsin.domain.mention import Medium
from tocsin.entry.http import BadRequestError, request_of, source_of

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}\u202egnp"


@pytest.fixture
def world() -> World:
    return World()


def test_a_complaint_gets_a_number_a_promise_and_a_private_page(world: World) -> None:
    # GIVEN the form WHEN it is sent
    answer = world.post("/c", world.form(name="Ольга", contact="olha@mail.example"))
    # THEN the person is led to a page of their own with number, promise and the way back
    assert answer.status == 303
    page = world.get(answer.location)
    assert page.status == 200
    assert "482-914" in page.html
    assert "Дякуємо" in page.html
    assert "3 березня, 14:00" in page.html  # 24 hours from noon UTC, on the client's clock
    assert unescape(page.html).count(answer.location.partition("?")[0]) >= 2
    # AND it counts at once, as private words of the brand
    (mention,) = world.queue.mentions
    assert (mention.id, mention.brand, mention.medium, mention.text) == (
        "intake:482914", "Аврора", Medium.PRIVATE, WORDS,
    )  # fmt: skip


def test_a_double_click_is_one_complaint_and_a_changed_text_another(world: World) -> None:
    form = world.form()
    first, second = world.post("/c", form), world.post("/c", form)
    assert first.location == second.location
    other = world.post("/c", form | {"happened": "Ще одне"})
    assert other.location != first.location
    assert [mention.id for mention in world.queue.mentions] == ["intake:482914", "intake:482916"]


def test_what_is_wrong_is_said_and_everything_typed_is_still_there(world: World) -> None:
    # GIVEN a form with a text that is too long, and a contact that is none
    form = world.form(happened="ж" * 8_001, contact="подзвоніть", where="Поділ & Co", name="Ольга")
    # WHEN it is sent
    page = world.post("/c", form)
    # THEN nothing is lost, the form says what to do, and is good for sending again
    assert page.status == 422
    text = unescape(page.html)
    assert "ж" * 8_001 in text
    assert 'value="Поділ & Co"' in text
    assert 'value="подзвоніть"' in text
    assert 'role="alert"' in text
    assert text.count('aria-invalid="true"') == 2
    assert not world.queue.mentions
    world.clock.wait(seconds=9)
    again = world.post("/c", form | {"form": page.hidden("form"), "happened": WORDS, "contact": ""})
    assert again.status == 303


@pytest.mark.parametrize(
    "spoiled",
    [{"form": ""}, {"form": "0" * 32 + ".1772452800." + "A" * 43}, {"trap": "http://casino.example"}, {"happened": ""}],
    ids=["no token", "forged token", "honeypot", "nothing said"],
)
def test_robots_are_not_taken_and_people_lose_nothing(world: World, spoiled: dict[str, str]) -> None:
    page = world.post("/c", world.form(name="Ольга") | spoiled)
    assert page.status == 422
    assert 'value="Ольга"' in page.html
    assert not world.queue.mentions


def test_the_hidden_field_is_shown_to_whoever_filled_it_in(world: World) -> None:
    page = world.post("/c", world.form(trap="x"))
    assert 'class="field wrong"' in page.html
    assert "trap-fault" in page.html


def test_a_form_sent_within_a_blink_or_after_a_day_is_shown_again(world: World) -> None:
    token = world.get("/c").hidden("form")
    quick = world.post("/c", {"form": token, "happened": WORDS})
    world.clock.wait(days=2)
    late = world.post("/c", {"form": token, "happened": WORDS})
    for page in (quick, late):
        assert page.status == 422
        assert WORDS in unescape(page.html)


def test_one_source_cannot_flood_and_another_is_not_stopped(world: World) -> None:
    # GIVEN five complaints of one source within seconds
    for number in range(5):
        assert world.post("/c", world.form(happened=f"Скарга {number}")).status == 303
        world.clock.wait(seconds=-20)
    # WHEN a sixth comes THEN it is put off with its words, and a neighbour's is taken
    sixth = world.post("/c", world.form())
    assert sixth.status == 429
    assert WORDS in unescape(sixth.html)
    assert world.post("/c", world.form(), ip="198.51.100.9").status == 303
    world.clock.wait(minutes=2)
    assert world.post("/c", world.form()).status == 303


def test_no_address_is_kept(world: World) -> None:
    world.post("/c", world.form(), ip="203.0.113.77")
    world.post("/c", world.form(), ip="2001:db8:1:2:3::4")
    assert not [name for name in world.limits._full_at if "203.0" in name or "2001" in name]


def test_ipv6_is_counted_by_its_network() -> None:
    assert source_of("2001:db8:1:2:3::4") == source_of("2001:db8:1:2:ffff::1") != source_of("2001:db8:1:3::1")
    assert source_of("nonsense") == "unknown"


def test_a_queue_that_is_away_loses_no_complaint(world: World) -> None:
    # GIVEN a queue that is away WHEN somebody complains
    world.queue.broken = True
    complaint, _, _ = world.complain()
    assert complaint.heard_at is None
    # THEN the next minute hands it over, and once
    world.queue.broken = False
    world.remind.run()
    world.clock.wait(minutes=1)
    world.remind.run()
    assert [mention.id for mention in world.queue.mentions] == [f"intake:{complaint.number}"]


def test_a_store_that_is_away_gives_the_words_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    form = world.form()
    monkeypatch.setattr(world.complaints, "create", lambda *_: 1 / 0)
    page = world.post("/c", form)
    assert page.status == 503
    assert WORDS in unescape(page.html)


def test_both_sides_write_and_read_the_thread(world: World) -> None:
    # GIVEN a complaint WHEN staff answer and the author asks back
    complaint, author, desk = world.complain(name="Ольга", contact="olha@mail.example")
    staff = world.get(desk)
    assert "olha@mail.example" in staff.html
    done = world.post(desk, {"do": "write", "text": "Ми телефонуємо", "seen": staff.hidden("seen")})
    assert done.status == 303
    theirs = world.get(author)
    assert "Ми телефонуємо" in theirs.html
    assert "Відповідь надано" in theirs.html
    assert "olha@mail.example" not in theirs.html
    world.post(author, {"do": "write", "text": "Чекаю", "seen": theirs.hidden("seen")})
    # THEN each sees the other's words, and the clock runs again
    assert "Чекаю" in world.get(desk).html
    after = world.complaints.complaint(complaint.number)
    assert after is not None
    assert (after.status, after.messages) == (Status.RECEIVED, 2)


def test_a_message_sent_twice_stands_there_once(world: World) -> None:
    complaint, author, _ = world.complain()
    for _ in range(2):
        assert world.post(author, {"do": "write", "text": "Ще одне", "seen": "0"}).status == 303
    assert len(world.complaints.messages(complaint.number)) == 1


def test_whoever_writes_at_the_same_time_sees_it_and_keeps_the_words(world: World) -> None:
    complaint, author, desk = world.complain()
    world.post(author, {"do": "write", "text": "Ще одне", "seen": "0"})
    page = world.post(desk, {"do": "write", "text": "Відповідь", "seen": "0"})
    assert page.status == 409
    assert "Ще одне" in page.html
    assert "Відповідь" in page.html
    assert len(world.complaints.messages(complaint.number)) == 1


@pytest.mark.parametrize("text", ["", " \r\n", "ж" * 8_001])
def test_an_empty_or_endless_message_is_not_taken(world: World, text: str) -> None:
    complaint, author, _ = world.complain()
    page = world.post(author, {"do": "write", "text": text, "seen": "0"})
    assert page.status == 422
    assert text in unescape(page.html)
    assert world.complaints.messages(complaint.number) == ()


def test_only_staff_decide_where_it_stands(world: World) -> None:
    complaint, author, desk = world.complain()
    version = world.get(desk).hidden("version")
    assert world.post(author, {"do": "status", "status": "closed", "version": version}).status == 404
    assert world.post(desk, {"do": "status", "status": "closed", "version": "1"}).status == 409
    assert world.post(desk, {"do": "status", "status": "closed", "version": version}).status == 303
    after = world.complaints.complaint(complaint.number)
    assert after is not None
    assert after.status is Status.CLOSED
    assert world.post(desk, {"do": "status", "status": "burnt", "version": version}).status == 400


def test_withdrawn_links_open_nothing_and_the_new_ones_do(world: World) -> None:
    complaint, author, desk = world.complain()
    version = world.get(desk).hidden("version")
    assert world.post(author, {"do": "renew", "version": version}).status == 404
    renewed = world.post(desk, {"do": "renew", "version": version})
    for old in (author, desk):
        assert world.get(old).status == 404
        assert world.post(old, {"do": "write", "text": "x", "seen": "0"}).status == 404
    page = world.get(renewed.location)
    assert page.status == 200
    found = re.search(r'id="theirs">([^<]+)<', page.html)
    assert found is not None
    assert world.get(found[1]).status == 200
    after = world.complaints.complaint(complaint.number)
    assert after is not None
    assert world.get(after.desk_link).status == 200


def test_all_links_that_open_nothing_look_the_same(world: World) -> None:
    # GIVEN links: forged, of another client, of no complaint, expired, and one whose complaint's time is over
    complaint, author, _ = world.complain()
    token = author.rpartition("/")[2]
    other = World(settings={"client": "bolt"})
    _, foreign, _ = other.complain()
    missing = World()
    missing.numbers = iter(range(599_999, 700_000))
    _, unknown, _ = missing.complain()
    answers = [
        world.get("/c/t/" + "A" * 60),
        world.get(f"/c/t/d{token[1:]}"),
        world.get(foreign),
        world.get(unknown),
        world.get("/c/t/" + quote(HOSTILE)),
        world.get("/c/nothing"),
    ]
    world.clock.wait(days=90)
    answers.append(world.get(author))
    # WHEN they are opened THEN one and the same plain page is all that is to be seen
    assert {answer.status for answer in answers} == {404}
    assert len({answer.html for answer in answers}) == 1
    assert complaint.spoken not in answers[0].html


def test_a_strangers_guess_reads_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.complaints, "complaint", lambda number: pytest.fail("read before the signature held"))
    assert world.get("/c/t/a.482913.1.1780000000." + "A" * 43).status == 404


def test_hostile_words_are_only_words(world: World) -> None:
    # GIVEN a complaint made of markup, and an answer of the same
    world = World(settings={"name": f"Acme {HOSTILE}", "intake": {"privacy_text": HOSTILE}})
    _, author, desk = world.complain(happened=HOSTILE, when=HOSTILE, where=HOSTILE, product=HOSTILE, name=HOSTILE)
    world.post(desk, {"do": "write", "text": HOSTILE, "seen": "0"})
    world.post(author, {"do": "write", "text": HOSTILE, "seen": "1"})
    error = world.post("/c", world.form(happened="", name=HOSTILE))
    for page in (world.get(author), world.get(desk), error, world.get("/c"), world.get("/c/embed")):
        # WHEN a page shows it THEN no tag of it is one, and nothing turns the line around
        assert "<script" not in page.html
        assert "<img" not in page.html
        assert "\u202e" not in page.html or page is error  # what was typed is given back as it was typed
        assert "{{7*7}}" in unescape(page.html)


def test_every_page_forbids_scripts_frames_cookies_and_caches(world: World) -> None:
    _, author, desk = world.complain()
    pages = [world.get(path) for path in ("/c", "/c/embed", author, desk, "/c/t/x")] + [world.post("/c", {})]
    for page in pages:
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert page.headers["x-frame-options"] == "DENY"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cache-control"] == "no-store"
        assert "set-cookie" not in page.headers
        assert "<script" not in page.html
        assert not re.search(r"<[^>]*\s(on\w+|style)=|https?://(?!abc123\.)", page.html)


def test_the_policys_hash_is_that_of_the_style(world: World) -> None:
    import hashlib
    from base64 import b64encode

    page = world.get("/c")
    style = page.html.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page.headers["content-security-policy"]


def test_only_the_embedded_form_may_stand_in_a_frame() -> None:
    anyone = World().get("/c?embed=1")
    assert "frame-ancestors *" in anyone.headers["content-security-policy"]
    assert "x-frame-options" not in anyone.headers
    assert 'target="_blank"' in anyone.html
    named = World(settings={"intake": {"embed_on": ["https://shop.example"]}}).get("/c?embed=1")
    assert "frame-ancestors https://shop.example" in named.headers["content-security-policy"]


def test_the_snippet_can_be_pasted(world: World) -> None:
    page = unescape(world.get("/c/embed").html)
    assert f'<iframe src="https://{HOST}/c?embed=1&amp;lang=uk"' in page
    assert "allow-scripts" not in page


@pytest.mark.parametrize(
    ("path", "header", "language"),
    [("/c", "", "uk"), ("/c?lang=es", "uk", "es"), ("/c?lang=xx", "en-GB,en;q=0.9", "en"),
     ("/c", "de, es-MX;q=0.8, en;q=0.4", "es"), ("/c", "en;q=0, fr", "uk"), ("/c", "en;q=x,,;;", "uk")],
)  # fmt: skip
def test_the_page_speaks_the_readers_language(world: World, path: str, header: str, language: str) -> None:
    page = world.get(path, accept_language=header)
    assert f'<html lang="{language}"' in page.html


def test_a_thread_stays_in_the_language_of_its_form(world: World) -> None:
    _, author, desk = world.complain(lang="es")
    assert '<html lang="es"' in world.get(author).html
    assert '<html lang="es"' in world.get(author, accept_language="uk").html
    assert '<html lang="en"' in world.get(f"{author}?lang=en").html
    assert '<html lang="uk"' in world.get(desk).html


def test_without_an_intake_there_is_nothing() -> None:
    world = World(settings={"intake": None})
    for page in (world.get("/c"), world.get("/c/embed"), world.get("/c/t/x"), world.post("/c", {})):
        assert page.status == 404
        assert "Aurora" not in page.html


def test_without_its_key_the_page_is_closed_and_says_so_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    world = World(secrets={"intake": {"link_key": "short"}})
    assert world.get("/c").status == 503
    (said,) = {getattr(record, "reason", "") for record in caplog.records}
    assert "link_key" in said


def test_nothing_that_people_write_is_logged(caplog: pytest.LogCaptureFixture, world: World) -> None:
    caplog.set_level("DEBUG")
    _, author, _ = world.complain(name="Ольга", contact="olha@mail.example")
    world.queue.broken = True
    world.complain(happened="Секрет")
    world.post(author, {"do": "write", "text": "Секрет", "seen": "7"})
    world.post("/c", world.form(contact="Секрет"))
    for word in ("Секрет", "Ольга", "olha", WORDS, author, KEY):
        assert word not in caplog.text


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [(b"happened=x", "application/json", 415), (b"a=" + b"x" * 1_100_000, "application/x-www-form-urlencoded", 413),
     (b"&".join(b"f%d=1" % n for n in range(70)), "application/x-www-form-urlencoded", 400),
     (b"\xff%ff=%00%zz&happened=%ff", "application/x-www-form-urlencoded; charset=x", 422)],
    ids=["json", "too large", "too many fields", "no text at all"],
)  # fmt: skip
def test_what_no_form_sends_gets_a_plain_answer(world: World, body: bytes, content_type: str, status: int) -> None:
    assert world.ask("POST", "/c", body, **{"content-type": content_type}).status == status


def test_a_body_that_is_not_base64_is_refused(world: World) -> None:
    broken = event("POST", "/c") | {"body": "%%%"}
    assert world.site.answer(broken)["statusCode"] == 400
    with pytest.raises(BadRequestError):
        request_of(broken)


@pytest.mark.parametrize("spoiled", [{}, {"requestContext": None}, {"rawPath": None, "headers": None, "body": None}])
def test_an_event_with_holes_is_no_error(world: World, spoiled: dict[str, object]) -> None:
    assert world.site.answer({**event("GET", "/c"), **spoiled} if spoiled else {})["statusCode"] in {200, 404}


def test_links_keep_the_stage_and_never_trust_the_host_header(world: World) -> None:
    page = world.get("/c", stage="live", host="evil.example")
    assert f'action="https://{HOST}/live/c"' in page.html
    assert "evil.example" not in page.html


def test_a_thread_ends_with_its_time(world: World) -> None:
    world = World(settings={"intake": {"keep_days": 90, "link_days": 90}})
    complaint, author, _ = world.complain()
    assert complaint.keep_until == complaint.created_at + timedelta(days=90)
    world.clock.at = complaint.keep_until
    assert world.get(author).status == 404
    assert complaint.created_at == NOON + timedelta(seconds=20)


def test_a_client_file_that_cannot_be_read_is_an_outage_and_not_an_absence(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    monkeypatch.setattr(world.clients, "load", lambda: 1 / 0)
    assert world.get("/c").status == 503
    assert world.post("/hooks/zap", {}).status == 503


def test_a_thread_that_cannot_be_read_says_that_nothing_is_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, author, _ = world.complain()
    monkeypatch.setattr(world.complaints, "messages", lambda _: 1 / 0)
    page = world.get(author)
    assert page.status == 503
    assert "Нічого не втрачено" in page.html


def test_the_links_of_the_key_before_still_open() -> None:
    world = World()
    _, author, _ = world.complain()
    world.kept._secrets["intake"] = {"link_key": "n" * 40, "link_key_previous": KEY}
    page = world.get(author)
    assert page.status == 200
    world.kept._secrets["intake"] = {"link_key": "n" * 40}
    assert world.get(author).status == 404


def test_a_number_that_is_taken_is_not_given_again(world: World) -> None:
    first, _, _ = world.complain()
    numbers = iter([382_999, int(first.number) - 100_000, 5])  # the form's nonce, the taken number, a free one
    world.intake._dice = lambda _: next(numbers)
    second, _, _ = world.complain(happened="Інше")
    assert (second.number, second.statement.happened) == ("100005", "Інше")


def test_a_flood_from_everywhere_is_put_off_with_its_words(world: World) -> None:
    for number in range(200):
        answer = world.post("/c", world.form(happened=str(number)), ip=f"198.51.{number}.9")
        world.clock.wait(seconds=-20)
        assert answer.status == 303
    page = world.post("/c", world.form(), ip="192.0.2.1")
    assert page.status == 429
    assert WORDS in unescape(page.html)


def test_a_thread_takes_no_flood_and_ends_somewhere(world: World) -> None:
    complaint, author, _ = world.complain()
    for number in range(10):
        assert world.post(author, {"do": "write", "text": f"{number}", "seen": str(number)}).status == 303
    page = world.post(author, {"do": "write", "text": "одинадцяте", "seen": "10"})
    assert page.status == 429
    assert "одинадцяте" in page.html
    full = world.complaints.complaint(complaint.number)
    assert full is not None
    world.complaints._complaints[complaint.number] = full.model_copy(update={"messages": 200})
    world.clock.wait(hours=1)
    assert world.post(author, {"do": "write", "text": "ще", "seen": "200"}).status == 429


def test_who_decides_at_the_same_time_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    complaint, _, desk = world.complain()
    version = world.get(desk).hidden("version")
    stored = world.complaints.complaint(complaint.number)
    assert stored is not None
    save = world.complaints.save

    def meanwhile(*arguments: Any) -> None:
        monkeypatch.setattr(world.complaints, "save", save)
        save(stored.changed(status=Status.CLOSED))
        save(*arguments)

    monkeypatch.setattr(world.complaints, "save", meanwhile)
    assert world.post(desk, {"do": "status", "status": "answered", "version": version}).status == 409
    assert world.post(desk, {"do": "renew", "version": version}).status == 409
    after = world.complaints.complaint(complaint.number)
    assert after is not None
    assert after.status is Status.CLOSED
    again = world.get(desk).hidden("version")
    assert world.post(desk, {"do": "status", "status": "closed", "version": again}).status == 303


def test_an_answer_that_is_late_is_owned(world: World) -> None:
    complaint, author, desk = world.complain()
    world.clock.at = complaint.answer_due_at
    assert "Ми запізнюємося" in world.get(author).html
    assert 'class="state late"' in world.get(desk).html
    assert 'class="state late"' not in world.get(author).html


METHODS = st.sampled_from(["GET", "POST", "HEAD", "DELETE", "OPTIONS", ""])
PATHS = st.sampled_from(
    ["/c", "/c/", "/c/embed", "/c/t/", "/c/t/x", "/hooks/zap", "/hooks/", "/", "", "/C", "//c", "/c/t/../c"]
)
HEADERS = st.sampled_from(["content-type", "accept-language", "x-tocsin-timestamp", "x-tocsin-signature", "host"])


@given(
    METHODS, PATHS, st.binary(max_size=200), st.text(max_size=60), st.dictionaries(HEADERS, st.text(max_size=60))
)  # fmt: skip
def test_whatever_a_stranger_asks_is_answered(
    method: str, path: str, body: bytes, query: str, headers: dict[str, str]
) -> None:
    asked = event(method, path, body)
    asked["rawQueryString"], asked["headers"] = query, {**asked["headers"], **headers}
    answer = SHARED.site.answer(asked)
    assert answer["statusCode"] in {200, 400, 401, 404, 405, 413, 415, 422}
    assert not SHARED.queue.mentions
    assert not [value for value in answer["headers"].values() if "\n" in value or "\r" in value]


SHARED = World(settings={"webhooks": [{"name": "zap"}]})


def test_no_author_can_keep_the_desk_from_answering() -> None:
    world = World(settings={"intake": {}})
    complaint, link, desk = world.complain()

    def write(where: str, text: str) -> int:
        thread = world.complaints.complaint(complaint.number)
        assert thread is not None
        return world.post(where, {"do": "write", "text": text, "seen": str(thread.messages)}).status

    assert [write(link, f"burst {number}") for number in range(11)][-2:] == [303, 429]
    assert write(desk, "an answer") == 303
    for number in range(200):
        world.clock.wait(seconds=21)
        write(link, f"slow {number}")
    assert write(link, "the thread is full") == 429
    assert write(desk, "an answer nevertheless") == 303


@pytest.mark.parametrize("broken", ["create", "messages"])
def test_an_error_that_quotes_words_is_logged_without_them(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, broken: str
) -> None:
    # GIVEN a store whose errors quote what it was given, as botocore's do
    _, author, _ = world.complain()

    def fail(*given: object) -> None:
        raise RuntimeError(f"{given} {WORDS}")

    form = world.form()
    monkeypatch.setattr(world.complaints, broken, fail)
    # WHEN a page needs it
    page = world.post("/c", form) if broken == "create" else world.get(author)
    # THEN the log has the error's kind and where it was raised, and nothing else of it
    assert page.status == 503
    (record,) = caplog.records
    assert vars(record)["kind"] == "RuntimeError"
    assert "entry/test_intake_site.py:" in vars(record)["at"]
    assert record.exc_info is None
    assert WORDS not in str(vars(record))


@pytest.mark.parametrize("path", ["/c", "thread"])
def test_a_form_that_another_site_sends_is_not_taken_and_shown_again(world: World, path: str) -> None:
    # GIVEN the form as another site's page would send it
    complaint, author, _ = world.complain()
    fields = world.form(happened="Ще одне") if path == "/c" else {"do": "write", "text": "Ще одне", "seen": "0"}
    page = world.post("/c" if path == "/c" else author, fields, sec_fetch_site="cross-site")
    # THEN nothing is done, and the words stand in a page of ours
    assert page.status == 403
    assert "Ще одне" in page.html
    assert len(world.queue.mentions) == 1
    assert not world.complaints.messages(complaint.number)
    # AND what our own page sends, in a frame too, is taken
    again = fields | ({"form": page.hidden("form")} if path == "/c" else {})
    world.clock.wait(seconds=9)
    assert world.post("/c" if path == "/c" else author, again, sec_fetch_site="same-origin").status == 303


HARSH = "Ви самі винні. Нам прикро, але правила є правила."
ACCUSES = "Вашу скаргу замовили конкуренти."


def test_an_answer_that_makes_it_worse_goes_out_only_when_the_desk_has_read_why(world: World) -> None:
    complaint, author, desk = world.complain()
    page = world.post(desk, {"do": "write", "text": HARSH, "seen": "0"})
    assert page.status == 422
    assert HARSH in unescape(page.html)
    assert 'name="anyway"' in page.html
    assert world.complaints.messages(complaint.number) == ()
    assert world.post(desk, {"do": "write", "text": HARSH, "seen": "0", "anyway": "yes"}).status == 303
    assert HARSH in unescape(world.get(author).html)


def test_an_answer_that_accuses_somebody_never_goes_out(world: World) -> None:
    complaint, _, desk = world.complain()
    page = world.post(desk, {"do": "write", "text": ACCUSES, "seen": "0", "anyway": "yes"})
    assert page.status == 422
    assert 'name="anyway"' not in page.html
    assert world.complaints.messages(complaint.number) == ()


def test_what_the_author_writes_is_never_checked(world: World) -> None:
    complaint, author, _ = world.complain()
    assert world.post(author, {"do": "write", "text": f"{HARSH} {ACCUSES}", "seen": "0"}).status == 303
    assert len(world.complaints.messages(complaint.number)) == 1


def test_a_promise_and_a_number_belong_into_an_answer_to_one_person(world: World) -> None:
    complaint, _, desk = world.complain()
    text = "Нам дуже шкода. Завтра повернемо вам 350 гривень."
    assert world.post(desk, {"do": "write", "text": text, "seen": "0"}).status == 303
    assert len(world.complaints.messages(complaint.number)) == 1
