"""`tocsin try`: how often the alarm would have rung for a brand these last days, by what can be heard for nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from tocsin.adapters.analyzers import reader as ours
from tocsin.domain.client import Client
from tocsin.domain.detector import Detector
from tocsin.domain.fields import Language, Term
from tocsin.domain.judgement import Held, Want
from tocsin.domain.levels import Level
from tocsin.domain.matching import TermMatcher
from tocsin.domain.mention import Mention, Post
from tocsin.domain.reasons import Reason
from tocsin.services.replay import Glance, LevelLine, in_order, replay
from tocsin.web.i18n import Reader
from tocsin.web.reasons import reason_sentence
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import first_problem, json_lines, named
from tocsin_cli.output import COLOURS, Screen, short
from tocsin_cli.questions import wrong_with
from tocsin_cli.run import HOST_PORT
from tocsin_cli.try_listen import Heard, connectors, distinct, imagined, listen

RINGS = Level.ISSUE
BEFORE_FIRE = timedelta(hours=1)
QUOTED = 3
UNHEARD = (
    "closed groups and private chats, Viber and WhatsApp",
    "TikTok, and what strangers post on Facebook and Instagram",
    "Telegram channels, until you name them",
    "X, YouTube comments, and reviews of your apps and places, until you connect them with your own keys",
)


@dataclass(frozen=True)
class Wake:
    """One fire: ``first`` is the line that rang, ``worst`` the highest it rose to."""

    first: LevelLine
    worst: LevelLine


def try_(
    brand: Annotated[str, typer.Argument(metavar="BRAND", help="The name to listen for.")],
    lang: Annotated[str, typer.Option(help="Whose news are asked: en, uk or es.")] = "en",
    days: Annotated[int, typer.Option(min=1, max=30, help="How far to look back.")] = 7,
    term: Annotated[list[str] | None, typer.Option(help="A word that names it; the name itself without.")] = None,
    feed: Annotated[list[str] | None, typer.Option(metavar="URL", help="A feed to read as well.")] = None,
    recorded: Annotated[
        list[str] | None,
        typer.Option("--from", metavar="FILE", help="Recorded mentions (JSON Lines) instead of the web; - is stdin."),
    ] = None,
    no_search: Annotated[bool, typer.Option("--no-search", help="Only the feeds and files that are given.")] = False,
    timezone: Annotated[str | None, typer.Option(help="Of the times that are told, like Europe/Kyiv.")] = None,
    json: Annotated[bool, typer.Option("--json", help="The whole answer as one JSON line.")] = False,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST:PORT", help="Let the fetch guard pass this host of the own machine or network."),
    ] = None,
) -> None:
    """Say when you would have been woken these last days, the nearest miss, and what cannot be heard.

    No file, no account: free sources only. Nothing is kept, and nobody is told.
    """
    for host in allow_host or ():
        if HOST_PORT.fullmatch(host) is None:
            raise BadInputError(f"--allow-host {host!r}: write it as HOST:PORT, like 127.0.0.1:8123")
    for option, kind, value in (("BRAND", Term, brand), ("--lang", Language, lang)):
        if wrong := wrong_with(kind, value):
            raise BadInputError(f"{option}: {value!r} {wrong}")
    client = imagined(brand, term or (), lang, timezone, feed or (), ask=not (recorded or no_search))
    if not (client.sources or recorded):
        raise BadInputError("--no-search leaves nothing to listen to: give --feed or --from")
    screen = Screen(json_lines=json)
    now = datetime.now(UTC)
    heard = [_recorded(client, path, days) for path in recorded or ()]
    if client.sources:
        screen.step(f"asking the free sources about {short(brand)}, {days} days back")
        heard += listen(client, connectors(allow_host or ()), days, now)
    glances: list[Glance] = []
    mentions = list(distinct(heard))
    lines = list(replay(client, in_order(mentions), ours.Reader(), Detector(), glances.append))
    wakes = _wakes(lines)
    answer = _Answer(client, days, heard, mentions, wakes, _nearest(glances, wakes))
    if json:
        screen.data(answer.as_data())
    answer.tell(screen)
    if all(each.reason for each in heard):
        raise FoundWantingError("not one source could be heard")


def _recorded(client: Client, path: str, days: int) -> Heard:
    """The last days of the file, counted from its newest mention."""
    name = client.brands[0].name
    matcher = TermMatcher(client.brands[0])
    found: list[Mention] = []
    posts = 0
    for number, row in json_lines(path):
        if not isinstance(row, dict):
            raise BadInputError(
                f"{named(path)}, line {number}: must be a mention, an object with id, source, text, ..."
            )
        try:
            post = Post.model_validate({key: value for key, value in row.items() if key != "brand"})
        except ValidationError as error:
            raise BadInputError(f"{named(path)}, line {number}: {first_problem(error)}") from None
        posts += 1
        if row.get("brand") == name or matcher.matches(post.words):
            found.append(Mention.of(post, name))
    newest = max((mention.published_at for mention in found), default=None)
    recent = tuple(m for m in found if newest is None or m.published_at >= newest - timedelta(days=days))
    return Heard(named(path), posts, recent)


def _wakes(lines: Sequence[LevelLine]) -> list[Wake]:
    """A fire lasts until it is below the level that rings."""
    found: list[Wake] = []
    burning = False
    for line in lines:
        if line.level < RINGS:
            burning = False
        elif not burning:
            burning = True
            found.append(Wake(line, line))
        elif line.level > found[-1].worst.level:
            found[-1] = Wake(found[-1].first, line)
    return found


def _nearest(glances: Sequence[Glance], wakes: Sequence[Wake]) -> Glance | None:
    """The highest index at a time when nothing rang; of equals the first. A fire's first minutes are none."""
    quiet = [
        glance
        for glance in glances
        if glance.level < RINGS
        and glance.index > 0
        and not any(timedelta(0) <= wake.first.at - glance.at <= BEFORE_FIRE for wake in wakes)
    ]
    return max(quiet, key=lambda glance: glance.index, default=None)


@dataclass(frozen=True)
class _Answer:
    client: Client
    days: int
    heard: Sequence[Heard]
    mentions: Sequence[Mention]
    wakes: Sequence[Wake]
    miss: Glance | None

    @property
    def _reader(self) -> Reader:
        return Reader("en", self.client.timezone)

    def tell(self, screen: Screen) -> None:
        readable = [each for each in self.heard if each.reason is None]
        name = short(self.client.name)
        screen.say(
            f"Heard {_times(len(self.mentions), 'mention')} of {name} in {self.days} days,"
            f" from {len(readable)} of {_times(len(self.heard), 'source')}.",
            "bold",
        )
        for each in self.heard:
            state = short(each.reason, 200) if each.reason else f"{each.posts} posts, {len(each.mentions)} mentions"
            undated = f", {each.undated} without a date left out" if each.undated else ""
            screen.say(f"  {'✗' if each.reason else '·'} {short(each.source, 100)}: {state}{undated}")
        screen.say()
        if readable:
            self._tell_wakes(screen)
            self._tell_miss(screen)
        else:
            screen.say("Whether I would have woken you cannot be said: nothing could be heard.", "red")
        screen.say()
        screen.say("What it can't hear:")
        failed = (f"{short(each.source, 100)}: it could not be read" for each in self.heard if each.reason)
        for what in (*UNHEARD, *failed):
            screen.say(f"  - {what}")

    def _tell_wakes(self, screen: Screen) -> None:
        if not self.wakes:
            screen.say("I would not have woken you.", "green")
            return
        count = {1: "once", 2: "twice"}.get(len(self.wakes), f"{len(self.wakes)} times")
        screen.say(f"I would have woken you {count}:", COLOURS[Level.CRISIS])
        words = {mention.id: mention for mention in self.mentions}
        for wake in self.wakes:
            risen = ""
            if wake.worst.level > wake.first.level:
                risen = f", {wake.worst.level.value} by {self._when(wake.worst.at)}"
            screen.say(
                f"  {self._when(wake.first.at)}: {wake.first.level.value} (index {wake.first.index:g} of 100){risen},"
                f" because: {self._because(wake.worst.reasons)}",
                COLOURS[wake.worst.level],
            )
            for said in [words[each] for each in wake.worst.mentions if each in words][:QUOTED]:
                screen.say(f"      «{short(said.title or said.text, 120)}» {short(said.url or '', 120)}".rstrip())

    def _tell_miss(self, screen: Screen) -> None:
        if self.miss is None:
            screen.say("Nothing came near." if self.mentions else "Nobody said anything that could be heard.")
            return
        floor = self.client.thresholds.issue
        beside = "of" if self.miss.index < floor else "and rings from"
        screen.say(
            f"The nearest miss was {self._when(self.miss.at)} (index {self.miss.index:g} {beside} {floor}), because:"
            f" {self._because(self.miss.reasons)}{self._short_of()}"
        )

    def _short_of(self) -> str:
        """Where the index was high enough, what else was missing."""
        miss = self.miss
        if miss is None or miss.index < self.client.thresholds.issue:
            return ""
        lacked = [said for held in miss.judgement.held if (said := _lacked(held))]
        return f" It did not ring: {'; '.join(lacked)}." if lacked else ""

    def _because(self, reasons: Sequence[Reason]) -> str:
        said = [reason_sentence(self._reader, reason) for reason in reasons if reason.points > 0][:2]
        return " ".join(said) or "nothing in particular."

    def _when(self, at: datetime) -> str:
        return f"{self._reader.local(at):%A %-d %B %H:%M}"

    def as_data(self) -> dict[str, Any]:
        return {
            "brand": self.client.name,
            "days": self.days,
            "mentions": len(self.mentions),
            "sources": [
                {
                    "source": each.source,
                    "posts": each.posts,
                    "mentions": len(each.mentions),
                    "undated": each.undated,
                    "reason": each.reason,
                }
                for each in self.heard
            ],
            "wakes": [
                {
                    "at": wake.first.at.isoformat(),
                    "level": wake.first.level.value,
                    "index": wake.first.index,
                    "worst": wake.worst.level.value,
                    "because": self._because(wake.worst.reasons),
                    "mentions": list(wake.worst.mentions),
                }
                for wake in self.wakes
            ],
            "nearest_miss": None
            if self.miss is None
            else {
                "at": self.miss.at.isoformat(),
                "index": self.miss.index,
                "threshold": self.client.thresholds.issue,
                "because": f"{self._because(self.miss.reasons)}{self._short_of()}",
            },
            "unheard": list(UNHEARD),
        }


def _lacked(held: Held) -> str | None:
    match held.want:
        case Want.RARE:
            often = f"once in {held.found:g} days"
            return f"chance alone brings such a surge {often}, and once in {held.needed:g} is asked for"
        case Want.VOICES:
            return f"{_people(held.found)} criticised, and {held.needed:g} are asked for"
        case Want.GRAVITY:
            return "no grave matter was told by many, by a large voice or in several places"
        case Want.AGREED:
            return f"of those who came only {held.found:.0%} were against the brand"
        case Want.GRAVEST | Want.TELLERS:
            return "nothing of the gravest kind was told by many"
        case Want.WATCHED:
            return f"only {held.found:g} hours were known, and {held.needed:g} are asked for"
        case Want.INDEX | Want.HEARD:
            return None  # a recording knows nothing of what was not heard


def _people(count: float) -> str:
    return "1 person" if count == 1 else f"{count:g} people"


def _times(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
