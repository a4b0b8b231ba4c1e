"""Text and links from outside, made harmless before anybody reads or taps them."""

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

MAX_LINK = 2_000
ELLIPSIS = "…"

_JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiners: Persian words and emoji families fall apart without them."""
_GAPS = {"Zs", "Zl", "Zp"}
_MAX_MARKS = 4
"""Combining marks in a row: no written language stacks more, "Zalgo" text stacks dozens over its neighbours."""

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?")
_URL_SAFE = "/?:@!$&()*+,;=-._~%[]"


def one_line(text: str, limit: int, ellipsis: str = ELLIPSIS) -> str:
    """Return ``text`` in one line of at most ``limit`` characters, ``ellipsis`` included.

    Controls, bidirectional overrides, other invisible characters, lone surrogates, private and unassigned characters
    vanish; any white space becomes one space.
    """
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if char.isspace() or category in _GAPS:
            kept.append(" ")
        elif char in _JOINERS or category[0] != "C":
            marks = marks + 1 if unicodedata.combining(char) else 0
            if marks <= _MAX_MARKS:
                kept.append(char)
    return clip(" ".join("".join(kept).split()), limit, ellipsis)


def clip(text: str, limit: int, ellipsis: str = ELLIPSIS) -> str:
    """Cut to ``limit`` characters, between words where one ends near, never between a letter and its accent."""
    if len(text) <= limit:
        return text
    room = max(limit - len(ellipsis), 0)
    while room and (unicodedata.combining(text[room]) or text[room] in _JOINERS):
        room -= 1
    head = text[:room]
    word = head.rpartition(" ")[0]
    if not text[room].isspace() and len(word) >= room * 2 // 3:
        head = word
    return head.rstrip(" ,;:.-–—" + _JOINERS) + ellipsis[:limit]


@dataclass(frozen=True, slots=True)
class Link:
    """``href`` is ASCII and http(s). ``host`` is the name as DNS knows it: look-alike letters show as xn--."""

    href: str
    host: str


def safe_link(url: str | None) -> Link | None:
    """Return the link when a person may tap it, else None.

    Refused: other schemes than http and https, user names (``https://bank.example@evil.example``), hosts that are no
    names, invisible characters, and anything over MAX_LINK once encoded.
    """
    if not url or len(url) > MAX_LINK or "\\" in url:
        return None
    if any(char.isspace() or unicodedata.category(char)[0] == "C" for char in url):
        return None
    try:
        parts = urlsplit(url)
        name, port = parts.hostname, parts.port
    except ValueError:
        return None
    host = _ascii_host(name or "")
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or host is None:
        return None
    authority = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    href = f"{parts.scheme}://{authority}{quote(parts.path, safe=_URL_SAFE)}"
    href += f"?{quote(parts.query, safe=_URL_SAFE)}" if parts.query else ""
    href += f"#{quote(parts.fragment, safe=_URL_SAFE)}" if parts.fragment else ""
    return Link(href, host) if len(href) <= MAX_LINK else None


def _ascii_host(name: str) -> str | None:
    if ":" in name:
        try:
            return str(ip_address(name))
        except ValueError:
            return None
    try:
        host = name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return host if _HOST.fullmatch(host) else None
