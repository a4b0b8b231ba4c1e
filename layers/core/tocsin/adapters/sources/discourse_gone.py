"""Whether posts of Discourse forums are still there. What its author deleted stands there a while as an empty shell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tocsin.adapters.sources.look import base_of
from tocsin.adapters.sources.lookup import Lookup, Word, native_of
from tocsin.adapters.sources.values import at, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.domain.recheck import Gone

_NATIVE = re.compile(r"([^/?#]+(?:/[^?#]{1,60})??)/(\d{1,12})/(\d{1,9})")


def gone(http: GuardedHttp, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:
    """A topic that only members may see by now is gone for us as well; a forum that asks for a login says nothing."""
    look = Lookup(http, ids, now, budget)

    def one(post: str) -> Word:
        native = _NATIVE.fullmatch(native_of(post))
        if native is None:
            return Word.UNSAID
        forum, topic, position = native.groups()
        status, value = look.json(f"{base_of(forum)}/posts/by_number/{topic}/{position}.json", takes=(200, 404, 410))
        if status != 200:
            return Word.GONE if words(at(value, "error_type")) in {"not_found", "deleted"} else Word.UNSAID
        if words(at(value, "post_number")) != position:
            return Word.UNSAID
        shell = at(value, "user_deleted") is True or at(value, "hidden") is True or at(value, "deleted_at") is not None
        return Word.GONE if shell else Word.THERE

    look.one_by_one(ids, one, host=lambda post: native_of(post).partition("/")[0])
    return look.result()
