"""Links that open one thing for one kind of person, for a while. HMAC-SHA256; nothing is kept of what was given out.

The purpose and the client stand in what is signed, so a link of one role, form or client is none of another.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from tocsin.domain.model import Frozen, UtcDatetime

MAX_TOKEN = 200
_THREAD = "tocsin/thread/v1"
_FORM = "tocsin/form/v1"
_LINK = re.compile(r"([ad])\.(\d{6})\.(\d{1,6})\.(\d{9,11})\.([A-Za-z0-9_-]{43})")
_FORM_TOKEN = re.compile(r"([0-9a-f]{32})\.(\d{9,11})\.([A-Za-z0-9_-]{43})")
FORM_LASTS = timedelta(hours=24)


class Role(StrEnum):
    """Who writes: the person who complained, or the agency's desk."""

    AUTHOR = "author"
    DESK = "desk"


_LETTERS = {Role.AUTHOR: "a", Role.DESK: "d"}
_ROLES = {letter: role for role, letter in _LETTERS.items()}


class Pass(Frozen):
    """What a link claims. It holds only while the complaint's own ``generation`` is the same."""

    number: Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
    role: Role
    generation: Annotated[int, Field(ge=1, lt=1_000_000)]
    expires_at: UtcDatetime


def issue(claim: Pass, *, client: str, key: str) -> str:
    """The token of a link, safe in a URL's path."""
    expiry = str(int(claim.expires_at.timestamp()))
    head = (_LETTERS[claim.role], claim.number, str(claim.generation), expiry)
    return ".".join((*head, _mac(key, _THREAD, client, *head)))


def admit(token: str, *, client: str, keys: Iterable[str], now: datetime) -> Pass | None:
    """What the link claims, or None: forged, expired, of another client, or no link at all."""
    found = _LINK.fullmatch(token) if len(token) <= MAX_TOKEN and token.isascii() else None
    if found is None:
        return None
    *head, mac = found.groups()
    if not _genuine(mac, keys, _THREAD, client, *head):
        return None
    letter, number, generation, expiry = head
    expires_at = datetime.fromtimestamp(int(expiry), UTC)
    if now >= expires_at:
        return None
    return Pass(number=number, role=_ROLES[letter], generation=int(generation), expires_at=expires_at)


class FormToken(Frozen):
    nonce: str
    issued_at: UtcDatetime


def issue_form(form: FormToken, *, client: str, key: str) -> str:
    head = (form.nonce, str(int(form.issued_at.timestamp())))
    return ".".join((*head, _mac(key, _FORM, client, *head)))


def admit_form(token: str, *, client: str, keys: Iterable[str], now: datetime) -> FormToken | None:
    """The form's own mark, or None when it is not ours or older than FORM_LASTS."""
    found = _FORM_TOKEN.fullmatch(token) if len(token) <= MAX_TOKEN and token.isascii() else None
    if found is None:
        return None
    *head, mac = found.groups()
    if not _genuine(mac, keys, _FORM, client, *head):
        return None
    issued_at = datetime.fromtimestamp(int(head[1]), UTC)
    if not issued_at - timedelta(minutes=1) <= now < issued_at + FORM_LASTS:
        return None
    return FormToken(nonce=head[0], issued_at=issued_at)


def pseudonym(key: str, purpose: str, *parts: str) -> str:
    """A name under which something may be counted without keeping it; 128 bits, hex."""
    return hmac.new(
        key.encode(), "\x00".join((purpose, *parts)).encode("utf-8", "replace"), hashlib.sha256
    ).hexdigest()[:32]


def _mac(key: str, *parts: str) -> str:
    digest = hmac.new(key.encode(), "\x00".join(parts).encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _genuine(mac: str, keys: Iterable[str], *parts: str) -> bool:
    """All keys are tried, so that the time taken says nothing of which one fits."""
    return True in [hmac.compare_digest(mac, _mac(key, *parts)) for key in keys]
