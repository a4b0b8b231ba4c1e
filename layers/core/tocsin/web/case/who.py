"""Who is behind it: for the agency's own eyes. Hypotheses with what they rest on, and no accusation of anybody."""

from datetime import datetime
from typing import Any

from tocsin.domain.case.anonymity import together
from tocsin.domain.case.dossier import Dossier
from tocsin.domain.case.insight import Insight
from tocsin.domain.case.spread import Spot, Spread, StoryCurve
from tocsin.domain.case.together import SUSPECT, Coordinated
from tocsin.web.case.common import Desk, Wrong, part_page
from tocsin.web.clean import one_line, safe_link
from tocsin.web.i18n import Reader
from tocsin.web.insight_words import VOICES, clue_sentence, sign_sentence
from tocsin.web.pages import Page

MOST_STOPS, MOST_VOICES, MOST_STORIES = 10, 10, 6


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
            "stories": [_story(reader, desk.now, one) for one in insight.spread.stories[:MOST_STORIES]],
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


def _story(reader: Reader, now: datetime, story: StoryCurve) -> dict[str, Any]:
    most = max((count for _, count in story.hours), default=0) or 1
    return {
        "title": one_line(story.title, 140),
        "main": story.main,
        "size": reader.ngettext("%(count)s mention", "%(count)s mentions", story.size),
        "since": reader.moment(story.began_at, now),
        "bars": [round(count / most * 100) for _, count in story.hours[-24:]],
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
