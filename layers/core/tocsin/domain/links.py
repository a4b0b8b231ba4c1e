"""Links by which one person answers for one incident, without a login: short enough for an SMS, and revocable.

The code is the beginning of an HMAC-SHA256 over whom and what it is for, so that nobody can make one; the item kept
under it says what it opens and until when, so that it can be taken back.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from tocsin.domain.desk_asks import Ask
from tocsin.domain.fields import Email
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.verdicts import CaseVerdict

LETTERS = 12
"""71 bits: with the visits of a stranger counted, none is ever guessed."""
LASTS = timedelta(hours=72)
DECLARE_LASTS = timedelta(days=8)
"""From one Monday's report to the next."""
_CODE = re.compile(rf"[A-Za-z0-9]{{{LETTERS}}}")
_AT_ITS_END = str.maketrans("-_", "Zz")
"""Phones take a dash or an underscore at the end of an address for punctuation, and leave it out of the link."""


class Purpose(StrEnum):
    ANSWER = "answer"
    """A responder takes the case, hands it on, says what was done."""
    VERDICT = "verdict"
    """The desk says whether an alarm that nobody heard was right."""
    DECLARE = "declare"
    """A responder declares an incident by hand, looks whether the client is ready, drills, takes back what a review has
    changed; the subject is the client."""
    APPROVE = "approve"
    """Somebody on the client's side approves a text or says what is wrong; the subject is ``incident/text``."""
    REACHED = "reached"
    """Somebody of the agency says that a test message has come by this very way; the subject is the message's id."""
    BRIEF = "brief"
    """One of the stakeholders reads their brief and may ask; the subject is ``incident/brief``."""


class Link(Frozen):
    """``subject``: the incident. ``generation`` is raised when a person's links are taken back. ``said``: of a link for
    a verdict, what it was used for, and ``ask``: of a link to declare, what was asked for on the client's page;
    ``applied_at``: since when that counts, or is done."""

    code: str
    purpose: Purpose
    subject: str
    person: Email
    generation: int = 1
    expires_at: UtcDatetime
    revoked_at: UtcDatetime | None = None
    said: CaseVerdict | None = None
    said_at: UtcDatetime | None = None
    ask: Ask | None = None
    applied_at: UtcDatetime | None = None

    @property
    def waiting_since(self) -> UtcDatetime | None:
        """When something was said that does not count yet, or asked for that is not done."""
        if self.applied_at is not None:
            return None
        return self.ask.at if self.ask is not None else self.said_at

    def opens(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


def link_to(
    purpose: Purpose, subject: str, person: str, *, client: str, key: str, now: datetime, generation: int = 1
) -> Link:
    code = _code(key, client, purpose, subject, person, generation)
    until = now + (DECLARE_LASTS if purpose is Purpose.DECLARE else LASTS)
    return Link(code=code, purpose=purpose, subject=subject, person=person, generation=generation, expires_at=until)


def is_code(text: str) -> bool:
    return text.isascii() and _CODE.fullmatch(text) is not None


def genuine(link: Link, *, client: str, keys: Iterable[str]) -> bool:
    """Was it made with one of our keys, for just this? All are tried, so that the time taken says nothing."""
    made = [_code(key, client, link.purpose, link.subject, link.person, link.generation) for key in keys]
    return True in [hmac.compare_digest(link.code, one) for one in made]


def _code(key: str, client: str, purpose: Purpose, subject: str, person: str, generation: int) -> str:
    signed = "\x00".join(("tocsin/link/v1", client, purpose.value, subject, person, str(generation)))
    digest = hmac.new(key.encode(), signed.encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).decode()[:LETTERS].translate(_AT_ITS_END)
