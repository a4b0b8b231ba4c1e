"""The bytes behind what was heard. They are for later: nothing that is heard now waits for them."""

import logging
from collections.abc import Iterable
from datetime import datetime

from tocsin.domain.errors import ParseError
from tocsin.domain.mention import Post
from tocsin.domain.source_state import Evidence, Pull
from tocsin.domain.sources import SourceUnit
from tocsin.ports import EvidenceStore

logger = logging.getLogger(__name__)


class Keeper:
    """Keeps bytes that held something new or could not be read; trouble with that is logged and no more."""

    def __init__(self, store: EvidenceStore | None) -> None:
        self._store = store

    def pointing(self, unit: SourceUnit, pull: Pull, fresh: tuple[Post, ...], now: datetime) -> tuple[Post, ...]:
        """The new posts, pointing to the bytes of this look; several pages lie beside the first."""
        keys = self._keep(unit, pull.evidence, now) if fresh else ()
        return tuple(post.model_copy(update={"raw": keys[0]}) for post in fresh) if keys else fresh

    def of_unread(self, unit: SourceUnit, error: Exception, now: datetime) -> None:
        body = error.body if isinstance(error, ParseError) else None
        if body:
            self._keep(unit, (Evidence(url=unit.url, body=body),), now)

    def _keep(self, unit: SourceUnit, evidence: Iterable[Evidence], now: datetime) -> tuple[str, ...]:
        if self._store is None:
            return ()
        try:
            return tuple(self._store.keep(unit.id, now, each) for each in evidence)
        except Exception:
            logger.exception("evidence was not kept", extra={"source": unit.id})
            return ()
