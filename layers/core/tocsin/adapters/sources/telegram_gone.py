"""Whether posts of public Telegram channels are still there: a page of the web preview shows some twenty and the holes
between them; each that is missing is asked for by itself, since then Telegram says «Post not found»."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tocsin.adapters.sources.lookup import Lookup, Word, native_of
from tocsin.adapters.sources.telegram_tree import every, first, line, tree
from tocsin.adapters.sources.telegram_values import native_of as message_of
from tocsin.domain.errors import FetchError, Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.adapters.sources.telegram_tree import Node
    from tocsin.domain.recheck import Gone

_SITE = "https://t.me"
_NATIVE = re.compile(r"([a-z][a-z0-9_]{2,31})/(\d{1,12})")
_THIS_ALONE = frozenset({Trouble.GONE, Trouble.POLICY, Trouble.FORMAT})
_HTML = {"Accept": "text/html", "Accept-Language": "en"}


def gone(http: GuardedHttp, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:
    """Chats, groups and comments have no public page of their own: of them nothing is said. Nor of a whole channel that
    went away or changed its name."""
    look = Lookup(http, ids, now, budget)
    channels: dict[str, dict[int, str]] = {}
    for post in ids:
        native = _NATIVE.fullmatch(native_of(post))
        if native is None:
            look.cannot(post)
            continue
        channels.setdefault(native[1], {})[int(native[2])] = post
    look.in_batches(list(channels), 1, lambda names: _channel(look, names[0], channels[names[0]]))
    return look.result()


def _channel(look: Lookup, name: str, posts: dict[int, str]) -> None:
    try:
        missing = _missing(look, name, posts)
    except FetchError as error:
        if error.trouble not in _THIS_ALONE:
            raise
        missing = list(posts.values())
    look.one_by_one(missing, lambda post: _alone(look, native_of(post)))


def _missing(look: Lookup, channel: str, posts: dict[int, str]) -> list[str]:
    """Posts that their page does not show. One that could not be read shows none: each is asked for by itself."""
    waiting = sorted(posts, reverse=True)
    missing: list[str] = []
    while waiting and look.in_time:
        shown = _numbers(look, channel, waiting[0] + 1)
        if not shown:
            return [*missing, *(posts[number] for number in waiting)]
        here = [number for number in waiting if number >= min(shown)] or waiting[:1]
        for number in here:
            if number in shown:
                look.says(posts[number], Word.THERE)
            else:
                missing.append(posts[number])
        waiting = waiting[len(here) :]
    return missing


def _numbers(look: Lookup, channel: str, before: int) -> set[int]:
    root = _page(look, f"{_SITE}/s/{channel}?before={before}")
    said = (message_of(f"{_SITE}/{node.attrs.get('data-post', '')}") for node in every(root, "tgme_widget_message"))
    return {int(native.rpartition("/")[2]) for native in said if native and _NATIVE.fullmatch(native)}


def _alone(look: Lookup, native: str) -> Word:
    root = _page(look, f"{_SITE}/{native}?embed=1&mode=tme")
    error = first(root, "tgme_widget_message_error")
    if error is not None:
        return Word.GONE if line(error).strip().rstrip(".").lower() == "post not found" else Word.UNSAID
    return Word.THERE if first(root, "tgme_widget_message") else Word.UNSAID


def _page(look: Lookup, url: str) -> Node:
    reply = look.get(url, headers=_HTML)
    return tree(reply.body.decode("utf-8", "replace"), apart=("tgme_widget_message",))
