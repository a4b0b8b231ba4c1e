"""Receipts of providers: marked at the message, passed on to the escalation, and the agency's own bounced mail told."""

import logging
from typing import Protocol

from tocsin.domain.outbox import Delivery, DeliveryState, OutboxItem
from tocsin.domain.receipt import Receipt
from tocsin.ports import CaseStore, OperatorChannel
from tocsin.services.logged import logged

logger = logging.getLogger(__name__)

TRIES = 2
_TOLD_OF = {DeliveryState.BOUNCED, DeliveryState.COMPLAINED, DeliveryState.FAILED}


class Moves(Protocol):
    def receipt(self, item_id: str, delivery: Delivery) -> bool: ...


class Receipts:
    """``escalate`` marks the message, and takes another way at once for a page that was lost."""

    def __init__(self, *, cases: CaseStore, escalate: Moves, operator: OperatorChannel, client: str) -> None:
        self._cases = cases
        self._escalate = escalate
        self._operator = operator
        self._client = client

    def record(self, receipt: Receipt) -> bool:
        """Whether it is of a message that we know. The page goes first; what is said of it comes after."""
        item = self._item(receipt)
        new = item is None or item.delivery is None or item.delivery.state is not receipt.delivery.state
        known = item is not None and self._escalate.receipt(item.id, receipt.delivery)
        if new and receipt.address is not None and receipt.delivery.state in _TOLD_OF and not self._told(item):
            self._tell(receipt, receipt.address)
        logger.info(
            "receipt",
            extra={"channel": receipt.channel.value, "state": receipt.delivery.state.value, "known": known},
        )
        return known

    def _item(self, receipt: Receipt) -> OutboxItem | None:
        """One of another channel, or of an incident that is not there, is nobody's."""
        if receipt.item_id is None:
            return None
        item = self._cases.outbox_item(receipt.item_id)
        return item if item is not None and item.channel is receipt.channel else None

    def _told(self, item: OutboxItem | None) -> bool:
        """A dead mailbox is told once an incident, not with each of its mails."""
        if item is None:
            return False
        return any(
            other.id != item.id
            and other.address == item.address
            and other.delivery is not None
            and other.delivery.state in _TOLD_OF
            for other in self._cases.outbox_of(item.incident_id)
        )

    def _tell(self, receipt: Receipt, address: str) -> None:
        subject, text = _words(self._client, receipt, address)
        for left in reversed(range(TRIES)):
            try:
                self._operator.tell(subject, text)
            except Exception as error:
                logger.error("the operator was not told of a lost mail", extra={**logged(error), "tries_left": left})
            else:
                return


def _words(client: str, receipt: Receipt, address: str) -> tuple[str, str]:
    why = f" ({receipt.delivery.reason})" if receipt.delivery.reason else ""
    if receipt.delivery.state is DeliveryState.COMPLAINED:
        text = (
            f"{address} reported a mail of Tocsin as spam{why}, and SES will not write there again until the address is"
            " taken off the account's suppression list. Ask them to allow the sender, then remove it there."
        )
        return f"{client}: a mail to one of its people was reported as spam", text
    text = (
        f"The mail to {address} came back{why}. Who was to be woken by it is asked another way now; the next mail will"
        " fare no better. Correct the address in the client's file and deploy it, or mend the mailbox and take it off"
        " SES's suppression list."
    )
    return f"{client}: a mail to one of its people did not arrive", text
