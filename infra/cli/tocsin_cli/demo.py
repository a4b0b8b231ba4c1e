"""`tocsin demo`: a crisis of an invented brand through the whole local stack."""

import os
import sys
import webbrowser
from typing import Annotated

import typer

from tocsin.domain.outbox import Channel, OutboxItem
from tocsin.web.i18n import Reader
from tocsin_cli.errors import FoundWantingError
from tocsin_cli.letters import Letters
from tocsin_cli.output import COLOURS, Screen, short
from tocsin_cli.playbooks import load_library
from tocsin_cli.tell import tell
from tocsin_local.paths import shown
from tocsin_local.play import Play


def demo(
    headless: Annotated[bool, typer.Option("--headless", help="Open no browser.")] = False,
    json: Annotated[bool, typer.Option("--json", help="End with one JSON line; the story goes to stderr.")] = False,
) -> None:
    """Play a crisis of an invented brand: real functions on a local AWS, simulated platforms, nobody is really told."""
    screen = Screen(json_lines=json)
    with Play(screen.step, load_library()) as play:
        reader = Reader(play.client.language, play.client.timezone)
        screen.say(f"{play.client.name}: two calm days, then a rumour ({play.client.timezone})", "bold")
        for moment, news in play.minutes():
            tell(screen, reader.local(moment), news)
        letters = Letters("demo")
        letters.save(play.stack.mini)
        alarm = play.alarm()
        if alarm is not None:
            _show(screen, letters, play.result.alerts, alarm)
        page = letters.page_of(alarm.provider_id) if alarm else None
        minutes = play.minutes_to_alert()
        screen.say()
        if minutes is not None:
            screen.say(
                f"{play.result.mentions} mentions heard; the first alarm was in hand {minutes:g} minutes"
                f" after the first post; now: {play.result.level.value}",
                COLOURS[play.result.level],
            )
        if page is not None:
            screen.say(f"the e-mail as a page: {shown(page)}")
            if not headless and _has_display():
                webbrowser.open(page.as_uri())
        if json:
            screen.data(
                {
                    "mentions": play.result.mentions,
                    "alerts": [_alert_line(alert) for alert in play.result.alerts],
                    "level": play.result.level.value,
                    "minutes_to_alert": minutes,
                }
            )
        if alarm is None:
            raise FoundWantingError("the story ended and nobody was told of a crisis")


def _show(screen: Screen, letters: Letters, alerts: list[OutboxItem], alarm: OutboxItem) -> None:
    """The alert in hand: the first SMS and the first e-mail of the alarm."""
    of_alarm = [a for a in alerts if (a.incident_id, a.alert_no) == (alarm.incident_id, alarm.alert_no)]
    for channel, word in ((Channel.SMS, "SMS"), (Channel.EMAIL, "e-mail")):
        alert = next((each for each in of_alarm if each.channel is channel), None)
        if alert is not None:
            screen.say()
            screen.say(f"{word} to {short(alert.address)}", "bold")
            screen.quote(letters.text_of(alert.provider_id))


def _alert_line(alert: OutboxItem) -> dict[str, str | None]:
    at = alert.sent_at.isoformat().replace("+00:00", "Z") if alert.sent_at else None
    return {"channel": alert.channel.value, "recipient": alert.address, "at": at}


def _has_display() -> bool:
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
