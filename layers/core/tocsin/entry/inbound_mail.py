"""What SES says of the mail that it received (receipt rule, Lambda action), in plain values."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.services.inbound import InboundMail, MailArrived
from tocsin.services.logged import LeftUndoneError, logged

logger = logging.getLogger(__name__)

NAMES = ("spf", "dkim", "spam", "virus", "dmarc")


def is_mail(event: Mapping[str, Any]) -> bool:
    records = event.get("Records")
    if not isinstance(records, list) or not records:
        return False
    return all(record.get("eventSource") == "aws:ses" for record in records)


def receive(mail: InboundMail, event: Mapping[str, Any]) -> int:
    """Return how many mentions were queued. Raise LeftUndoneError, so that Lambda tries again: what really went wrong
    may quote the letter, and Lambda logs whatever is raised."""
    mentions, trouble = 0, 0
    for each in arrived(event):
        try:
            mentions += mail.receive(each)
        except Exception as error:
            logger.error("a forwarded e-mail is left to the next attempt", extra=logged(error))
            trouble += 1
    if trouble:
        raise LeftUndoneError(f"{trouble} forwarded e-mails are left to the next attempt")
    return mentions


def arrived(event: Mapping[str, Any]) -> Iterator[MailArrived]:
    for record in event["Records"]:
        mail, receipt = record["ses"]["mail"], record["ses"]["receipt"]
        yield MailArrived(
            message_id=mail["messageId"],
            sender=str(mail.get("source") or ""),
            verdicts={name: str((receipt.get(f"{name}Verdict") or {}).get("status", "")) for name in NAMES},
        )
