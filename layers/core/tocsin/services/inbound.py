"""What comes in from other tools and by forwarded e-mail: to the queue, or to the quarantine with the reason."""

import logging
from collections.abc import Iterable
from datetime import timedelta

from tocsin.domain.byhand import HandedIn, mail_posts, mail_sender, sender_domain
from tocsin.domain.client import Client
from tocsin.domain.errors import MailboxError, ParseError, SecretError
from tocsin.domain.intake_settings import Webhook
from tocsin.domain.matching import TermMatcher
from tocsin.domain.mention import Mention, Post
from tocsin.domain.model import Frozen
from tocsin.domain.webhook import REMEMBERED, Refusal, TooManyItemsError, fingerprint, refusal
from tocsin.ports import ClientStore, Clock, ItemReader, MailBox, MentionQueue, Quarantine, RateLimits, SecretStore
from tocsin.services.logged import logged

logger = logging.getLogger(__name__)

SECRET = "webhooks"  # noqa: S105 - the name under which the keys are kept
PREVIOUS = ".previous"
HOOK_EVERY, HOOK_BURST = timedelta(seconds=1), 120
PASS = "PASS"  # noqa: S105 - SES's word for good
VERDICTS = ("spf", "dkim", "spam", "virus")


class HookAnswer(Frozen):
    """What the sender is told. ``unmatched``: items that name no brand, which is no error."""

    refused: Refusal | None = None
    busy: bool = False
    accepted: int = 0
    unmatched: int = 0
    quarantined: int = 0


class Hooks:
    def __init__(
        self,
        *,
        clients: ClientStore,
        limits: RateLimits,
        queue: MentionQueue,
        quarantine: Quarantine,
        secrets: SecretStore,
        clock: Clock,
        read: ItemReader,
    ) -> None:
        self._clients = clients
        self._limits = limits
        self._queue = queue
        self._quarantine = quarantine
        self._secrets = secrets
        self._clock = clock
        self._read = read

    def receive(self, name: str, *, timestamp: str, signature: str, body: bytes) -> HookAnswer:
        """``signature``: the header's text. What fails after the signature held (a throttled queue) is raised, so that
        the sender tries again: a message counts as known only when the queue has it."""
        client = self._clients.load()
        hook = next((each for each in client.webhooks if each.name == name), None) if client else None
        if client is None or hook is None:
            return HookAnswer(refused=Refusal.UNKNOWN)
        now = self._clock.now()
        refused = refusal(self._keys(hook), timestamp, signature, body, now)
        if refused is not None:
            return HookAnswer(refused=refused)
        mark = fingerprint(timestamp, body)
        if self._limits.known(hook.name, mark):
            return HookAnswer(refused=Refusal.REPLAY)
        if not self._limits.take(f"hook/{hook.name}", every=HOOK_EVERY, burst=HOOK_BURST, now=now):
            return HookAnswer(busy=True)
        try:
            items = self._read(body, hook, fetched_at=now)
        except TooManyItemsError:
            return HookAnswer(refused=Refusal.ITEMS)
        except ParseError:
            return HookAnswer(refused=Refusal.BODY)
        mentions, unmatched = _mentions(client, hook, items.posts)
        self._queue.send(mentions)
        for item in items.unreadable:
            self._quarantine.put(item.body, f"hook {hook.name}: {item.reason}")
        self._limits.remember(hook.name, mark, now + REMEMBERED)
        return HookAnswer(accepted=len(mentions), unmatched=unmatched, quarantined=len(items.unreadable))

    def _keys(self, hook: Webhook) -> tuple[str, ...]:
        """Today's key and the one before it: both hold while the sender is being changed over.

        A signature does not name its hook: a key that stands under another one as well would let a message for that one
        in here, so it opens neither."""
        try:
            fields = self._secrets.secret(SECRET)
        except SecretError as error:
            logger.error("the keys of the hooks cannot be read", extra=logged(error))
            return ()
        others = {key for name, key in fields.items() if name.removesuffix(PREVIOUS) != hook.name}
        own = [key for name in (hook.name, hook.name + PREVIOUS) if (key := fields.get(name, ""))]
        if others & set(own):
            logger.error("two hooks have the same key, which opens neither", extra={"hook": hook.name})
        return tuple(key for key in own if key not in others)


def _mentions(client: Client, hook: Webhook, posts: Iterable[Post]) -> tuple[list[Mention], int]:
    """With a brand in the hook all is its; else the terms decide. Returns the mentions, and how many posts had none."""
    if hook.brand is not None:
        return [Mention.of(post, hook.brand) for post in posts], 0
    return matched(client, posts)


def matched(client: Client, posts: Iterable[Post]) -> tuple[list[Mention], int]:
    matchers = {brand.name: TermMatcher(brand) for brand in client.brands}
    mentions: list[Mention] = []
    unmatched = 0
    for post in posts:
        found = [Mention.of(post, name) for name, matcher in matchers.items() if matcher.matches(post.words)]
        mentions += found
        unmatched += not found
    return mentions, unmatched


class MailArrived(Frozen):
    """What SES says of a mail: the envelope's sender, and its verdicts by name (spf, dkim, spam, virus, dmarc)."""

    message_id: str
    sender: str
    verdicts: dict[str, str]


class InboundMail:
    """A mail that somebody of the desk forwarded becomes a mention. Everybody else's is refused without being read."""

    def __init__(
        self,
        *,
        clients: ClientStore,
        queue: MentionQueue,
        quarantine: Quarantine,
        mails: MailBox,
        clock: Clock,
    ) -> None:
        self._clients = clients
        self._queue = queue
        self._quarantine = quarantine
        self._mails = mails
        self._clock = clock

    def receive(self, arrived: MailArrived) -> int:
        """Return how many mentions were queued; 0 for a mail that was refused or set aside."""
        client = self._clients.load()
        if client is None or client.intake is None:
            return 0
        bad = [name for name in VERDICTS if arrived.verdicts.get(name) != PASS]
        if bad:
            logger.warning("a forwarded e-mail was refused", extra={"verdicts": bad})
            return 0
        try:
            raw = self._mails.read(arrived.message_id)
            if not _from_the_desk(mail_sender(raw), arrived, {one.casefold() for one in client.intake.desk_senders}):
                logger.warning("a forwarded e-mail was refused", extra={"verdicts": ["sender"]})
                return 0
            mail = mail_posts(raw, now=self._clock.now())
        except (MailboxError, ParseError) as error:
            self._quarantine.put(arrived.message_id, f"forwarded e-mail: {error}")
            return 0
        mentions = _for_a_brand(client, mail.handed)
        self._queue.send(mentions)
        return len(mentions)


def _from_the_desk(sender: str, arrived: MailArrived, desk: set[str]) -> bool:
    """SPF speaks of the envelope and DKIM of any signing domain: that the From line is true is said by DMARC, or by an
    envelope of the same domain."""
    aligned = arrived.verdicts.get("dmarc") == PASS or sender_domain(arrived.sender) == sender_domain(sender)
    return sender in desk and aligned


def _for_a_brand(client: Client, handed: Iterable[HandedIn]) -> list[Mention]:
    """What a person forwarded concerns the client even when it names no brand: then the intake's, or the first."""
    fallback = (client.intake.brand if client.intake else None) or client.brands[0].name
    mentions: list[Mention] = []
    for each in handed:
        found, _ = matched(client, [each.post])
        mentions += found or [Mention.of(each.post, fallback)]
    return mentions
