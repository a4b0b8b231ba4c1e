"""Whom a post concerns: the brands that it names, the brand whose own post it answers, and never its author's own."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from tocsin.domain.brand import Brand
from tocsin.domain.matching import TermMatcher
from tocsin.domain.mention import Medium, Mention, Post
from tocsin.domain.sources import SourceUnit

_SAME = {
    "m.facebook.com": "facebook.com",
    "m.youtube.com": "youtube.com",
    "mobile.twitter.com": "x.com",
    "telegram.me": "t.me",
    "twitter.com": "x.com",
}
_ON_X = re.compile(r"[a-z0-9_]{1,15}", re.ASCII)
MOST_ON_X = 5
"""Accounts that a search of X is asked for; more of them would leave the terms no room in its 512 characters."""
_STRANGERS_WRITE_HERE = frozenset({Medium.FORUM, Medium.REVIEW, Medium.CHAT, Medium.PRIVATE})


class Voices:
    """A brand's own accounts and domains, as its file names them and as a unit asks for them by name."""

    def __init__(self, brand: Brand, unit: SourceUnit | None) -> None:
        names = [name.strip().casefold() for name in brand.official]
        self._theirs = unit is not None and unit.brand == brand.name
        self._target = unit.target.casefold().removeprefix("@") if unit is not None and self._theirs else ""
        self._server = unit.server.casefold() if unit is not None else ""
        self._handles = {name.removeprefix("@") for name in names if not _is_address(name)}
        self._abroad = any("@" in handle for handle in self._handles)
        self._domains = {host for name in names if (host := _domain(name))}
        self._pages = {_page(name) for name in names if "/" in name and _page(name)}
        self._spoken_to = {handle.partition("@")[0] for handle in self._handles} | ({self._target} - {""})
        if unit is not None and unit.kind == "x":
            self._spoken_to |= {*accounts_on_x(brand.official)}

    def own(self, post: Post) -> bool:
        """Whether the brand says it itself. On a page where strangers write, its address says nothing of who did."""
        author = post.author
        handle = (author.handle or "").strip().casefold().removeprefix("@")
        if handle and (handle in self._domains or self._is_ours(handle, post)):
            return True
        if self._target and self._target in {handle, (author.id or "").casefold()}:
            return True
        if author.url and _page(author.url) in self._pages:
            return True
        if not self._domains or self._theirs or post.medium in _STRANGERS_WRITE_HERE or post.in_reply_to or post.thread:
            return False
        return any(self._on_domain(_host(url)) for url in (author.url, post.url))

    def addressed(self, text: str) -> bool:
        """Whether it begins by speaking to one of the brand's accounts."""
        said = text.lstrip(" \t\n\"'«“.").casefold()
        if not said.startswith("@"):
            return False
        spoken = said[1:].split(None, 1)[0].rstrip(".,:;!?…)»”\"'") if said[1:].split() else ""
        return bool(spoken) and (spoken in self._handles or spoken in self._spoken_to or spoken in self._domains)

    def _is_ours(self, handle: str, post: Post) -> bool:
        if handle in self._handles:
            return True
        if not self._abroad:
            return False
        name, _, server = handle.partition("@")
        homes = {server} if server else {_host(post.author.url), _host(post.url), self._server} - {""}
        return any(f"{name}@{home}" in self._handles for home in homes)

    def _on_domain(self, host: str) -> bool:
        return any(host == domain or host.endswith(f".{domain}") for domain in self._domains)


def concerning(
    posts: Sequence[Post],
    shown: Sequence[Post],
    unit: SourceUnit | None,
    brands: Iterable[Brand],
    matchers: Mapping[str, TermMatcher],
) -> Iterator[Mention]:
    """A mention for each brand that a post concerns. ``shown``: all that this look held, old ones too, so that an
    answer to the brand's own post of yesterday is known as one. ``unit``: where it was found, if that is known."""
    voices = [(brand, Voices(brand, unit)) for brand in brands]
    ours = {brand.name: {post.id for post in shown if voice.own(post)} for brand, voice in voices}
    for post in posts:
        for brand, voice in voices:
            own = ours[brand.name]
            if post.id in own or voice.own(post):
                continue
            if (
                (unit is not None and unit.brand == brand.name)
                or post.in_reply_to in own
                or post.thread in own
                or matchers[brand.name].matches(post.words)
                or voice.addressed(post.words)
            ):
                yield Mention.of(post, brand.name)


def listening_for(brands: Iterable[Brand]) -> str:
    """A fingerprint of all that decides whom a post concerns."""
    told = "\n".join(brand.model_dump_json(exclude={"competitors", "ordinary_topics", "matters"}) for brand in brands)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def accounts_on_x(names: Iterable[str]) -> tuple[str, ...]:
    """The accounts on X among official names: «x.com/acme», «twitter.com/acme»; where none is written so, the plain
    «@acme», which says of no platform that it is not meant."""
    pages = [_page(name.strip()) for name in names if "/" in name]
    there = [page.removeprefix("x.com/") for page in pages if page.startswith("x.com/")]
    plain = [name.strip().casefold().removeprefix("@") for name in names if name.strip().startswith("@")]
    found = dict.fromkeys(name for name in there or plain if _ON_X.fullmatch(name))
    return tuple(found)[:MOST_ON_X]


def _is_address(name: str) -> bool:
    return not name.startswith("@") and ("." in name or "/" in name)


def _domain(name: str) -> str:
    """«acme.example», «https://acme.example/»; a page on somebody else's domain is no domain of the brand's."""
    if not _is_address(name):
        return ""
    host, _, path = name.removeprefix("https://").removeprefix("http://").partition("/")
    return host.partition(":")[0].removeprefix("www.") if not path and " " not in host else ""


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _page(url: str) -> str:
    """«facebook.com/acme» of any way to write it; '' without a path."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    host, path = _SAME.get(host, host), parts.path.strip("/").casefold()
    if host == "t.me":
        path = path.removeprefix("s/")
    return f"{host}/{path}" if path else ""
