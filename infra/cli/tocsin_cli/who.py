"""`tocsin who`: where a case began, how it spread, and who speaks in it. For the agency's own eyes."""

from datetime import datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.domain.case.anonymity import together
from tocsin.domain.case.dossier import Dossier
from tocsin.domain.case.insight import Insight
from tocsin.domain.case.spread import Spot, StoryCurve
from tocsin.domain.case.story_hours import hourly
from tocsin.domain.case.together import SUSPECT
from tocsin.domain.clues import Clue
from tocsin.web.i18n import Reader
from tocsin.web.insight_words import VOICES, clue_sentence, sign_sentence
from tocsin_cli.case_work import casework_of, view_of
from tocsin_cli.cause import insights_of
from tocsin_cli.files import load_client
from tocsin_cli.incident_case import ClientFile, IncidentId, Json, Region
from tocsin_cli.output import Screen, short

BARS = " ▁▂▃▄▅▆▇█"


def who(client_file: ClientFile, incident: IncidentId, json: Json = False, region: Region = None) -> None:
    """Who is behind it: hypotheses with their evidence, never an accusation; nothing of it leaves the agency."""
    casework, desk = casework_of(load_client(client_file), region)
    view = view_of(casework, incident)
    found = insights_of(desk).of(view.client, view.incident)
    screen = Screen(json_lines=json)
    if json:
        screen.data(plain(found))
        return
    _Told(screen, view.client.timezone).all(found)


def plain(value: Any) -> Any:
    """As JSON: fields by name, moments as ISO, clues also as a sentence."""
    if isinstance(value, Clue):
        return {"kind": value.kind.value, "of": list(value.of), "says": clue_sentence(_ENGLISH, value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: plain(each) for name, each in value._asdict().items()}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value


_ENGLISH = Reader("en", "UTC")


class _Told:
    """Lines on a screen, by the client's clock."""

    def __init__(self, screen: Screen, timezone: str) -> None:
        self._screen, self._zone = screen, ZoneInfo(timezone)

    def all(self, found: Insight) -> None:
        say = self._screen.say
        say(f"{short(found.brand)}: {found.looked_at} mentions looked at, its stories count {found.of}", "bold")
        origin = found.spread.origin
        if origin is None:
            say("nobody wrote of it yet: it was declared by hand, or its mentions have expired")
            return
        under = ", under a post of the brand" if origin.ours else ""
        say(f"first known{under} ({origin.confidence:.0%} sure): {self._spot(origin.spot)}")
        self._clues(origin.clues)
        say("where it came:", "bold")
        for stop in found.spread.path:
            say(f"  {self._at(stop.first.at)}  {short(stop.place)}: {stop.mentions}")
        self._list(
            "who carried it",
            [(f"{one.gained:,} heard, {one.led} followed", one.spot) for one in found.spread.amplifiers],
        )
        self._list(
            "media",
            [
                (f"{short(one.host)}, tier {one.tier or 'unknown'}, {one.mentions}", one.first)
                for one in found.spread.media
            ],
        )
        self._stories(found.spread.stories)
        act = "may act together: look at it" if found.crowd.score >= SUSPECT else "no sign that they act together"
        say(f"all who write ({found.crowd.score:.2f}): {act}", "bold")
        self._clues(found.crowd.clues)
        for one in found.voices:
            self._voice(one)

    def _list(self, title: str, rows: list[tuple[str, Spot]]) -> None:
        if rows:
            self._screen.say(f"{title}:", "bold")
        for said, spot in rows:
            self._screen.say(f"  {said}: {self._spot(spot)}")

    def _stories(self, stories: tuple[StoryCurve, ...]) -> None:
        self._screen.say("stories:", "bold")
        for one, hours in zip(stories, hourly(stories, 24), strict=True):
            most = max(*hours.counts, 1)
            bars = "".join(BARS[-(-count * (len(BARS) - 1) // most)] for count in hours.counts)
            told = f"{one.size} mentions by about {one.authors} since {self._at(one.began_at)}"
            self._screen.say(f"{'*' if one.main else ' '} {told} {bars} {short(one.title)}")

    def _voice(self, one: Dossier) -> None:
        name = short(one.name or one.handle or "no name")
        reach = f", heard by {one.reach:,}" if one.reach is not None else ""
        self._screen.say(f"{name} ({short(one.source)}): {one.mentions} here{reach}", "bold")
        for guess in one.guesses:
            ask = "?" if guess.for_a_person else ""
            says = clue_sentence(_ENGLISH, guess.clue)
            self._screen.say(f"  {VOICES[guess.voice]}{ask} ({guess.confidence:.2f}): {says}")
        if one.history is not None:
            past = one.history
            self._screen.say(
                f"  known since {self._at(past.since)}: {past.mentions} of the brand, {past.negative} negative"
            )
        if one.anonymity:
            self._screen.say(f"  signs that they hide who they are: {together(one.anonymity):.2f}")
        for sign in one.anonymity:
            self._screen.say(f"    {sign_sentence(_ENGLISH, sign)}", "dim")
        self._clues(one.together.clues)

    def _clues(self, clues: tuple[Clue, ...]) -> None:
        for line in dict.fromkeys(clue_sentence(_ENGLISH, each) for each in clues):
            self._screen.say(f"    {line}", "dim")

    def _spot(self, spot: Spot) -> str:
        by = f" by {short(spot.author)}" if spot.author else ""
        words = f" «{short(spot.words, 160)}»" if spot.words else " (written in private)"
        return f"{self._at(spot.at)} {short(spot.host or spot.source)}{by}{words} {short(spot.url or '', 200)}".rstrip()

    def _at(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._zone):%Y-%m-%d %H:%M}"
