"""Who is behind it: for the agency's own eyes. Hypotheses with what they rest on, and no accusation of anybody."""

from datetime import datetime
from typing import Any

from tocsin.domain.case.anonymity import together
from tocsin.domain.case.dossier import Dossier
from tocsin.domain.case.insight import Insight
from tocsin.domain.case.spread import Spot, Spread, StoryCurve
from tocsin.domain.case.story_hours import HOUR, Hourly, hourly
from tocsin.domain.case.together import SUSPECT, Coordinated
from tocsin.web.case.common import Desk, Wrong, part_page
from tocsin.web.clean import one_line, safe_link
from tocsin.web.i18n import Reader
from tocsin.web.insight_words import VOICES, clue_sentence, sign_sentence
from tocsin.web.pages import Page

MOST_STOPS, MOST_VOICES, MOST_STORIES = 10, 10, 6
HOURS = 48
WIDE, HIGH = 480, 72
"""Of a chart, in its own units."""


def who_page(page: Page, desk: Desk, wrong: Wrong, insight: Insight | None) -> str:
    """``insight``: None where the mentions cannot be read just now."""
    reader = page.reader
    view: dict[str, Any] = {"insight": None}
    if insight is not None:
        view["insight"] = {
            "read": reader.gettext(
                "%(count)s of %(total)s mentions were looked at.",
                count=reader.number(insight.looked_at), total=reader.number(insight.of),
            ),
            "origin": _origin(reader, desk, insight.spread),
            "path": [
                _spot(reader, desk, one.first) | {"place": one_line(one.place, 80), "count": one.mentions}
                for one in insight.spread.path[:MOST_STOPS]
            ],
            "amplifiers": [
                _spot(reader, desk, one.spot)
                | {"gained": reader.number(one.gained), "share": reader.percent(one.share)}
                for one in insight.spread.amplifiers[:MOST_VOICES]
            ],
            "media": [
                _spot(reader, desk, one.first) | {"place": one_line(one.host, 80), "count": one.mentions}
                for one in insight.spread.media[:MOST_STOPS]
            ],
            "stories": _stories(reader, desk.now, insight.spread.stories),
            "crowd": _together(reader, insight.crowd),
            "voices": [_voice(reader, desk, one) for one in insight.voices[:MOST_VOICES]],
        }  # fmt: skip
    return part_page(page, desk, "who", wrong, view)


def _origin(reader: Reader, desk: Desk, spread: Spread) -> dict[str, Any] | None:
    if spread.origin is None:
        return None
    origin = spread.origin
    return _spot(reader, desk, origin.spot) | {
        "sure": reader.percent(origin.confidence),
        "clues": [clue_sentence(reader, one) for one in origin.clues],
        "ours": origin.ours,
    }


def _spot(reader: Reader, desk: Desk, spot: Spot) -> dict[str, Any]:
    link = safe_link(spot.url)
    said = [one_line(spot.author or "", 80) or reader.gettext("author not named")]
    if spot.followers is not None:
        said.append(reader.ngettext("%(count)s follower", "%(count)s followers", spot.followers))
    if spot.views is not None:
        # NOTE: how often a post was seen
        said.append(reader.ngettext("%(count)s view", "%(count)s views", spot.views))
    said.append(reader.moment(spot.at, desk.now))
    return {"words": one_line(spot.words, 220), "by": " · ".join(said), "link": link}


def _stories(reader: Reader, now: datetime, stories: tuple[StoryCurve, ...]) -> list[dict[str, Any]]:
    shown = stories[:MOST_STORIES]
    return [
        {
            "title": one_line(story.title, 140),
            "main": story.main,
            "size": reader.ngettext("%(count)s mention", "%(count)s mentions", story.size),
            "since": reader.moment(story.began_at, now),
            "chart": _chart(reader, now, hours),
        }
        for story, hours in zip(shown, hourly(shown, HOURS), strict=True)
    ]


def _chart(reader: Reader, now: datetime, hours: Hourly) -> dict[str, Any] | None:
    """Bars of hours; and the same in words and in figures, for whoever sees none. ``bars``: left edge and height as
    shares of ``WIDE`` and ``HIGH``."""
    at, most = hours.peak
    if len(hours.counts) < 2 or not most:
        return None
    step = WIDE / len(hours.counts)
    moments = [hours.since + HOUR * number for number in range(len(hours.counts))]
    told = [(reader.moment(moment, now), count) for moment, count in zip(moments, hours.counts, strict=True)]
    return {
        "wide": WIDE,
        "high": HIGH,
        "thick": f"{step * 0.8:.2f}",
        "bars": [
            (f"{step * (number + 0.1):.2f}", f"{HIGH - height:.1f}", f"{height:.1f}")
            for number, count in enumerate(hours.counts)
            if (height := max(count / most * HIGH, 2.0 if count else 0.0))
        ],
        "first": told[0][0],
        "last": told[-1][0],
        # NOTE: of a story: its mentions in its fullest hour, with the beginning of that hour
        "most": reader.gettext(
            "most in one hour: %(count)s, at %(time)s", count=reader.number(most), time=reader.moment(at, now)
        ),
        # NOTE: of a story: mentions that are older than the hours of its chart
        "before": reader.gettext("before that: %(count)s", count=reader.number(hours.before)) if hours.before else None,
        "figures": [f"{moment}: {reader.number(count)}" for moment, count in told if count],
    }


def _together(reader: Reader, one: Coordinated) -> dict[str, Any] | None:
    if not one.clues:
        return None
    return {
        "suspect": one.score >= SUSPECT,
        "score": reader.percent(one.score),
        "clues": [clue_sentence(reader, each) for each in one.clues],
    }


def _voice(reader: Reader, desk: Desk, one: Dossier) -> dict[str, Any]:
    history = one.history
    return {
        "name": one_line(one.name or one.handle or "", 80) or reader.gettext("author not named"),
        "link": safe_link(one.url),
        "source": one_line(one.source, 40),
        "reach": reader.number(one.reach) if one.reach is not None else None,
        "since": reader.date(one.account_since) if one.account_since else None,
        "count": reader.ngettext("%(count)s mention", "%(count)s mentions", one.mentions),
        "guesses": [
            {
                "words": reader.gettext(VOICES[each.voice]),
                "sure": reader.percent(each.confidence),
                "clue": clue_sentence(reader, each.clue),
                "ask": each.for_a_person,
            }
            for each in one.guesses
        ],
        "anonymity": [sign_sentence(reader, each) for each in one.anonymity],
        "hidden": reader.percent(together(one.anonymity)) if one.anonymity else None,
        "together": _together(reader, one.together),
        "history": reader.gettext(
            "Known since %(date)s: %(count)s mentions of the brand, %(negative)s of them negative.",
            date=reader.date(history.since), count=reader.number(history.mentions),
            negative=reader.number(history.negative),
        )
        if history is not None
        else None,
        "said": [_spot(reader, desk, each) for each in one.said],
    }  # fmt: skip
