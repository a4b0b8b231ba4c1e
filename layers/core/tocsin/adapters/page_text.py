"""All that a reader sees of a page."""

import codecs
import re
from datetime import timedelta

from tocsin.adapters.http_guard import GuardedHttp
from tocsin.domain.byhand import NO_CHARSETS
from tocsin.domain.errors import FetchError
from tocsin.domain.text import html_to_text

BUDGET = timedelta(seconds=15)
MAX_HTML = 1_000_000
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


def page_text(url: str, http: GuardedHttp | None = None, budget: timedelta = BUDGET) -> str:
    """``budget``: of real time. Raise FetchError when it cannot be read."""
    reply = (http or GuardedHttp()).get(url, {"Accept": "text/html, text/plain"}, budget)
    if reply.status != 200:
        raise FetchError(f"it answers with status {reply.status}")
    return html_to_text(decoded(reply.body[:MAX_HTML], reply.headers.get("content-type", "")))


def decoded(body: bytes, content_type: str) -> str:
    """As the header says, else as the page says of itself, else UTF-8."""
    said = _CHARSET.search(content_type) or _CHARSET.search(body[:4_000].decode("ascii", "replace"))
    try:
        name = codecs.lookup(said[1] if said else "utf-8").name
        return body.decode("utf-8" if name in NO_CHARSETS else name, "replace")
    except (LookupError, ValueError):
        return body.decode("utf-8", "replace")
