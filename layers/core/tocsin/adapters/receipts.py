"""What SES and AWS End User Messaging publish of a message, read into receipts.

Shapes: SES developer guide, "Examples of event data that Amazon SES publishes to Amazon SNS"; End User Messaging user
guide, "Messaging events" and "Event types for SMS, MMS, and voice". What a mail server or a carrier says in its own
words is left out: only AWS's own words of a list are kept.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tocsin.adapters.channels.eum import CONTEXT
from tocsin.adapters.channels.ses_mail import TAG, alert_of
from tocsin.domain.errors import ParseError
from tocsin.domain.outbox import Channel, Delivery, DeliveryState
from tocsin.domain.receipt import Receipt
from tocsin.web.clean import one_line

ITEM_HEADER = "x-tocsin-alert"
_ITEM = re.compile(r"[^/\s]{1,200}/\d{1,6}/[a-z]{2,20}/\S{1,254}")
_WORD = re.compile(r"[A-Za-z]{1,40}")
_STATUS = re.compile(r"\d\.\d{1,3}\.\d{1,3}")
_MAIL = {
    "Bounce": DeliveryState.BOUNCED,
    "Complaint": DeliveryState.COMPLAINED,
    "Delivery": DeliveryState.DELIVERED,
    "Reject": DeliveryState.FAILED,
    "Rendering Failure": DeliveryState.FAILED,
}
_PHONE = {
    "TEXT_DELIVERED": (DeliveryState.DELIVERED, None),
    "TEXT_SUCCESSFUL": (DeliveryState.DELIVERED, "taken by the carrier, which tells no more"),
    "TEXT_INVALID": (DeliveryState.FAILED, "the number is not valid"),
    "TEXT_INVALID_MESSAGE": (DeliveryState.FAILED, "the message is not valid"),
    "TEXT_UNREACHABLE": (DeliveryState.FAILED, "the phone cannot be reached"),
    "TEXT_CARRIER_UNREACHABLE": (DeliveryState.FAILED, "the carrier cannot be reached"),
    "TEXT_BLOCKED": (DeliveryState.FAILED, "blocked by the phone or its carrier"),
    "TEXT_CARRIER_BLOCKED": (DeliveryState.FAILED, "blocked by the carrier"),
    "TEXT_SPAM": (DeliveryState.FAILED, "taken for spam"),
    "TEXT_TTL_EXPIRED": (DeliveryState.FAILED, "not delivered in time"),
    "TEXT_PROTECT_BLOCKED": (DeliveryState.FAILED, "blocked by the account's own protection"),
    "VOICE_ANSWERED": (DeliveryState.DELIVERED, "answered"),
    "VOICE_COMPLETED": (DeliveryState.DELIVERED, "answered"),
    "VOICE_BUSY": (DeliveryState.FAILED, "busy"),
    "VOICE_NO_ANSWER": (DeliveryState.FAILED, "no answer"),
    "VOICE_FAILED": (DeliveryState.FAILED, "the call failed"),
    "VOICE_TTL_EXPIRED": (DeliveryState.FAILED, "not called in time"),
}
"""What is not named here is on its way, or not known (TEXT_UNKNOWN comes after 72 hours), and tells nothing."""


def read_receipt(message: str) -> Receipt | None:
    """None for what is no news. Raise ParseError for what is no event of either service."""
    try:
        event = json.loads(message)
        kind = event["eventType"]
        if kind in _MAIL:
            return _of_mail(event, _MAIL[kind])
        if kind in _PHONE:
            return _of_phone(event, kind)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise ParseError("no event of SES or of End User Messaging") from None
    return None


def _of_mail(event: Mapping[str, Any], state: DeliveryState) -> Receipt:
    mail = event["mail"]
    details = event.get(event["eventType"].lower(), {})
    at = datetime.fromisoformat(details.get("timestamp") or mail["timestamp"])
    headers = {str(one["name"]).lower(): str(one["value"]) for one in mail.get("headers") or ()}
    tags = (mail.get("tags") or {}).get(TAG) or ()
    addresses = [str(address) for address in mail["destination"]]
    return Receipt(
        channel=Channel.EMAIL,
        delivery=Delivery(state=state, at=at, reason=_why(details)),
        item_id=_item(alert_of(str(tags[0]))) if tags else _item(headers.get(ITEM_HEADER)),
        address=one_line(addresses[0], 254) if addresses else None,
    )


def _why(details: Mapping[str, Any]) -> str | None:
    """Type, subtype and the status code of the first recipient, as far as they are what they should be."""
    recipients = details.get("bouncedRecipients") or ()
    status = recipients[0].get("status") if recipients else None
    named = (details.get("bounceType"), details.get("bounceSubType"), details.get("complaintFeedbackType"))
    words = [word for word in named if isinstance(word, str) and _WORD.fullmatch(word)]
    if isinstance(status, str) and _STATUS.fullmatch(status):
        words.append(status)
    return " ".join(words) or None


def _of_phone(event: Mapping[str, Any], kind: str) -> Receipt | None:
    state, reason = _PHONE[kind]
    if kind == "TEXT_SUCCESSFUL" and event.get("isFinal") is not True:
        return None
    context = event.get("context")
    return Receipt(
        channel=Channel.CALL if kind.startswith("VOICE") else Channel.SMS,
        delivery=Delivery(
            state=state, at=datetime.fromtimestamp(int(event["eventTimestamp"]) / 1000, UTC), reason=reason
        ),
        item_id=_item(context.get(CONTEXT) if isinstance(context, dict) else None),
    )


def _item(said: object) -> str | None:
    return said if isinstance(said, str) and _ITEM.fullmatch(said) else None
