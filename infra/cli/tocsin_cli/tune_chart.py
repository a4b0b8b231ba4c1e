"""The chart of `tocsin tune` as one SVG: alarms a month against delay, and the history with the calendar's events."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from itertools import groupby
from operator import itemgetter

from tocsin.domain.calendar import between
from tocsin.domain.client import Client
from tocsin.services.tune import Row
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader

WIDTH, HEIGHT = 860, 620
LEFT, RIGHT, TOP, BOTTOM = 70, 60, 100, 390
STRIP_TOP, STRIP_BOTTOM = 470, 540
TICKS = 5
SPACE = 'xmlns="http://www.w3.org/2000/svg"'
STYLE = """
svg { color-scheme: light dark; background: #ffffff; font: 14px system-ui, 'Segoe UI', Roboto, sans-serif; }
text { fill: #16191c; } .mute { fill: #5b646d; font-size: 12px; } .head { font-size: 17px; font-weight: 600; }
.line { stroke: #d5d9dd; } .curve { fill: none; stroke: #3b4a9e; stroke-width: 2; }
.dot { fill: #3b4a9e; } .own { fill: #b3161b; } .rise { stroke: #b3161b; stroke-width: 2; }
.quieter { fill: #9fc2d0; opacity: .5; } .watchful { fill: #f5a06b; opacity: .5; }
@media (prefers-color-scheme: dark) {
  svg { background: #1a1d20; } text { fill: #f2f4f5; } .mute { fill: #a7afb6; } .line { stroke: #3a4046; }
  .curve { stroke: #a9b4ff; } .dot { fill: #a9b4ff; } .own { fill: #ff8f8a; } .rise { stroke: #ff8f8a; }
}
"""


def chart(client: Client, rows: Sequence[Row], since: datetime, until: datetime) -> str:
    """Text from the client's file is escaped; nothing is loaded from anywhere."""
    reader = Reader("en", client.timezone)
    shown = [row for row in rows if row.median_delay_minutes is not None]
    parts = [
        f'<svg {SPACE} viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(_summary(client, rows))}">',
        f"<style>{STYLE}</style>",
        _text(LEFT, 32, f"{one_line(client.name, 60)}: alarms a month against delay", "head"),
        _text(LEFT, 52, "a point a threshold of issue; red: the client's own", "mute"),
        *(_axes(shown) if shown else [_text(LEFT, 200, "no threshold raised an alarm on this history", "mute")]),
        *_curve(shown),
        *_strip(client, reader, rows, since, until),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _summary(client: Client, rows: Sequence[Row]) -> str:
    own = next((row for row in rows if row.shipped), None)
    said = f": {own.alarms_a_month:.1f} alarms a month at issue {own.issue}" if own else ""
    return f"{one_line(client.name, 60)}{said}"


def _curve(shown: Sequence[Row]) -> Iterator[str]:
    if not shown:
        return
    most_delay, most_alarms = _most(shown)
    places = [(_x(row.median_delay_minutes or 0, most_delay), _y(row.alarms_a_month, most_alarms)) for row in shown]
    yield f'<polyline class="curve" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>'
    free = float("-inf")  # up to where labels stand below the curve already
    for (x, y), group in groupby(zip(places, shown, strict=True), key=itemgetter(0)):
        rows = [row for _, row in group]
        named = str(rows[0].issue) if len(rows) == 1 else f"{rows[0].issue}–{rows[-1].issue}"
        own = next((row.issue for row in rows if row.shipped), None)
        kind, size = ("dot", 4) if own is None else ("own", 6)
        yield f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{size}"/>'
        if own is not None:
            yield _text(x + 4, y - 12, f"{named} (own: {own})" if len(rows) > 1 else named, "own")
        elif x > free:
            free = x + 8 * len(named) + 6
            yield _text(x + 2, y + 18, named, "mute")


def _axes(shown: Sequence[Row]) -> Iterator[str]:
    most_delay, most_alarms = _most(shown)
    for tick in range(TICKS + 1):
        share = tick / TICKS
        x, y = _x(share * most_delay, most_delay), _y(share * most_alarms, most_alarms)
        yield f'<line class="line" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield _text(LEFT - 8, y + 4, f"{share * most_alarms:.1f}", "mute", anchor="end")
        yield _text(x, BOTTOM + 20, f"{share * most_delay:.0f}", "mute", anchor="middle")
    yield _text((LEFT + WIDTH - RIGHT) / 2, BOTTOM + 42, "minutes after the most watchful threshold", "mute", "middle")
    yield _text(LEFT - 50, TOP - 20, "alarms a month", "mute")


def _strip(client: Client, reader: Reader, rows: Sequence[Row], since: datetime, until: datetime) -> Iterator[str]:
    """The history from left to right: the calendar's events, and the alarms at the client's own threshold."""
    length = max(until - since, timedelta(minutes=1))

    def at(moment: datetime) -> float:
        share = (min(max(moment, since), until) - since) / length
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    yield _text(LEFT, STRIP_TOP - 14, "alarms at the client's own threshold, with the events of its calendar", "mute")
    yield f'<line class="line" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{STRIP_BOTTOM}" y2="{STRIP_BOTTOM}"/>'
    for event in between(client.events, since, until):
        x, end = at(event.start), at(event.end)
        yield (
            f'<rect class="{event.effect}" x="{x:.1f}" y="{STRIP_TOP}" width="{max(end - x, 2):.1f}"'
            f' height="{STRIP_BOTTOM - STRIP_TOP}"><title>{escape(one_line(event.name, 80))}</title></rect>'
        )
        late = x > WIDTH * 0.7
        yield _text(
            end if late else x + 3, STRIP_TOP + 13, one_line(event.name, 24), "mute", "end" if late else "start"
        )
    for moment in next((row.rises for row in rows if row.shipped), ()):
        x = at(moment)
        yield (
            f'<line class="rise" x1="{x:.1f}" x2="{x:.1f}" y1="{STRIP_TOP + 22}" y2="{STRIP_BOTTOM}">'
            f"<title>{escape(f'{reader.date(moment)}, {reader.clock(moment)}')}</title></line>"
        )
    yield _text(LEFT, STRIP_BOTTOM + 20, reader.date(since), "mute")
    yield _text(WIDTH - RIGHT, STRIP_BOTTOM + 20, reader.date(until), "mute", "end")


def _most(shown: Sequence[Row]) -> tuple[float, float]:
    """The ends of both axes; that of the minutes so that its ticks are whole ones."""
    delay = max((row.median_delay_minutes or 0 for row in shown), default=0)
    return TICKS * max(1.0, math.ceil(delay / TICKS)), 1.15 * max(
        (row.alarms_a_month for row in shown), default=0
    ) or 1.0


def _x(delay: float, most: float) -> float:
    return LEFT + delay / most * (WIDTH - LEFT - RIGHT)


def _y(alarms: float, most: float) -> float:
    return BOTTOM - alarms / most * (BOTTOM - TOP - 10)


def _text(x: float, y: float, said: str, kind: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(said)}</text>'
