"""A mention that a person hands in: by text, by link, or by forwarding an e-mail."""

import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any

from tocsin.domain.errors import ParseError
from tocsin.domain.mention import MAX_TEXT, Author, Medium, Post, stable_id
from tocsin.domain.model import Frozen
from tocsin.domain.text import clip, html_to_text
from tocsin.domain.urls import canonical_url

SOURCE = "byhand"
MAX_MAIL = 10 * 1024 * 1024
MAX_TITLE, MAX_NAME, MAX_URL = 1_000, 300, 2_000
_MAX_PARTS = 200
_MAX_ATTACHED = 20
_MAX_LINKS = 50
_MAX_NESTED, _MAX_LINES, _MAX_FROM = 50, 300_000, 1_000
"""The parser looks at each line once for every multipart that is open around it."""
_MAX_HEADER, _MAX_HEADERS = 2_000, 200_000
"""Characters of a header that is looked at, and of all of them: Python's parser takes quadratic time for one."""
_NESTED = re.compile(rb"content-type:\s*multipart", re.IGNORECASE)
_HEADS_END = re.compile(rb"\r?\n\r?\n")
_FROM = re.compile(rb"^from[ \t]*:(.*(?:\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
NO_CHARSETS = frozenset({"punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape"})
"""Codecs that take quadratic time or are no character set of a letter."""
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LINK = re.compile(r"https?://[^\s<>\"'«»()\[\]{}|\\^`]+")
_HEADS = {
    "from": ("from", "від", "от", "de"),
    "date": ("date", "sent", "дата", "надіслано", "відправлено", "отправлено", "fecha", "enviado", "enviado el"),
    "subject": ("subject", "тема", "asunto"),
    "other": ("to", "cc", "reply-to", "кому", "копія", "копия", "para", "a", "cco"),
}
"""The lines with which mail programs begin what they forward, in the languages that we and our readers use."""
_KINDS = {word: kind for kind, words in _HEADS.items() for word in words}
_HEAD = re.compile(r"[\s>*_]*([^\W\d_][\w -]{0,20}?)[*_]*\s?:[*_]*\s*(.*)")
_ADDRESS = re.compile(r"[^\s<>@\"',;]+@[^\s<>@\"',;]+")


class HandedIn(Frozen):
    """``links``: all that stand in it, in order; the post's own is the first."""

    post: Post
    links: tuple[str, ...] = ()


class ForwardedMail(Frozen):
    """``sender``: see mail_sender."""

    sender: str
    handed: tuple[HandedIn, ...]


def handed_in(
    *,
    text: str,
    now: datetime,
    url: str | None = None,
    title: str | None = None,
    author: str | None = None,
    published_at: datetime | None = None,
    medium: Medium | None = None,
    native: str | None = None,
    media: Sequence[str] = (),
) -> HandedIn:
    """The same content always gets the same id, whoever hands it in and when. Raise ParseError when there is nothing.

    ``native``: what it is known by, if anything; else its address, else its words. A time that cannot be is now.
    """
    words = clip(html_to_text(text), MAX_TEXT)
    address = _address(url)
    if not words and not title and not address and not media:
        raise ParseError("nothing to hand in: it needs a text, a link or a picture")
    links = _links(words)
    known = native or address or "\x00".join((title or "", words, author or "", *media))
    post = Post(
        id=stable_id(SOURCE, known),
        source=SOURCE,
        url=address or next(iter(links), None),
        title=clip(html_to_text(title or "").replace("\n", " "), MAX_TITLE) or None,
        text=words,
        published_at=_plausible(published_at, now),
        fetched_at=now,
        author=Author(name=clip(" ".join(html_to_text(author or "").split()), MAX_NAME) or None),
        medium=medium,
        media=tuple(media),
    )
    return HandedIn(post=post, links=links)


def mail_posts(raw: bytes, *, now: datetime) -> ForwardedMail:
    """What was forwarded: each attached message; else what stands below the forwarded head; else the mail's own words.

    A letter is nobody's public word: its medium is ``private``. Raise ParseError.
    """
    if len(raw) > MAX_MAIL:
        raise ParseError(f"the e-mail is over {MAX_MAIL // 1024 // 1024} MB")
    if len(_NESTED.findall(raw)) > _MAX_NESTED or raw.count(b"\n") > _MAX_LINES:
        raise ParseError(f"the e-mail has over {_MAX_NESTED} parts within parts, or over {_MAX_LINES} lines")
    try:
        mail = _mail(raw)
        attached = list(islice(_attached(mail), _MAX_ATTACHED))
        handed = [_whole(each, now) for each in attached] or [_inline(mail, now)]
    except ParseError:
        raise
    except Exception as error:  # noqa: BLE001 - the parser raises what it likes on broken headers: the mail's fault
        raise ParseError(f"the e-mail cannot be read ({type(error).__name__})") from None
    return ForwardedMail(sender=mail_sender(raw), handed=tuple(handed))


def _mail(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=default.clone(header_factory=_bounded()))
    if not mail.keys():
        raise ParseError("this is no e-mail: it has no headers")
    return mail


def _bounded() -> Callable[[str, str], Any]:
    """What makes the headers of one letter. The parser calls it whenever one is looked at, also for the same again."""
    looked_at = 0

    def header(name: str, value: str) -> Any:
        nonlocal looked_at
        looked_at += len(value)
        if len(value) > _MAX_HEADER or looked_at > _MAX_HEADERS:
            raise ParseError(f"the e-mail has a header over {_MAX_HEADER:,} characters, or too many headers")
        return default.header_factory(name, value)

    return header


def sender_domain(address: str) -> str:
    return address.rpartition("@")[2].casefold()


def mail_sender(raw: bytes) -> str:
    """The address of the one From line, in small letters; empty when there is not exactly one, or when another could be
    read out of the line: SES vouches for the domain that its own parser finds there, which is not always Python's.

    Nothing else of the letter is looked at, so that a stranger's costs nothing.
    """
    found = [b" ".join(line.split()) for line in _FROM.findall(_HEADS_END.split(raw, maxsplit=1)[0])]
    line = found[0].decode("utf-8", "replace") if len(found) == 1 else ""
    if len(line) > _MAX_FROM or _QUOTED.sub("", line).count("@") != 1:
        return ""
    try:
        header = default.header_factory("From", line)
    except Exception:  # noqa: BLE001 - the parser raises what it likes on broken headers: they name nobody
        return ""
    people = [each for group in header.groups if group.display_name is None for each in group.addresses]
    sound = len(people) == len(header.groups) == 1 and not header.defects
    return people[0].addr_spec.casefold() if sound else ""


def _attached(mail: EmailMessage) -> Iterator[EmailMessage]:
    """The messages attached to this one, but none of those that are attached to them."""
    waiting, looked = [mail], 0
    while waiting and looked < _MAX_PARTS:
        part = waiting.pop(0)
        looked += 1
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload(0) if part.is_multipart() else None
            if isinstance(inner, EmailMessage):
                yield inner
        elif part.is_multipart():
            waiting += [each for each in part.iter_parts() if isinstance(each, EmailMessage)]


def _whole(mail: EmailMessage, now: datetime) -> HandedIn:
    people = [each for value in mail.get_all("From", []) for each in getattr(value, "addresses", ())]
    author = (people[0].display_name or people[0].addr_spec) if people else None
    return handed_in(
        text=_words(mail),
        now=now,
        title=_bare_subject(str(mail.get("Subject", ""))),
        author=author,
        published_at=_moment(str(mail.get("Date", ""))),
        medium=Medium.PRIVATE,
        native=" ".join(str(mail.get("Message-ID", "")).split()) or None,
    )


def _inline(mail: EmailMessage, now: datetime) -> HandedIn:
    lines = _words(mail).split("\n")
    found = _head_in(lines)
    if found is None:
        return handed_in(
            text="\n".join(lines),
            now=now,
            title=_bare_subject(str(mail.get("Subject", ""))),
            medium=Medium.PRIVATE,
        )
    heads, end = found
    author = (
        " ".join(_ADDRESS.sub("", heads["from"]).replace("mailto:", "").split()).strip("<>[]()\"' *") or heads["from"]
    )
    return handed_in(
        text=_unquoted(lines[end:]),
        now=now,
        title=_bare_subject(heads.get("subject") or str(mail.get("Subject", ""))),
        author=author,
        published_at=_moment(heads.get("date", "")),
        medium=Medium.PRIVATE,
    )


def _head_in(lines: Sequence[str]) -> tuple[dict[str, str], int] | None:
    """The first run of at least two header lines with a sender among them, and where it ends."""
    start = 0
    while start < len(lines):
        heads: dict[str, str] = {}
        end = start
        while end < len(lines) and (found := _kind_of(lines[end])):
            heads.setdefault(*found)
            end += 1
        if "from" in heads and end - start >= 2:
            return heads, end
        start = max(end, start + 1)
    return None


def _kind_of(line: str) -> tuple[str, str] | None:
    found = _HEAD.fullmatch(line[:1_000])
    kind = _KINDS.get(found[1].casefold().strip()) if found else None
    return (kind, found[2].strip()) if found and kind else None


def _unquoted(lines: Sequence[str]) -> str:
    told = [line for line in lines if line.strip()]
    if told and all(line.lstrip().startswith(">") for line in told):
        lines = [re.sub(r"^\s*>\s?", "", line) for line in lines]
    return "\n".join(lines)


def _words(mail: EmailMessage) -> str:
    """The letter's own text: its plain part, else its HTML. Pictures, attachments and scripts are not looked at."""
    body = mail.get_body(preferencelist=("plain", "html"))
    if not isinstance(body, EmailMessage):
        return ""
    content = body.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    try:
        charset = codecs.lookup(body.get_content_charset("utf-8")).name
        text = raw.decode("utf-8" if charset in NO_CHARSETS else charset, "replace")
    except (LookupError, ValueError):
        text = raw.decode("utf-8", "replace")
    return html_to_text(text) if body.get_content_type() == "text/html" else text


def _bare_subject(subject: str) -> str:
    """Without the marks of forwarding and answering, in whichever language."""
    return re.sub(r"^(\s*(fwd?|re|rv|tr|пер|відп|пд|ha)\s*:\s*)+", "", subject, flags=re.IGNORECASE).strip()


def _moment(said: str) -> datetime | None:
    for text in (said, said.replace(" at ", " ").replace(" о ", " ")):
        try:
            found = parsedate_to_datetime(text[:100])
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (TypeError, ValueError, OverflowError, IndexError):
            continue
    return None


def _plausible(at: datetime | None, now: datetime) -> datetime:
    if at is None or at < _EARLIEST or at > now + timedelta(minutes=10):
        return now
    return min(at, now)


def _links(text: str) -> tuple[str, ...]:
    found = (_address(match.group().rstrip(".,;:!?…")) for match in islice(_LINK.finditer(text), _MAX_LINKS))
    return tuple(dict.fromkeys(address for address in found if address))


def _address(url: str | None) -> str | None:
    address = canonical_url(url) if url else None
    return address if address and len(address) <= MAX_URL else None
