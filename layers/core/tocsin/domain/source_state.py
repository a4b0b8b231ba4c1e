"""What we remember of a source between two looks at it."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer

from tocsin.domain.edited import STARS
from tocsin.domain.errors import Trouble
from tocsin.domain.losses import Losses
from tocsin.domain.mention import Post
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.source_memory import Memory

OVERLAP = 200
"""Fingerprints kept of what has left the feed, or as many as the feed holds now: it may come back for a moment."""
SEEN_CAP = 10_000
"""Fingerprints kept for a source at the very most: 110 KB."""
MAX_CURSOR = 4_000
WEEK = timedelta(days=7)


def _trouble(value: Any) -> Any:
    """By name: the words may be changed, and a name that this version does not know is no reason to go deaf."""
    return Trouble.__members__.get(value) if isinstance(value, str) and not isinstance(value, Trouble) else value


StoredTrouble = Annotated[
    Trouble | None, BeforeValidator(_trouble), PlainSerializer(lambda trouble: trouble and trouble.name)
]


class SourceState(Frozen):
    """The small part, read each minute for all sources. ``version`` fences writers: taking the lease raises it."""

    source_id: str
    version: int = 0
    lease_owner: str | None = None
    lease_until: UtcDatetime | None = None
    next_due_at: UtcDatetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    cursor: str | None = None
    """The source's own, in its connector's words."""
    newest_at: UtcDatetime | None = None
    first_success_at: UtcDatetime | None = None
    last_success_at: UtcDatetime | None = None
    failures: int = 0
    reason: str | None = None
    """Why the last look failed; None when it did not."""
    trouble: StoredTrouble = None
    looked_at: UtcDatetime | None = None
    """When the latest look began."""
    first_looked_at: UtcDatetime | None = None
    """When the very first look began: what was said before is history, what was said since is not."""
    reading: bool = False
    """The last look was not the end of its reading: the next goes on with it."""
    backfilling: bool = False
    """The first contact is not over: what it still brings is history."""
    every: timedelta | None = None
    """The cadence that the budget allows, where it is slower than asked for."""
    sampling: str | None = None
    """What is left out for the budget's sake, in words."""
    calls_a_look: float = 1.0
    """Fading mean."""
    last_new_at: UtcDatetime | None = None
    silence_from: UtcDatetime | None = None
    """From when on silence is longer than this source's own rhythm explains."""
    missing: tuple[str, ...] = ()
    """Fields that every item had and none has any more."""
    filled_since: UtcDatetime | None = None
    """Since when each answer held something; None after a source that may hold nothing."""
    empties: int = 0
    """Empty answers, one after the other."""
    brought: float = 0.0
    """Mentions of the client's brands that it gave, halved each week up to ``brought_at``; no history."""
    brought_at: UtcDatetime | None = None
    losses: Losses = Losses()
    burning: bool = Field(default=False, exclude=True)
    """For a connector's eyes, never stored: an incident is open of the brand that it asks for."""
    allowance_usd: Decimal | None = Field(default=None, exclude=True)
    """For a connector's eyes, never stored: the most that this look may cost; None where nothing is billed."""

    def brought_by(self, now: UtcDatetime) -> float:
        if self.brought_at is None:
            return 0.0
        return float(self.brought * 0.5 ** (max(now - self.brought_at, timedelta()) / WEEK))

    def due(self, now: UtcDatetime) -> bool:
        leased = self.lease_until is not None and self.lease_until > now
        return not leased and (self.next_due_at is None or self.next_due_at <= now)


class SeenSet(Frozen):
    """Fingerprints of what this source gave, oldest first: what is still in a feed is never new twice.

    Each post leaves two marks, one of its id and one of its link, author and words: some feeds give an item a new id
    each time, and some reviews and comments all stand under one link. One with a rating leaves a third, of that.
    """

    fingerprints: tuple[str, ...] = ()
    memory: Memory = Memory()

    def unseen(self, posts: Iterable[Post]) -> tuple[Post, ...]:
        """Within one document only ids are compared: two people may say the same under the same link."""
        known = set(self.fingerprints)
        taken: set[str] = set()
        fresh = []
        for post in posts:
            if post.id not in taken and known.isdisjoint(_marks(post)):
                taken.add(post.id)
                fresh.append(post)
        return tuple(fresh)

    def rerated(self, posts: Iterable[Post]) -> tuple[tuple[Post, int], ...]:
        """Those whose rating is another than at the last look, with the one that they had."""
        known = set(self.fingerprints)
        found: dict[str, tuple[Post, int]] = {}
        for post in posts:
            if post.rating is None or _rated(post.id, post.rating) in known:
                continue
            before = next((stars for stars in STARS if _rated(post.id, stars) in known), None)
            if before is not None:
                found.setdefault(post.id, (post, before))
        return tuple(found.values())

    def with_current(self, posts: Iterable[Post], *, forget: bool = True) -> "SeenSet":
        """Everything in the present document counts as just seen, so it outlives what has left the feed. ``forget``:
        not while one reading takes several looks, whose posts the next reading's overlap shows again all at once."""
        posts = tuple(posts)
        current = dict.fromkeys(mark for post in posts for mark in _marks(post))
        if len(current) > SEEN_CAP:  # a store takes no more; ids alone tell most
            current = dict.fromkeys([_marks(post)[0] for post in posts][:SEEN_CAP])
        gone = {_rated(post.id, stars) for post in posts if post.rating is not None for stars in STARS}
        older = [mark for mark in self.fingerprints if mark not in current and mark not in gone]
        room = SEEN_CAP - len(current)
        if forget:
            room = min(max(OVERLAP, len(current)), room)
        kept = older[-room:] if room > 0 else []
        return self.model_copy(update={"fingerprints": (*kept, *current)})


def _marks(post: Post) -> tuple[str, ...]:
    author = post.author.id or post.author.handle or post.author.name or ""
    words = (_fingerprint("words", post.url, author, post.words),) if post.url else ()
    rated = (_rated(post.id, post.rating),) if post.rating is not None else ()
    return (_fingerprint("id", post.id), *words, *rated)


def _rated(post_id: str, stars: int) -> str:
    return _fingerprint("stars", post_id, str(stars))


def _fingerprint(*parts: str) -> str:
    """64 bits of SHA-256 in 11 characters: a collision among 10,000 marks has odds of about 1 in 10^11."""
    digest = hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).digest()
    return urlsafe_b64encode(digest[:8]).decode().rstrip("=")


class Evidence(Frozen):
    """One response as fetched, kept for a short time so that a parser's fix can be replayed."""

    url: str
    body: bytes
    content_type: str | None = None


class Pull(Frozen):
    """One look at a source.

    ``posts`` is everything the source showed, matched or not; ``warnings`` names each item that was skipped and why.
    ``unchanged`` means that the source said so itself (304): nothing to parse, the cursor stays.
    ``cursor``: what this source wants back next time, in the connector's own words (4,000 characters at most).
    ``calls`` and ``usd``: what the look used up, for the budget. ``again``: there is more, come back next minute;
    ``halfway``: there is more, come back in turn.
    ``fields``: what every item of this look had, so that a field which is gone is noticed. ``evidence``: the bytes as
    fetched, without secrets. ``total``: how many there truly are where only a sample was read. ``lost``: some of what
    was said since the last look is not there, and no look will bring it.
    """

    posts: tuple[Post, ...] = ()
    warnings: tuple[str, ...] = ()
    unchanged: bool = False
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    """Where a permanent redirect led; told to the operator, never followed silently for ever."""
    bytes_read: int = 0
    cursor: str | None = None
    calls: int = 1
    usd: Decimal = Decimal(0)
    again: bool = False
    halfway: bool = False
    fields: frozenset[str] | None = None
    evidence: tuple[Evidence, ...] = ()
    total: int | None = None
    lost: bool = False

    @property
    def unfinished(self) -> bool:
        """The next look goes on with what this one read."""
        return self.again or self.halfway
