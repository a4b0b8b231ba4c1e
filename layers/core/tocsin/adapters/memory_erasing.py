"""The twin of dynamodb/erasing: part of the mentions' twin, whose dictionaries it reads."""

import hashlib
import threading
from datetime import datetime

from tocsin.domain.reading import ScoredMention
from tocsin.domain.recheck import RULES, Kept, bound


class MemoryErasing:
    """Implements ports.KeptStore over ``_mentions``."""

    _mentions: dict[tuple[str, str], ScoredMention]
    _erased: set[tuple[str, str]]
    _lock: threading.Lock

    def kept(self, kind: str, after: str, until: datetime, limit: int) -> tuple[Kept, ...]:
        if kind not in RULES:
            return ()
        with self._lock:
            found = [
                Kept(brand, mention_id, _place(mention_id, scored.mention.fetched_at))
                for (brand, mention_id), scored in self._mentions.items()
                if mention_id.partition(":")[0] == kind
            ]
        due = sorted((one for one in found if after < one.place < bound(until)), key=lambda one: one.place)
        return tuple(due[:limit])

    def erase(self, brand: str, mention_id: str, at: datetime) -> bool:  # noqa: ARG002 it forgets by itself
        with self._lock:
            if self._mentions.pop((brand, mention_id), None) is None:
                return False
            self._erased.add((brand, mention_id))
            return True


def _place(mention_id: str, fetched_at: datetime) -> str:
    return f"{bound(fetched_at)}#{hashlib.sha256(mention_id.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
