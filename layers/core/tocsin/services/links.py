"""Make, open and take back the links by which people answer without a login."""

import logging
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from itertools import product

from tocsin.domain.errors import ConflictError, SecretError, TocsinError
from tocsin.domain.links import Link, Purpose, genuine, is_code, link_to
from tocsin.ports import CaseStore, ClientStore, Clock, SecretStore
from tocsin.services.logged import logged

logger = logging.getLogger(__name__)

SECRET = "links"  # noqa: S105 - its name
PATH = "/a/"
GENERATIONS = 20
"""How often the links of one person to one thing can be taken back and given anew."""
SHORTEST_KEY = 32


class Refusal(StrEnum):
    UNKNOWN = "unknown"
    """Never ours: forged, of another client, mistyped, or forgotten long ago."""
    EXPIRED = "expired"
    REVOKED = "revoked"


class LinkRefusedError(TocsinError):
    """A link that opens nothing. ``link``: whose it was, where that is known."""

    def __init__(self, why: Refusal, link: Link | None = None) -> None:
        super().__init__(f"the link is {why.value}")
        self.why = why
        self.link = link


class Links:
    """``public_url``: what stands before the path. Without it, or without a key, there are no links."""

    def __init__(
        self, *, clients: ClientStore, cases: CaseStore, secrets: SecretStore, clock: Clock, public_url: str
    ) -> None:
        self._clients = clients
        self._cases = cases
        self._secrets = secrets
        self._clock = clock
        self._public_url = public_url.rstrip("/")

    @cached_property
    def _client(self) -> str | None:
        """Read once an invocation."""
        client = self._clients.load()
        return client.client if client is not None else None

    @cached_property
    def _fields(self) -> Mapping[str, str]:
        return self._secrets.secret(SECRET)

    def issue(self, subject: str, person: str, purpose: Purpose = Purpose.ANSWER) -> tuple[str, str] | None:
        """The address and the code of somebody's link, kept so that it opens; the same one each time until it is taken
        back. None where there can be none."""
        if not self._public_url or self._client is None:
            return None
        try:
            key = self._key()
        except SecretError as error:
            logger.error("alerts go out without a link to answer", extra=logged(error))
            return None
        for generation in range(1, GENERATIONS + 1):
            link = self._made(key, purpose, subject, person, generation)
            if self._kept(link):
                return f"{self._public_url}{PATH}{link.code}", link.code
        return None

    def opened(self, code: str) -> Link:
        """Raise LinkRefusedError. Whether its person still stands in the client's file is for the caller to see."""
        if self._client is None or not is_code(code):
            raise LinkRefusedError(Refusal.UNKNOWN)
        link = self._cases.link(code)
        # With nothing kept the work is done all the same, so that the time taken tells nobody what is there.
        looked_at = link or Link(
            code=code,
            purpose=Purpose.ANSWER,
            subject="-",
            person="nobody@invalid.invalid",
            expires_at=self._clock.now(),
        )
        real = genuine(looked_at, client=self._client, keys=self._keys())
        if link is None or not real:
            raise LinkRefusedError(Refusal.UNKNOWN)
        if link.revoked_at is not None:
            raise LinkRefusedError(Refusal.REVOKED, link)
        if not link.opens(self._clock.now()):
            raise LinkRefusedError(Refusal.EXPIRED, link)
        return link

    def revoke(self, subjects: Iterable[str], people: Iterable[str], purpose: Purpose = Purpose.ANSWER) -> int:
        """Take back all that these people have to these subjects; the next message brings a new one. Raise SecretError.

        Return how many opened something until now.
        """
        if self._client is None:
            return 0
        of = product(self._keys(), tuple(subjects), tuple(people))
        return sum(self._revoke(key, purpose, subject, person) for key, subject, person in of)

    def _revoke(self, key: str, purpose: Purpose, subject: str, person: str) -> int:
        taken, now = 0, self._clock.now()
        for generation in range(1, GENERATIONS + 1):
            kept = self._cases.link(self._made(key, purpose, subject, person, generation).code)
            if kept is None:
                break
            if kept.revoked_at is None:
                self._cases.save_link(kept.model_copy(update={"revoked_at": now}))
                taken += kept.opens(now)
        return taken

    def _kept(self, link: Link) -> bool:
        """Whether it opens from now on. A link that was given before is prolonged, never opened again."""
        kept = self._cases.link(link.code)
        if kept is not None and kept.revoked_at is not None:
            return False
        now = self._clock.now()
        if kept is not None and kept.expires_at - now > (link.expires_at - now) / 2:
            return True
        try:
            self._cases.save_link(kept.model_copy(update={"expires_at": link.expires_at}) if kept else link)
        except ConflictError:
            return False
        return True

    def _made(self, key: str, purpose: Purpose, subject: str, person: str, generation: int) -> Link:
        assert self._client is not None  # noqa: S101 - both callers have looked
        return link_to(
            purpose, subject, person, client=self._client, key=key, now=self._clock.now(), generation=generation
        )

    def _key(self) -> str:
        key = self._fields.get("key", "")
        if len(key) < SHORTEST_KEY:
            raise SecretError(f"the key of the answer links is missing or shorter than {SHORTEST_KEY} characters")
        return key

    def _keys(self) -> tuple[str, ...]:
        """The present key, and the one before it while its links still live."""
        return (self._key(), *(old for old in [self._fields.get("key_previous")] if old))
