"""An alert as a person reads it; a channel turns it into words and pixels."""

from enum import StrEnum

from tocsin.domain.case.handed import Handed
from tocsin.domain.case.returned import Returned
from tocsin.domain.client import Language
from tocsin.domain.drills import is_drill
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.domain.reasons import Reason
from tocsin.domain.voice import Voice


class AlertMention(Frozen):
    """One of the gravest mentions. Everything in it comes from outside and is hostile until escaped."""

    title: str
    excerpt: str
    url: str | None
    author: str | None
    followers: int | None
    published_at: UtcDatetime
    language: str
    private: str | None = None
    """Of private words: the complaint's number, or '' where it has none. Then nothing else is told of them."""
    voice: Voice | None = None
    """What its author probably is, where that is a public part and no accusation."""
    before: int | None = None
    """How often they said something of weight of the brand before, as far as that is remembered; None: not known."""


class Told(Frozen):
    """Who else was told, and how."""

    name: str
    channels: tuple[Channel, ...]


class Heard(Frozen):
    """How much of what the client asked for is heard at the time: ``ill`` are names of sources, for people, and
    ``partly`` of those that gave less than usual of what was said there in the last hour."""

    healthy: int
    total: int
    ill: tuple[str, ...] = ()
    sampled: int = 0
    partly: tuple[str, ...] = ()


class AlertStory(Frozen):
    """The largest of the last hours: the title of its best mention, from outside and hostile; told ``size`` times."""

    title: str
    size: int
    since: UtcDatetime


class Also(Frozen):
    """Another alarm that the same SMS tells of."""

    brand: str
    level: Level


class DueKind(StrEnum):
    TASK = "task"
    PROMISE = "promise"
    ENQUIRY = "enquiry"
    QUESTION = "question"
    """By somebody who was briefed."""
    TEXT = "text"
    """It waits for somebody's approval, or for being noted as sent."""
    REVIEW = "review"
    LEVEL = "level"
    """The machine asks for more than the level that a person holds."""
    OWNER = "owner"
    """The case was handed over."""
    TAIL = "tail"
    """The look back, a month after the storm."""
    FORMER = "former"
    """It is an earlier case's matter again; the words are that case's number."""


class Due(Frozen):
    """Something in a case that waits for its owner. ``words``: what a person wrote of it, hostile until cleaned.
    ``at``: by when; None where no clock runs."""

    kind: DueKind
    words: str | None = None
    at: UtcDatetime | None = None


class Alert(Frozen):
    """``mentions``: the three gravest. ``negative`` of ``total`` mentions in the ``window_minutes`` before ``at``.

    ``answer``: the address under which this recipient answers it, theirs alone. ``missed``: names of those who did not
    answer before; ``holders``: of those who have it now, the latest first; ``yours``: the recipient is among them.
    ``text``: the very words for a client's contact, as ``approved_by`` saw them. ``also``: what else an SMS tells of.
    ``declared``: who declared it by hand, and why, where no figures raised it.
    ``due``: what waits for the recipient, the most urgent first. ``plan``: what is done now, for who is paged.
    ``returned``: the earlier case that it is much like, for the agency alone.
    """

    id: str
    incident_id: str
    kind: AlertKind
    client_name: str
    brand: str
    level: Level
    index: float
    reasons: tuple[Reason, ...]
    opened_at: UtcDatetime
    at: UtcDatetime
    recipient: str
    language: Language
    timezone: str
    negative: int
    total: int
    window_minutes: int
    mentions: tuple[AlertMention, ...] = ()
    others: tuple[Told, ...] = ()
    heard: Heard | None = None
    story: AlertStory | None = None
    answer: str | None = None
    missed: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    yours: bool = False
    text: str | None = None
    approved_by: str | None = None
    also: tuple[Also, ...] = ()
    declared: tuple[str, str] | None = None
    due: tuple[Due, ...] = ()
    plan: Handed | None = None
    returned: Returned | None = None

    @property
    def drill(self) -> bool:
        """Does nothing burn but a drill?"""
        return is_drill(self.brand)

    @property
    def link(self) -> str | None:
        """Where to look first: the gravest mention that a browser can open."""
        urls = (mention.url for mention in self.mentions if mention.url)
        return next((url for url in urls if url.startswith(("https://", "http://"))), None)
