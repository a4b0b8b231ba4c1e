"""Whether posts and comments on the client's own pages and accounts are still there.

Meta says of what is deleted that it «does not exist, cannot be loaded due to missing permissions, or does not support
this operation»: three things at once. It is taken for deleted only where another post of the same kind is given to the
same token in the same look, so that it is not the permission that is missing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tocsin.adapters.sources.lookup import Lookup, Word, native_of
from tocsin.adapters.sources.meta import answer_of, fault_of
from tocsin.adapters.sources.meta_graph import GRAPH
from tocsin.adapters.sources.values import at, words
from tocsin.domain.errors import FetchError, SecretError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.domain.recheck import Gone
    from tocsin.ports import SecretStore

_ID = re.compile(r"\d{1,30}(?:_\d{1,30})?")
_NO_OBJECT = 33


def gone(
    http: GuardedHttp, secrets: SecretStore, kind: str, ids: Sequence[str], now: datetime, budget: timedelta
) -> Gone:
    token = secrets.secret(kind).get("access_token", "").strip()
    if not token:
        raise SecretError(f"the secret of {kind} has no access token in its field «access_token»")
    look = Lookup(http, ids, now, budget)
    absent: list[str] = []

    def one(post: str) -> Word:
        if not _ID.fullmatch(native_of(post)):
            return Word.UNSAID
        reply = look.get(
            f"{GRAPH}/{native_of(post)}?fields=id",
            private={"Authorization": f"Bearer {token}"},
            takes=range(200, 600),
        )
        value = answer_of(reply.body)
        fault = fault_of(value)
        if fault is None:
            return Word.THERE if words(at(value, "id")) == native_of(post) else Word.UNSAID
        if fault.code == 100 and fault.subcode == _NO_OBJECT:
            absent.append(post)
            return Word.UNSAID
        refusal = look.refusal(reply)
        trouble = refusal.trouble if reply.status == 429 or reply.status >= 500 else fault.trouble
        raise FetchError(f"{kind}: {fault.said.replace(token, '…')}", trouble=trouble)

    look.one_by_one(ids, one)
    if look.any_there:
        for post in absent:
            look.says(post, Word.GONE)
    return look.result()
