"""What SES says of the mail that it received (receipt rule, Lambda action), in plain values."""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.services.inbound import MailArrived

NAMES = ("spf", "dkim", "spam", "virus", "dmarc")


def is_mail(event: Mapping[str, Any]) -> bool:
    records = event.get("Records")
    if not isinstance(records, list) or not records:
        return False
    return all(record.get("eventSource") == "aws:ses" for record in records)


def arrived(event: Mapping[str, Any]) -> Iterator[MailArrived]:
    for record in event["Records"]:
        mail, receipt = record["ses"]["mail"], record["ses"]["receipt"]
        yield MailArrived(
            message_id=mail["messageId"],
            sender=str(mail.get("source") or ""),
            verdicts={name: str((receipt.get(f"{name}Verdict") or {}).get("status", "")) for name in NAMES},
        )
