"""A tap on the link of a test message proves the way that it came by, where no provider tells of it."""

from tocsin.domain.errors import ConflictError
from tocsin.domain.links import Link
from tocsin.domain.outbox import AlertKind, Delivery, DeliveryState, DeliveryStatus, OutboxItem
from tocsin.ports import CaseStore, Clock
from tocsin.services.links import LinkRefusedError, Refusal

RACES = 5


def test_message(cases: CaseStore, link: Link) -> OutboxItem:
    """Raise LinkRefusedError where it is forgotten, or was somebody else's."""
    item = cases.outbox_item(link.subject)
    if item is None or item.kind is not AlertKind.TEST or item.recipient.casefold() != link.person.casefold():
        raise LinkRefusedError(Refusal.UNKNOWN, link)
    return item


def reached(cases: CaseStore, link: Link, clock: Clock) -> OutboxItem:
    """Note that it came. Whoever taps has it, whatever a provider or the sender said of it before."""
    for _ in range(RACES):
        item = test_message(cases, link)
        if is_reached(item):
            return item
        arrived = Delivery(state=DeliveryState.DELIVERED, at=clock.now())
        facts = {"status": DeliveryStatus.SENT, "last_error": None, "delivery": arrived}
        known = item.model_copy(update={**facts, "version": item.version + 1})
        try:
            cases.update_outbox(known)
        except ConflictError:
            continue
        return known
    raise ConflictError("others write this message")


def is_reached(item: OutboxItem) -> bool:
    delivered = item.delivery is not None and item.delivery.state is DeliveryState.DELIVERED
    return delivered and item.status is DeliveryStatus.SENT
