"""What we remember of a source between two looks at it."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable

from tocsin.domain.mention import Post
from tocsin.domain.model import Frozen, UtcDatetime

SEEN_CAP = 5_000
"""Fingerprints kept for a source: 55 KB at most, far more than any feed within 5 MB usually holds."""


class SourceState(Frozen):
    """The small part, read each minute for all sources. ``version`` fences writers together with the lease's owner."""

    source_id: str
    version: int = 0
    lease_owner: str | None = None
    lease_until: UtcDatetime | None = None
    next_due_at: UtcDatetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    newest_at: UtcDatetime | None = None
    first_success_at: UtcDatetime | None = None
    last_success_at: UtcDatetime | None = None
    failures: int = 0
    reason: str | None = None
    """Why the last look failed; None when it did not."""

    def due(self, now: UtcDatetime) -> bool:
        leased = self.lease_until is not None and self.lease_until > now
        return not leased and (self.next_due_at is None or self.next_due_at <= now)


class SeenSet(Frozen):
    """Fingerprints of the ids that this source gave, oldest first: what is still in a feed is never new twice."""

    fingerprints: tuple[str, ...] = ()

    def unseen(self, posts: Iterable[Post]) -> tuple[Post, ...]:
        known = set(self.fingerprints)
        fresh = []
        for post in posts:
            mark = fingerprint(post.id)
            if mark not in known:
                known.add(mark)
                fresh.append(post)
        return tuple(fresh)

    def with_current(self, posts: Iterable[Post]) -> "SeenSet":
        """Everything in the present document counts as just seen, so it outlives what has left the feed."""
        current = dict.fromkeys(fingerprint(post.id) for post in posts)
        older = [mark for mark in self.fingerprints if mark not in current]
        room = max(SEEN_CAP - len(current), 0)
        kept = older[-room:] if room else []
        return SeenSet(fingerprints=(*kept, *current))


def fingerprint(post_id: str) -> str:
    """64 bits of SHA-256 in 11 characters: a collision among 5,000 marks has odds of about 1 in 10^12."""
    return urlsafe_b64encode(hashlib.sha256(post_id.encode()).digest()[:8]).decode().rstrip("=")


class Pull(Frozen):
    """One look at a source.

    ``posts`` is everything the source showed, matched or not; ``warnings`` names each item that was skipped and why.
    ``unchanged`` means that the source said so itself (304): nothing to parse, the cursor stays.
    """

    posts: tuple[Post, ...] = ()
    warnings: tuple[str, ...] = ()
    unchanged: bool = False
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    """Where a permanent redirect led; told to the operator, never followed silently for ever."""
    bytes_read: int = 0
