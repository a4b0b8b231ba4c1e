"""Read mentions, record each exactly once, and assess the brands they concern."""

import logging
from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from tocsin.domain.client import Client
from tocsin.domain.errors import ConflictError, RejectedItemError, ThrottledError
from tocsin.domain.mention import Mention
from tocsin.domain.model import Frozen
from tocsin.domain.reading import ScoredMention
from tocsin.ports import Analyzer, ClientStore, MentionStore, Quarantine, SecondReader
from tocsin.services.assess import Assess
from tocsin.services.logged import logged
from tocsin.services.stories import Stories

logger = logging.getLogger(__name__)

CHUNK = 40
"""Mentions a transaction: at worst a counter each, the signals of three days and a dirty_seq, so 84 of the 100 actions,
and far from 4 MB."""
ALWAYS_SEVERITY = 0.9


class QueuedMention(Frozen):
    """A message of the queue: its id, for the answer to SQS, and its body as it came."""

    message_id: str
    body: str


class ScoreReport(Frozen):
    failed: tuple[str, ...] = ()
    """Ids of messages that must come again."""
    recorded: int = 0
    quarantined: int = 0


class _Queued(Mention):
    history: bool = False


class _Work(Frozen):
    message_id: str
    body: str
    scored: ScoredMention


class Score:
    def __init__(
        self,
        *,
        clients: ClientStore,
        mentions: MentionStore,
        quarantine: Quarantine,
        analyzer: Analyzer,
        assess: Assess,
        second: SecondReader | None = None,
        stories: Stories | None = None,
    ) -> None:
        self._clients = clients
        self._mentions = mentions
        self._quarantine = quarantine
        self._analyzer = analyzer
        self._assess = assess
        self._second = second
        self._stories = stories

    def run(self, messages: Sequence[QueuedMention]) -> ScoreReport:
        client = self._clients.load()
        if client is None:
            return ScoreReport(failed=tuple(message.message_id for message in messages))
        work: dict[str, list[_Work]] = {}
        quarantined = 0
        for message in messages:
            try:
                queued = _Queued.model_validate_json(message.body, extra="ignore")
                mention = Mention.of(queued, queued.brand)
            except ValidationError as error:
                self._quarantine.put(message.body, _reason(error))
                quarantined += 1
                continue
            try:
                scored = scored_of(self._analyzer, mention, client, history=queued.history)
            except Exception as error:
                logger.error("a mention that the analyzer cannot read", extra=logged(error))
                self._quarantine.put(message.body, f"the analyzer cannot read it: {type(error).__name__}")
                quarantined += 1
                continue
            work.setdefault(mention.brand, []).append(
                _Work(message_id=message.message_id, body=message.body, scored=scored)
            )
        if self._second is not None:
            work = _refined(self._second, client, work)
        failed: list[str] = []
        recorded = 0
        heard: dict[str, list[ScoredMention]] = {}
        for brand, pieces in work.items():
            for chunk in _chunks(pieces):
                try:
                    new, refused = self._record(brand, chunk)
                except (ConflictError, ThrottledError):
                    logger.warning("chunk left to the next attempt", extra={"brand": brand, "size": len(chunk)})
                    failed += [piece.message_id for piece in chunk]
                else:
                    recorded += new
                    quarantined += refused
                    heard.setdefault(brand, []).extend(piece.scored for piece in chunk)
        for brand in work:
            self._assess_brand(client, brand)
        for brand, recent in heard.items():
            self._tell_stories(client, brand, recent)
        return ScoreReport(failed=tuple(failed), recorded=recorded, quarantined=quarantined)

    def _record(self, brand: str, chunk: Sequence[_Work]) -> tuple[int, int]:
        """Return (new, quarantined). What the store refuses for good is found by halving, and set aside alone."""
        try:
            return self._mentions.record(brand, [piece.scored for piece in chunk]), 0
        except RejectedItemError as error:
            if len(chunk) == 1:
                self._quarantine.put(chunk[0].body, f"the store refused it: {error}")
                return 0, 1
            middle = len(chunk) // 2
            first, second = self._record(brand, chunk[:middle]), self._record(brand, chunk[middle:])
            return first[0] + second[0], first[1] + second[1]

    def _assess_brand(self, client: Client, brand: str) -> None:
        """The mentions are safe by now and the brand is dirty: trouble here must not bring them all again."""
        if client.brand(brand) is None:
            return
        try:
            self._assess.after_mentions(client, brand)
        except Exception as error:
            logger.error("assessment left to watch", extra={"brand": brand, **logged(error)})

    def _tell_stories(self, client: Client, name: str, scored: Sequence[ScoredMention]) -> None:
        """Last, since nobody waits for it; whatever happens, the mentions are safe and assessed."""
        brand = client.brand(name)
        if self._stories is None or brand is None:
            return
        try:
            self._stories.tell(brand, scored)
        except Exception as error:
            logger.error("stories left as they were", extra={"brand": name, **logged(error)})


def scored_of(analyzer: Analyzer, mention: Mention, client: Client, *, history: bool = False) -> ScoredMention:
    """As the analyzer reads it, made grave where the client's file says 'always alert'."""
    reading = analyzer.read(mention, client.brand(mention.brand))
    always = _always(mention, client)
    if always:
        reading = reading.model_copy(update={"severity": max(reading.severity, ALWAYS_SEVERITY)})
    return ScoredMention.made_of({"mention": mention, "reading": reading, "history": history, "always": always})


def _always(mention: Mention, client: Client) -> bool:
    always = client.always_alert
    if not always.phrases and not always.authors:
        return False
    words = mention.words.casefold()
    handles = {name.casefold().lstrip("@") for name in (mention.author.handle, mention.author.name) if name}
    return any(phrase.casefold() in words for phrase in always.phrases) or any(
        author.casefold().lstrip("@") in handles for author in always.authors
    )


def _refined(second: SecondReader, client: Client, work: dict[str, list[_Work]]) -> dict[str, list[_Work]]:
    """All brands at once: a call of the cloud's reader takes many texts."""
    scored = iter(second(client, [piece.scored for pieces in work.values() for piece in pieces]))
    return {
        brand: [piece.model_copy(update={"scored": next(scored)}) for piece in pieces] for brand, pieces in work.items()
    }


def _chunks(pieces: Sequence[_Work]) -> Iterator[Sequence[_Work]]:
    """In order of publication, so that a chunk touches few minutes."""
    ordered = sorted(pieces, key=lambda piece: piece.scored.mention.published_at)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"not a mention: {place + ': ' if place else ''}{first['msg']}"
