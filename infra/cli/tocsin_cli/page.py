"""What a linked page says of itself: its headline and summary, as it gives them to social networks and searches."""

from contextlib import suppress
from html.parser import HTMLParser

from tocsin.adapters.http_guard import GuardedHttp
from tocsin.adapters.page_text import BUDGET, MAX_HTML, decoded
from tocsin.domain.errors import FetchError
from tocsin.domain.model import Frozen
from tocsin.domain.text import clip, html_to_text

MAX_TITLE, MAX_SUMMARY = 1_000, 4_000
_TITLES = ("og:title", "twitter:title", "title")
_SUMMARIES = ("og:description", "twitter:description", "description")


class PageWords(Frozen):
    title: str
    summary: str


class _Heads(HTMLParser):
    """The first title and each first meta of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "meta":
            name = (said.get("property") or said.get("name") or "").strip().lower()
            if name and said.get("content", "").strip():
                self.found.setdefault(name, said["content"])
        self._in_title = tag == "title" and "title" not in self.found

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.found["title"] = self.found.get("title", "") + data


def read_page(url: str, http: GuardedHttp | None = None) -> PageWords:
    """Raise FetchError when the page cannot be read or says nothing of itself."""
    reply = (http or GuardedHttp()).get(url, {"Accept": "text/html"}, BUDGET)
    if reply.status != 200:
        raise FetchError(f"it answers with status {reply.status}")
    words = words_of(decoded(reply.body[:MAX_HTML], reply.headers.get("content-type", "")))
    if not words.title and not words.summary:
        raise FetchError("it has neither headline nor summary")
    return words


def words_of(html: str) -> PageWords:
    heads = _Heads()
    with suppress(Exception):  # the parser asserts on some broken markup; what it found so far is good
        heads.feed(html)
    return PageWords(
        title=clip(_line(_first(heads.found, _TITLES)), MAX_TITLE),
        summary=clip(_line(_first(heads.found, _SUMMARIES)), MAX_SUMMARY),
    )


def _first(found: dict[str, str], names: tuple[str, ...]) -> str:
    return next((found[name] for name in names if found.get(name)), "")


def _line(text: str) -> str:
    return " ".join(html_to_text(text).split())
