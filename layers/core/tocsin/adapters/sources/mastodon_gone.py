"""Whether posts of the fediverse are still there: asked of the server that each was written on, by its public API, or
by ActivityPub where it is none of Mastodon's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.lookup import Lookup, Word, host_of, native_of
from tocsin.adapters.sources.values import at, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.domain.recheck import Gone

_STATUS = re.compile(r"(https?://[\w.:-]+)/(?:(?:ap/)?users/[^/?#]+/statuses|@[^/?#]+)/(\d{1,20})")
_URI = re.compile(r"https?://[\w.:-]+/\S*")
_ACTIVITY = {
    "Accept": 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
}


def gone(http: GuardedHttp, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:
    look = Lookup(http, ids, now, budget)
    look.one_by_one(ids, lambda post: _asked(look, native_of(post)), host=host_of)
    return look.result()


def _asked(look: Lookup, uri: str) -> Word:
    status = _STATUS.fullmatch(uri)
    if status:
        reply = look.get(f"{status[1]}/api/v1/statuses/{status[2]}", takes=(200, 404, 410))
        value = json_of(reply.body)
        if reply.status == 200:
            return Word.THERE if words(at(value, "id")) else Word.UNSAID
        return Word.GONE if words(at(value, "error")) else Word.UNSAID
    if not _URI.fullmatch(uri):
        return Word.UNSAID
    reply = look.get(uri, headers=_ACTIVITY, takes=(200, 410))
    if reply.status == 410:
        return Word.GONE
    kind = words(at(json_of(reply.body), "type"))
    return Word.GONE if kind == "Tombstone" else Word.THERE if kind else Word.UNSAID
