"""Protects: what somebody said in private counts for the alarm, and stands in no mail, SMS or topic of an alert."""

import json
from datetime import timedelta

import pytest

from tests.support.samples import NOON, client, mention
from tests.unit.services.support import House
from tocsin.adapters.channels.topic_sns import document
from tocsin.domain.alert import Alert
from tocsin.domain.mention import Author, Medium
from tocsin.domain.outbox import Channel
from tocsin.web.mail import render_email
from tocsin.web.sms import render_sms

WORDS = "Аврора: отруїлися всією родиною, адреса Поділ 7"


def alerts(*numbers: str, source: str = "intake") -> list[Alert]:
    """What goes out when the gravest mentions are private ones."""
    at = House(client())
    at.clock.forward(minutes=1)
    private = {"medium": Medium.PRIVATE, "text": WORDS, "title": "Таємно", "url": "https://private.example/letter"}
    at.hear(
        *(
            mention(
                n, id=f"{source}:{number}", at=NOON + timedelta(seconds=n), author=Author(name="Ольга М."), **private
            )
            for n, number in enumerate(numbers)
        ),
        *(mention(n, at=NOON + timedelta(seconds=n), text="Аврора: жах", title=None, url=None) for n in range(20, 30)),
    )
    for item in list(at.cases._outbox.values()):
        at.notify.deliver(item.id)
    return [alert for channel in Channel for _, alert in at.channels[channel].sent]


@pytest.mark.parametrize(
    ("language", "said"), [("uk", "Приватна скарга № 482-913"), ("es", "Una queja privada, n.º 482-913")]
)
def test_a_complaint_is_named_by_its_number_alone(language: str, said: str) -> None:
    sent = alerts("482913", "482914", "482915")
    assert len(sent) >= 3
    for each in sent:
        alert = each.model_copy(update={"language": language})
        assert any(shown.private == "482-913" for shown in alert.mentions)
        mail = render_email(alert)
        everything = (
            alert.model_dump_json(),
            mail.subject,
            mail.html,
            mail.text,
            render_sms(alert),
            json.dumps(document(alert), ensure_ascii=False),
        )
        for text in everything:
            for word in ("отруїлися", "Поділ 7", "Таємно", "Ольга", "private.example"):
                assert word not in text
        assert said in mail.html
        assert said in mail.text


def test_a_private_message_without_a_number_is_only_that() -> None:
    for alert in alerts("0ff", "0fe", "0fd", source="byhand"):
        assert "Приватне повідомлення" in render_email(alert.model_copy(update={"language": "uk"})).text
        assert "отруїлися" not in alert.model_dump_json()


def test_private_complaints_alone_raise_the_alarm() -> None:
    at = House(client())
    at.clock.forward(minutes=1)
    at.hear(
        *(
            mention(n, id=f"intake:48291{n}", source="intake", medium=Medium.PRIVATE, url=None, text=WORDS)
            for n in range(10)
        )
    )
    assert list(at.cases._outbox.values())
