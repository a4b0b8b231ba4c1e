"""Telegram, heard in four ways.

- mode «channel»: the web preview of a public channel, paged back to what is known;
- mode «bot»: the client's own bot (getUpdates); secret: ``token``;
- mode «catalogue»: search over public channels at TGStat; secret: ``catalogue_token``;
- files of Telegram Desktop (result.json, messages.html), by ``parse`` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources import telegram_bot as bot
from tocsin.adapters.sources import telegram_catalogue as catalogue
from tocsin.adapters.sources import telegram_export as export
from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.found import Found
from tocsin.adapters.sources.telegram_page import is_page, read_page
from tocsin.adapters.sources.telegram_pull import pull_bot, pull_catalogue, pull_channel
from tocsin.adapters.sources.telegram_tree import line, tags, tree
from tocsin.adapters.sources.values import at
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.mention import Medium
from tocsin.domain.text import clip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.domain.recheck import Gone
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> values.Parsed:
    """See registry.Parser. Takes the web preview, the Bot API's answers and updates, files of Telegram Desktop, and
    TGStat's answers; which it is shows in the content."""
    found = Found(fetched_at)
    kind = Medium(medium) if medium else Medium.CHAT
    text = body[:2_000].decode("utf-8-sig", "replace").lstrip()
    if text.startswith("<"):
        return _read_html(body, url, found, kind)
    value = json_of(body)
    _read_json(value, url, found, kind)
    return found.parsed(_what, value, error=_error)


def _read_html(body: bytes, url: str | None, found: Found, medium: Medium) -> values.Parsed:
    root = tree(body.decode("utf-8-sig", "replace"), apart=("tgme_widget_message", "message"))
    if is_page(root):
        page = read_page(root, found, medium)
        return found.parsed(lambda _: f"a page without messages: {page.reason or 'the channel has none'}")
    if export.is_exported_page(root):
        export.read_exported_page(root, url, found, medium)
        return found.parsed(lambda _: "an export without messages")
    title = clip(next((line(node) for node in tags(root, "title")), ""), 100)
    raise ParseError(f"a web page («{title}») that is none of Telegram's")


def _read_json(value: Any, url: str | None, found: Found, medium: Medium) -> None:
    chats = export.chats_of(value)
    if chats:
        for chat in chats:
            export.read_chat(chat, url if len(chats) == 1 else None, found, medium)
    elif catalogue.is_catalogue(value):
        catalogue.read_catalogue(value, found, medium)
    else:
        result = value["result"] if isinstance(value, dict) and "ok" in value and "result" in value else value
        for item in result if isinstance(result, list) else [result]:
            if bot.is_update(item):
                bot.read_update(item, found, medium)
            elif bot.is_message(item):
                bot.read_message(item, found, medium)
            elif isinstance(result, list):
                found.skip("an entry of the list", "it is no update and no message")


def _error(value: Any) -> str | None:
    failed = catalogue.error_of(value) if catalogue.is_catalogue(value) else None
    if failed:
        return failed[0]
    return values.name(at(value, "description")) or "?" if at(value, "ok") is False else None


def _what(value: Any) -> str | None:
    result = at(value, "result")
    if at(result, "is_bot") is not None or (at(result, "type") and at(result, "id")):
        return "a profile of a bot or chat"
    if result == [] or value == []:
        return "an empty list of updates"
    if at(value, "personal_information") is not None or at(value, "messages") == []:
        return "an export without messages"
    return None


class Connector:
    """Implements ports.MentionSource."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._http, self._secrets = http, secrets

    def gone(self, unit: SourceUnit, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:  # noqa: ARG002
        """ports.DeletionSource."""
        from tocsin.adapters.sources.telegram_gone import gone

        return gone(self._http, ids, now, budget)

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        if unit.mode == "channel":
            return pull_channel(self._http, unit, state, now, budget)
        if unit.mode == "bot":
            return pull_bot(self._http, self._secrets, unit, state, now, budget)
        if unit.mode == "catalogue":
            return pull_catalogue(self._http, self._secrets, unit, state, now, budget)
        raise FetchError(f"telegram knows no mode {unit.mode!r}", trouble=Trouble.INTERNAL)
