"""Protects: what a person hands in is known again, and a forwarded e-mail gives its own words, sender and date.

The e-mails are written by us after what common programs send.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON
from tocsin.domain.byhand import MAX_MAIL, HandedIn, handed_in, mail_posts, mail_sender
from tocsin.domain.errors import ParseError
from tocsin.domain.mention import Medium

SAID = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def mail(body: str, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"] = headers.pop("sender", "Duty <duty@agency.example>")
    message["Subject"] = headers.pop("subject", "Fwd: Скарга")
    message.set_content(body)
    return message.as_bytes()


def one(raw: bytes) -> HandedIn:
    (handed,) = mail_posts(raw, now=NOON).handed
    return handed


def test_the_same_content_has_the_same_id() -> None:
    first = handed_in(text="Аврора", now=NOON)
    assert handed_in(text=" Аврора ", now=NOON + timedelta(days=1)).post.id == first.post.id
    assert handed_in(text="Інше", now=NOON).post.id != first.post.id
    linked = handed_in(text="a", url="https://a.example/1?utm_source=x", now=NOON)
    assert handed_in(text="b", url="https://A.example/1", now=NOON).post.id == linked.post.id


def test_the_links_of_a_text_are_found_and_the_first_is_its_own() -> None:
    handed = handed_in(text="Див. https://a.example/1, (https://b.example/2). javascript:alert(1)", now=NOON)
    assert handed.links == ("https://a.example/1", "https://b.example/2")
    assert handed.post.url == "https://a.example/1"


def test_nothing_is_no_mention() -> None:
    for url in (None, "javascript:alert(1)"):
        with pytest.raises(ParseError):
            handed_in(text=" \n", url=url, now=NOON)


@pytest.mark.parametrize("at", [NOON + timedelta(days=1), datetime(1970, 1, 1, tzinfo=UTC), None])
def test_a_time_that_cannot_be_is_now(at: datetime | None) -> None:
    assert handed_in(text="x", published_at=at, now=NOON).post.published_at == NOON
    assert handed_in(text="x", published_at=SAID, now=NOON).post.published_at == SAID


FORWARDS = {
    "gmail": "---------- Forwarded message ---------\nFrom: Olha M <olha@mail.example>\n"
    "Date: Mon, 2 Mar 2026 09:30:00 +0000\nSubject: Жах\nTo: <shop@acme.example>\n\n\n{words}\n",
    "gmail uk": "---------- Forwarded message ---------\nВід: Olha M <olha@mail.example>\n"
    "Date: Mon, 2 Mar 2026 11:30:00 +0200\nSubject: Жах\nTo: <shop@acme.example>\n\n{words}",
    "outlook": "________________________________\nFrom: Olha M <olha@mail.example>\nSent: 2 Mar 2026 09:30:00 +0000\n"
    "To: Shop\nSubject: Жах\n\n{words}",
    "outlook es": "De: Olha M <olha@mail.example>\nEnviado: 2 Mar 2026 09:30:00 +0000\nPara: Shop\n"
    "Asunto: Жах\n\n{words}",
    "apple": "Begin forwarded message:\n\n> From: Olha M <olha@mail.example>\n> Subject: Жах\n"
    "> Date: 2 Mar 2026 09:30:00 +0000\n> To: shop@acme.example\n> \n> {words}\n",
    "thunderbird": "-------- Перенаправлене повідомлення --------\nТема: \tЖах\n"
    "Дата: \tMon, 2 Mar 2026 09:30:00 +0000\n"
    "Від: \tOlha M <olha@mail.example>\nКому: \tshop@acme.example\n\n{words}",
    "bold": "*From:* Olha M <olha@mail.example>\n*Sent:* 2 Mar 2026 09:30:00 +0000\n*Subject:* Жах\n\n{words}",
}


@pytest.mark.parametrize("program", FORWARDS)
def test_the_forwarded_words_are_found_below_the_note(program: str) -> None:
    # GIVEN a mail as this program forwards it, with a note of the desk above
    raw = mail("Погляньте: терміново.\n\n" + FORWARDS[program].format(words="Аврора отруїла дитину"))
    # WHEN it is read THEN the mention is the customer's, not the desk's
    post = one(raw).post
    assert (post.text, post.title, post.author.name) == ("Аврора отруїла дитину", "Жах", "Olha M")
    assert (post.published_at, post.medium) == (SAID, Medium.PRIVATE)


def test_the_same_letter_forwarded_twice_is_known_again() -> None:
    body = FORWARDS["gmail"].format(words="Аврора")
    assert one(mail("Один\n" + body)).post.id == one(mail("Два\n" + body, sender="x@agency.example")).post.id


def test_each_attached_message_is_one() -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "Ольга <olha@mail.example>", "Re: Жах"
    inner["Date"], inner["Message-ID"] = "Mon, 2 Mar 2026 09:30:00 +0000", "<1@mail.example>"
    inner.set_content("Аврора\nhttps://a.example/1")
    inner.add_alternative("<p>Аврора</p><script>x</script>", subtype="html")
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "duty@agency.example", "Скарги"
    outer.set_content("Дві скарги")
    outer.add_attachment(inner)
    outer.add_attachment(inner)
    found = mail_posts(outer.as_bytes(), now=NOON)
    assert found.sender == "duty@agency.example"
    assert [handed.post.title for handed in found.handed] == ["Жах", "Жах"]
    assert len({handed.post.id for handed in found.handed}) == 1
    assert (found.handed[0].post.author.name, found.handed[0].post.published_at) == ("Ольга", SAID)


def test_html_alone_is_read_as_text() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "duty@agency.example", "Fwd: x"
    message.set_content("<p>Аврора <b>жах</b></p><style>p{}</style>", subtype="html")
    assert one(message.as_bytes()).post.text == "Аврора жах"


def test_a_letter_of_the_desk_itself_has_no_author() -> None:
    post = one(mail("Мені щойно телефонували: Аврора", subject="Дзвінок")).post
    assert (post.text, post.title, post.author.name, post.published_at) == (
        "Мені щойно телефонували: Аврора", "Дзвінок", None, NOON,
    )  # fmt: skip


@pytest.mark.parametrize(
    "raw", [b"", b"\n\n", b"x" * (MAX_MAIL + 1), b"From: a@b.example\n\n", b"\xff\xfe\x00"],
    ids=["empty", "no headers", "too large", "no words", "bytes"],
)  # fmt: skip
def test_what_is_no_letter_is_an_error(raw: bytes) -> None:
    with pytest.raises(ParseError):
        mail_posts(raw, now=NOON)


@given(st.binary(max_size=300), st.sampled_from([b"", b"From: =?x?q?", b"Content-Type: message/rfc822\n\n",
       b"From: \xff <a@b>\nDate: 99\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"]))  # fmt: skip
def test_any_bytes_end_in_posts_or_a_parse_error(noise: bytes, start: bytes) -> None:
    try:
        found = mail_posts(start + noise, now=NOON)
    except ParseError:
        return
    for handed in found.handed:
        handed.post.model_dump_json()


def test_a_nest_of_attached_messages_ends() -> None:
    raw = b"Content-Type: message/rfc822\n\n" * 3_000 + b"From: a@b.example\n\nx"
    with pytest.raises(ParseError, match=r"cannot be read|nothing"):
        mail_posts(b"From: duty@agency.example\n" + raw, now=NOON)


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\n\n" + (b"Date: x\n" * 3_000 + b"\n") * 30,
        b"From: " + b"a." * 50_000 + b"@b.example\n\nwords",
        b"From: a@b.example\nContent-Type: text/plain; charset=punycode\n\na-" + b"9" * 300_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(250)) + b"\n" * 10**6,
    ],
    ids=["heads without a sender", "an endless sender", "punycode", "a nest of parts"],
)
def test_no_letter_takes_more_than_a_moment(raw: bytes) -> None:
    began = process_time()
    with suppress(ParseError):
        mail_posts(raw, now=NOON)
    assert process_time() - began < 5  # each of them took from 4 to 100 s


@pytest.mark.parametrize(
    "line",
    ["Duty@Agency.Example", '"Desk @ Agency" <duty@agency.example>', "=?utf-8?q?=D0=AF?=\r\n <duty@agency.example>"],
)
def test_the_sender_is_read_with_the_usual_names(line: str) -> None:
    raw = f"To: x\r\nFROM: {line}\r\nSubject: y\r\n\r\nFrom: z@evil.example"
    assert mail_sender(raw.encode()) == "duty@agency.example"


@pytest.mark.parametrize("where", ["whole", "part", "many"])
def test_headers_without_end_are_refused_before_they_are_parsed(where: str) -> None:
    # GIVEN a letter, or one within it, with a header whose parsing takes quadratic time; or very many of them
    endless = b"text/plain;" + b" a;" * 100_000
    inner = b"From: x@a.example\nContent-Type: " + endless + b"\n\nwords\n"
    part = b"--b\nContent-Type: text/plain;" + b" a;" * 600 + b"\n\nwords\n"
    head = b"From: x@a.example\nContent-Type: multipart/mixed; boundary=b\n\n"
    raw = {
        "whole": inner,
        "part": head + b"--b\nContent-Type: message/rfc822\n\n" + inner + b"--b--\n",
        "many": head + part * 400 + b"--b--\n",
    }[where]
    # WHEN it is read THEN it is refused at once, with the reason
    before = process_time()
    with pytest.raises(ParseError, match="header"):
        mail_posts(raw, now=NOON)
    assert process_time() - before < 5


def test_long_headers_that_nobody_looks_at_are_no_matter() -> None:
    raw = mail("Аврора")
    assert one(raw.replace(b"Subject:", b"References: " + b"<a@b.example>\n " * 2_000 + b"\nSubject:", 1)).post.text
