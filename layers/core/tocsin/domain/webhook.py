"""Whether a message from another tool is genuine and new: HMAC-SHA256 over its time and its raw bytes."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from tocsin.domain.errors import ParseError
from tocsin.domain.mention import Post
from tocsin.domain.model import Frozen

MAX_BODY = 256 * 1024
MAX_ITEMS = 500
WINDOW = timedelta(minutes=5)
"""How far the sender's clock, or a replay, may be from ours."""
REMEMBERED = 2 * WINDOW + timedelta(minutes=5)
"""A signature is known for longer than its window lasts, so it is good once."""
SHORTEST_KEY = 16
_MAC = re.compile(r"v1=([0-9a-fA-F]{64})")
_TIME = re.compile(r"[0-9]{9,11}")


class Unreadable(Frozen):
    """One item that is no mention: as it came, as JSON, and why."""

    body: str
    reason: str


class HookItems(Frozen):
    posts: tuple[Post, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()


class TooManyItemsError(ParseError):
    """More items than a message may have: all are refused, so that its sender keeps them."""


class Refusal(StrEnum):
    """Why a message is not taken; the value is the answer to its sender."""

    UNKNOWN = "there is no such hook"
    SIZE = "the message is over 256 KB: send it in parts"
    ITEMS = f"the message has over {MAX_ITEMS} items, and none was taken: send them in parts"
    UNSIGNED = "X-Tocsin-Timestamp (seconds since 1970) and X-Tocsin-Signature (v1=hex) are required"
    TIME = "the timestamp is more than 5 minutes from now: sign each message when it is sent"
    SIGNATURE = "the signature does not fit the timestamp and the body as sent"
    REPLAY = "this very message has come before; nothing was done again"
    BODY = "the body is no JSON object or list"


def sign(key: str, timestamp: str, body: bytes) -> str:
    """What stands in X-Tocsin-Signature: over the timestamp, a full stop, and the body as sent."""
    return f"v1={hmac.new(key.encode(), timestamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


def refusal(keys: Sequence[str], timestamp: str, signature: str, body: bytes, now: datetime) -> Refusal | None:
    """None when one of the header's signatures was made with one of the keys, within the window."""
    if len(body) > MAX_BODY:
        return Refusal.SIZE
    given = _MAC.findall(signature[:1_000])
    if not _TIME.fullmatch(timestamp) or not given:
        return Refusal.UNSIGNED
    # All are compared, so that the time taken says nothing of which key fits.
    expected = [sign(key, timestamp, body).removeprefix("v1=") for key in keys if len(key) >= SHORTEST_KEY]
    if True not in [hmac.compare_digest(mac.lower(), right) for mac in given for right in expected]:
        return Refusal.SIGNATURE
    if abs(now - datetime.fromtimestamp(int(timestamp), UTC)) > WINDOW:
        return Refusal.TIME
    return None


def fingerprint(timestamp: str, body: bytes) -> str:
    """The same message again has the same one, whichever way its signature is written."""
    return hashlib.sha256(timestamp.encode() + b"." + body).hexdigest()[:32]
