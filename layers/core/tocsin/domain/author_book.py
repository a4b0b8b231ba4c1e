"""Those who said of a brand what matters, as far as they said it lately: at most MOST of them, without words."""

import math
import zlib
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from tocsin.domain.author_record import AuthorRecord, author_key
from tocsin.domain.mention import Mention
from tocsin.domain.reading import ScoredMention

MOST = 100
"""Who spoke longest ago goes first; each doubling of what they said counts as a day later, so that a storm of strangers
does not drive out those who are known."""
_UNPACKED = 400_000
_RECORDS: TypeAdapter[dict[str, AuthorRecord]] = TypeAdapter(dict[str, AuthorRecord])


class AuthorBook:
    def __init__(self, records: dict[str, AuthorRecord] | None = None) -> None:
        self._records = records if records is not None else {}

    def add(self, scored: ScoredMention) -> None:
        """One that comes again changes nothing; of whom the source names nobody nothing is kept."""
        key = author_key(scored.mention)
        if key is None:
            return
        known = self._records.get(key)
        self._records[key] = AuthorRecord.begun(scored) if known is None else known.after(scored)
        if len(self._records) > MOST:
            del self._records[min(self._records, key=lambda each: (_worth(self._records[each]), each))]

    def of(self, mention: Mention) -> AuthorRecord | None:
        key = author_key(mention)
        return self._records.get(key) if key is not None else None

    def packed(self, now: datetime) -> bytes:
        kept = {key: record for key, record in self._records.items() if record.expires > now}
        return zlib.compress(_RECORDS.dump_json(kept, exclude_defaults=True), 6)

    @classmethod
    def unpacked(cls, form: bytes) -> "AuthorBook":
        """ValueError when it cannot be read: begin anew."""
        try:
            return cls(_RECORDS.validate_json(zlib.decompressobj().decompress(form, _UNPACKED)))
        except (zlib.error, ValidationError) as error:
            raise ValueError("no authors that can be read") from error


def _worth(record: AuthorRecord) -> float:
    return record.last_seen.timestamp() + timedelta(days=math.log2(1 + record.mentions)).total_seconds()
