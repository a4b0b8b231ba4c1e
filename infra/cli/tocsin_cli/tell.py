"""A stack's news in lines: what was heard, how the level moves, who was told."""

from datetime import datetime

from tocsin.domain.mention import Medium
from tocsin.domain.outbox import Channel, OutboxItem
from tocsin.domain.reading import ScoredMention, Sentiment
from tocsin_cli.output import COLOURS, Screen, short
from tocsin_local.observe import News

SIGNS = {Sentiment.NEGATIVE: "−", Sentiment.NEUTRAL: "·", Sentiment.POSITIVE: "+"}
SHOWN = 12
"""Mentions shown of one look; a first look may bring hundreds."""


def tell(screen: Screen, at: datetime, news: News) -> None:
    clock = f"{at:%d.%m %H:%M}"
    for scored in news.heard[:SHOWN]:
        screen.say(f"{clock}  {_heard(scored)}")
    if len(news.heard) > SHOWN:
        screen.say(f"{clock}  … and {len(news.heard) - SHOWN} more")
    for change in news.levels:
        screen.say(
            f"{clock}  ▲ {short(change.brand)}: {change.before.value} → {change.after.value} (index {change.index:g})"
            if change.after > change.before
            else f"{clock}  ▼ {short(change.brand)}: {change.before.value} → {change.after.value}",
            COLOURS[change.after],
        )
    for alert in news.sent:
        screen.say(f"{clock}  ✉ {_told(alert)}", "bold")
    for alert in news.failed:
        screen.say(f"{clock}  ✗ {_told(alert)}: {short(alert.last_error or 'not delivered')}", "bold red")


def _heard(scored: ScoredMention) -> str:
    mention = scored.mention
    grave = " GRAVE" if scored.reading.grave else ""
    if mention.medium is Medium.PRIVATE:
        return f"{SIGNS[scored.reading.sentiment]}{grave} in private: {short(mention.id, 60)}"
    author = short(mention.author.name or mention.author.handle or "?", 20)
    return f"{SIGNS[scored.reading.sentiment]}{grave} {author}: {short(mention.words, 90)}"


def _told(alert: OutboxItem) -> str:
    who = "the alert topic" if alert.channel is Channel.TOPIC else f"{alert.channel.value} to {short(alert.address)}"
    return f"{who}: {alert.kind.value}, {alert.level.value}"
