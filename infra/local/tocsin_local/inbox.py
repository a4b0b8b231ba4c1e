"""What left the local AWS: the mails and SMS that SES and SNS took."""

from dataclasses import dataclass
from typing import Any

from tocsin_local.ministack import MiniStack


@dataclass(frozen=True)
class Mail:
    """``taken_at``: real seconds since the epoch."""

    id: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str | None
    taken_at: float


@dataclass(frozen=True)
class Sms:
    id: str
    to: str
    text: str


def mails(mini: MiniStack) -> list[Mail]:
    """All mails so far, oldest first."""
    accounts = mini.inspect("ses/messages")["messages"].values()
    found = [_mail(record) for records in accounts for record in records]
    return sorted(found, key=lambda mail: mail.taken_at)


def text_messages(mini: MiniStack) -> list[Sms]:
    """All SMS so far, by phone number, oldest first within one."""
    phones = mini.inspect("sns/sms-messages")["sms_messages"]
    return [
        Sms(id=record["MessageId"], to=phone, text=record["Message"]) for phone in phones for record in phones[phone]
    ]


def _mail(record: Any) -> Mail:
    return Mail(
        id=record["MessageId"],
        to=tuple(record["To"]),
        subject=record["Subject"],
        text=record["BodyText"],
        html=record["BodyHtml"],
        taken_at=record["Timestamp"],
    )
