"""Protects: what a person hands in becomes the same mention each time, and reaches the stack with its picture."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.unit.domain.test_byhand import FORWARDS, mail
from tocsin.adapters.http_guard import HttpReply
from tocsin.domain.mention import Mention
from tocsin_cli import mention
from tocsin_cli.page import PageWords, read_page, words_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
Tocsin = Callable[..., Any]
ClientFile = Callable[..., Path]


def handed(result: Any) -> list[Mention]:
    assert result.exit_code == 0, result.stderr
    return [Mention.model_validate_json(line) for line in result.stdout.splitlines()]


def test_a_text_is_one_mention_with_a_stable_id(tocsin: Tocsin, client_file: ClientFile) -> None:
    arguments = (
        "mention", "add", client_file(), "--text", "Acme is awful", "--author", "Olha", "--url",
        "https://x.example/1?utm_source=a", "--published", "2026-03-02T14:00", "--medium", "chat",
    )  # fmt: skip
    (first,), (second,) = handed(tocsin(*arguments)), handed(tocsin(*arguments))
    assert first.id == second.id
    assert (first.brand, first.text, first.url, first.author.name, first.medium) == (
        "Acme", "Acme is awful", "https://x.example/1", "Olha", "chat",
    )  # fmt: skip
    assert first.published_at.isoformat() == "2026-03-02T12:00:00+00:00"


def test_a_text_comes_from_stdin(tocsin: Tocsin, client_file: ClientFile) -> None:
    (one,) = handed(tocsin("mention", "add", client_file(), "--text", "-", stdin="Жах\nщо коїться\n"))
    assert (one.text, one.brand) == ("Жах\nщо коїться", "Acme")


def test_a_link_alone_is_taken_and_what_it_lacks_is_said(tocsin: Tocsin, client_file: ClientFile) -> None:
    result = tocsin("mention", "add", client_file(), "--url", "https://x.example/1", "--no-fetch")
    assert handed(result)[0].url == "https://x.example/1"
    assert "nothing in it is scored" in result.stderr


def test_a_links_page_gives_headline_and_summary(
    tocsin: Tocsin, client_file: ClientFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mention, "read_page", lambda _: PageWords(title="Acme poisons", summary="Three ill"))
    (one,) = handed(tocsin("mention", "add", client_file(), "--url", "https://x.example/1"))
    assert (one.title, one.text) == ("Acme poisons", "Three ill")


def test_a_page_that_cannot_be_read_is_said(
    tocsin: Tocsin, client_file: ClientFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone:
        def get(self, *_: Any) -> HttpReply:
            return HttpReply(status=404, headers={}, body=b"", url="https://x.example/1")

    monkeypatch.setattr(mention, "read_page", lambda url: read_page(url, Gone()))  # type: ignore[arg-type]
    result = tocsin("mention", "add", client_file(), "--url", "https://x.example/1")
    assert len(handed(result)) == 1
    assert "status 404" in result.stderr


@pytest.mark.parametrize(
    ("html", "title", "summary"),
    [
        ('<title>T &amp; t</title><meta name=description content="D">', "T & t", "D"),
        ('<meta property="og:title" content="O"><title>T</title><svg><title>no</title></svg>', "O", ""),
        ('<meta name="twitter:description" content="a\n<b>b</b>">', "", "a b"),
        ("<![CDATA[<title>", "", ""),
        ("", "", ""),
    ],
)
def test_a_page_speaks_of_itself_in_its_head(html: str, title: str, summary: str) -> None:
    assert words_of(html) == PageWords(title=title, summary=summary)


@pytest.mark.parametrize("charset", ["windows-1251", "utf-8", "no-such-charset"])
def test_a_page_in_other_letters_is_read(charset: str) -> None:
    class Old:
        def get(self, *_: Any) -> HttpReply:
            body = f"<meta charset={charset}><title>Жах</title>".encode(
                charset if charset != "no-such-charset" else "utf-8"
            )
            return HttpReply(status=200, headers={}, body=body, url="https://x.example/1")

    assert read_page("https://x.example/1", Old()).title == "Жах"  # type: ignore[arg-type]


def test_a_forwarded_mail_is_private(tocsin: Tocsin, client_file: ClientFile, tmp_path: Path) -> None:
    file = tmp_path / "letter.eml"
    file.write_bytes(mail("FYI\n\n" + FORWARDS["gmail"].format(words="Acme made me ill")))
    (one,) = handed(tocsin("mention", "add", client_file(), "--mail", file))
    assert (one.text, one.author.name, one.medium) == ("Acme made me ill", "Olha M", "private")


TWO = [{"name": "Acme", "terms": ["acme"]}, {"name": "Bolt", "terms": ["bolt"]}]


def test_the_terms_or_the_option_say_the_brand(tocsin: Tocsin, client_file: ClientFile) -> None:
    path = client_file(brands=TWO)
    assert [one.brand for one in handed(tocsin("mention", "add", path, "--text", "acme and bolt"))] == ["Acme", "Bolt"]
    assert [one.brand for one in handed(tocsin("mention", "add", path, "--text", "x", "--brand", "Bolt"))] == ["Bolt"]
    result = tocsin("mention", "add", path, "--text", "neither")
    assert result.exit_code == 2
    assert "--brand (Acme, Bolt)" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nothing to hand in"),
        (("--text", " "), "nothing to hand in"),
        (("--text", "x", "--brand", "Acmee"), "none of that name"),
        (("--url", "javascript:alert(1)"), "--url"),
        (("--text", "x", "--published", "yesterday"), "2026-03-02T14:00"),
        (("--text", "x", "--published", "2999-01-01"), "future"),
        (("--text", "x", "--published", "0001-01-01T00:00+14:00"), "no calendar"),
        (("--text", "x", "--medium", "rumour"), "medium"),
        (("--mail", "missing.eml"), "missing.eml"),
        (("--mail", "{file}", "--text", "x"), "alone"),
        (("--mail", "{file}"), "e-mail"),
        (("--screenshot", "{file}", "--text", "x"), "not a PNG"),
        (("--screenshot", "{picture}"), "no OCR"),
    ],
)
def test_what_is_wrong_is_said(
    tocsin: Tocsin, client_file: ClientFile, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "file").write_bytes(b"\x00\x01 no letter")
    (tmp_path / "picture").write_bytes(PNG)
    given = [each.format(file=tmp_path / "file", picture=tmp_path / "picture") for each in arguments]
    result = tocsin("mention", "add", client_file(), *given)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not result.stdout


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with mock_aws():
        sqs, s3 = boto3.client("sqs"), boto3.client("s3")
        s3.create_bucket(Bucket="evidence", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        queue = sqs.create_queue(QueueName="mentions")["QueueUrl"]
        outputs = {"MentionsQueueUrl": queue, "EvidenceBucketName": "evidence"}
        clients = {"sqs": sqs, "s3": s3}
        monkeypatch.setattr(mention, "require_account", lambda _: "123456789012")
        monkeypatch.setattr(mention, "find_stack", lambda *_: SimpleNamespace(outputs=outputs))
        monkeypatch.setattr(mention, "aws_client", lambda name, _: clients[name])
        yield SimpleNamespace(**clients, queue=queue)


def test_with_deployed_it_is_queued_and_the_picture_kept(
    tocsin: Tocsin, client_file: ClientFile, tmp_path: Path, stack: Any
) -> None:
    picture = tmp_path / "seen.png"
    picture.write_bytes(PNG)
    result = tocsin("mention", "add", client_file(), "--text", "Acme!", "--screenshot", picture, "--deployed")
    assert (result.exit_code, result.stdout) == (0, "")
    (message,) = stack.sqs.receive_message(QueueUrl=stack.queue)["Messages"]
    queued = Mention.model_validate(json.loads(message["Body"]))
    assert queued.raw is not None
    key = queued.raw.removeprefix("s3://evidence/")
    assert stack.s3.get_object(Bucket="evidence", Key=key)["Body"].read() == PNG


def test_a_client_that_is_not_deployed_is_said(
    tocsin: Tocsin, client_file: ClientFile, stack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mention, "find_stack", lambda *_: None)
    result = tocsin("mention", "add", client_file(), "--text", "x", "--deployed")
    assert result.exit_code == 1
    assert "is not deployed" in result.stderr
