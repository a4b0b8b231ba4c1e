"""What a provider tells later of a message that it took: hours or days later, so that nothing may wait for it."""

from tocsin.domain.model import Frozen
from tocsin.domain.outbox import Channel, Delivery


class Receipt(Frozen):
    """``item_id``: of the outbox; None for mail that is no alert (a report, a notice). ``address``: of a lost mail."""

    channel: Channel
    delivery: Delivery
    item_id: str | None = None
    address: str | None = None
