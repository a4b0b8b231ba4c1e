"""The connector and the parser of each kind of source, loaded when first used: a cold start pays for no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from tocsin.adapters.sources.discreet import Discreet

if TYPE_CHECKING:
    from datetime import datetime

    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.adapters.sources.values import Parsed
    from tocsin.ports import MentionSource, SecretStore

KINDS = (
    "rss",
    "hackernews",
    "mastodon",
    "bluesky",
    "reddit",
    "youtube",
    "x",
    "stackexchange",
    "github",
    "discourse",
    "lemmy",
    "gdelt",
    "newsapi",
    "telegram",
    "facebook",
    "instagram",
    "threads",
    "appstore",
    "googleplay",
    "googlebusiness",
    "trustpilot",
    "brand24",
    "mention",
)
_MODULES = {"rss": "feeds"}


class Parser(Protocol):
    """A response's body to its posts, without network, clock or state of its own."""

    def __call__(
        self, body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None
    ) -> Parsed:
        """``url``: where it came from, for relative links and ids. Raise ParseError for what is no answer at all; a
        response without posts (a profile, an error in JSON) gives none and a warning that says what it is."""
        ...


class _Maker(Protocol):
    def __call__(self, http: Discreet, secrets: Discreet) -> MentionSource: ...


def parser(kind: str) -> Parser:
    """Raise KeyError for a kind that there is not."""
    return cast("Parser", _module(kind).parse)


class Connectors(Mapping[str, "MentionSource"]):
    """By SourceUnit.kind. One instance of a connector serves all units of its kind."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._http, self._secrets = http, secrets
        self._made: dict[str, MentionSource] = {}

    def __getitem__(self, kind: str) -> MentionSource:
        if kind not in self._made:
            maker = cast("_Maker", _module(kind).Connector)
            seen = Discreet(self._http, self._secrets)
            self._made.setdefault(kind, maker(seen, seen))
        return self._made[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(KINDS)

    def __len__(self) -> int:
        return len(KINDS)


def _module(kind: str) -> Any:
    if kind not in KINDS:
        raise KeyError(kind)
    return import_module(f"tocsin.adapters.sources.{_MODULES.get(kind, kind)}")
