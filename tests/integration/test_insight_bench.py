"""Who is behind a case, on lives of the crises bench and on shapes of our own: the first post is found, bots are told
from crowds. Floors below what docs/case.md tells, so that nothing gets worse unseen."""

import importlib.util
import random
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from tests.support.corpus import NOW, files
from tests.support.intake import Clock
from tocsin.adapters.analyzers.reader import Reader
from tocsin.adapters.memory import MemoryMentionStore
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.adapters.memory_stories import MemoryStoryStore
from tocsin.adapters.sources.registry import parser
from tocsin.domain.author_record import author_key
from tocsin.domain.books import Books
from tocsin.domain.brand import Brand
from tocsin.domain.case.insight import Insight
from tocsin.domain.case.together import SUSPECT, together
from tocsin.domain.client import Client
from tocsin.domain.errors import ParseError
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.mention import Mention
from tocsin.domain.reading import ScoredMention
from tocsin.services.insight import Insights

BENCH = Path(__file__).resolve().parents[2].parent / "shared" / "bench" / "crisis" / "make_scenarios.py"
needs_bench = pytest.mark.skipif(not BENCH.is_file(), reason="../shared/bench is not beside this repository")
SEEDS = (11, 12)
LOOKED_BACK, LOOKED_ON = timedelta(days=3), timedelta(hours=4)


class Life(NamedTuple):
    """``storm``: what is not background, oldest first; ``bots``: keys of the arranged
    authors whose words are read as against the brand: no others are looked at."""

    insight: Insight
    heard: list[ScoredMention]
    storm: list[ScoredMention]
    bots: set[str]


def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_scenarios", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_scenarios"] = module
    spec.loader.exec_module(module)
    return module


def live(scenario: str | Callable[[Any], dict[str, Any]], seed: int) -> Life:
    made = bench()
    build = getattr(made, scenario) if isinstance(scenario, str) else scenario
    number = [one.__name__ for one in made.SCENARIOS].index(scenario) if isinstance(scenario, str) else 1
    texts: dict[tuple[str, str], list[str]] = {}
    for row in made.read_jsonl(BENCH.parent / "texts.jsonl"):
        texts.setdefault((row["label"], row["lang"]), []).append(row["text"])
    severe, stories = made.read_jsonl(BENCH.parent / "severe.jsonl"), made.read_jsonl(BENCH.parent / "stories.jsonl")
    rng = random.Random(f"{seed}-{build.__name__}")
    languages = [["en"], ["en", "uk"], ["en", "es"], ["uk", "en", "es", "de"]][number % 4]

    class Marked(made.World):  # type: ignore[misc, name-defined]
        """Knows what is background, and which accounts were made for it."""

        def author(self, followers: int | None = None, new: bool = False, known: bool = True) -> dict[str, Any]:
            one = super().author(followers, new, known)
            arranged.update([one["id"]] if new else [])
            return dict(one)

        def background(self, *where: Any, **how: Any) -> None:
            before = len(self.rows)
            super().background(*where, **how)
            quiet.update(row["id"] for row in self.rows[before:])

    arranged: set[str] = set()
    quiet: set[str] = set()
    world = Marked(rng, rng.choice(made.BRANDS), texts, severe, stories, languages, "Europe/Kyiv")
    onset: datetime = build(world)["onset"]
    brand = Brand(name=world.brand, terms=(world.brand, "kavun"), official=("@kavun",))
    now, reader = onset + LOOKED_ON, Reader()
    heard = []
    for row in sorted(world.rows, key=lambda row: row["fetched_at"]):
        if onset - LOOKED_BACK <= datetime.fromisoformat(row["fetched_at"]) <= now:
            mention = Mention.model_validate(row)
            heard.append(ScoredMention(mention=mention, reading=reader.read(mention, brand)))
    storm = sorted(
        (one for one in heard if one.mention.id not in quiet and one.mention.published_at >= onset),
        key=lambda one: one.mention.published_at,
    )
    bots = {
        key for one in storm if one.matters and one.mention.author.id in arranged and (key := author_key(one.mention))
    }
    return Life(look(brand, heard, onset, now), heard, storm, bots)


def look(brand: Brand, heard: list[ScoredMention], onset: datetime, now: datetime) -> Insight:
    mentions, stories, books = MemoryMentionStore(), MemoryStoryStore(), Books((brand.name, *brand.terms))
    mentions.record(brand.name, heard)
    books.add(one for one in heard if one.matters)
    stories.save(brand.name, books.packed(now), version=1, until=now)
    people = [{"name": "Duty", "email": "duty@bench.example"}]
    file = {"client": "bench", "name": "Bench", "timezone": "Europe/Kyiv", "responders": people}
    client = Client.model_validate({**file, "brands": [brand.model_dump()]})
    incident = Incident.opened(
        id="bench-1", client="bench", brand=brand.name, level=Level.ISSUE, index=50, reasons=(),
        at=min(onset + timedelta(minutes=30), now),
    )  # fmt: skip
    return Insights(mentions=mentions, stories=stories, cases=MemoryCaseStore(), clock=Clock(now)).of(client, incident)


def suspects(life: Life) -> set[str]:
    since = life.insight.since
    against = [one for one in life.heard if one.matters and one.mention.published_at >= since]
    return {key for key, one in together(against).voices.items() if one.score >= SUSPECT}


@needs_bench
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "scenario", ["telegram_cascade", "one_grave_voice", "news_pickup", "bot_flood", "viral_complaint"]
)
def test_the_first_post_is_found(scenario: str, seed: int) -> None:
    life = live(scenario, seed)

    origin = life.insight.spread.origin
    assert origin is not None
    late = origin.spot.at - life.storm[0].mention.published_at
    assert timedelta(0) <= late <= timedelta(minutes=15)
    assert 0 < origin.confidence < 1


@needs_bench
@pytest.mark.parametrize("seed", SEEDS)
def test_a_storm_under_a_post_of_the_brand_is_told_as_one(seed: int) -> None:
    life = live("own_post_backfires", seed)

    assert life.insight.spread.origin is not None
    assert life.insight.spread.origin.ours


@needs_bench
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("scenario", "recall"), [("bot_flood", 0.85), ("review_bomb", 0.8)])
def test_bots_are_told_and_nobody_else(scenario: str, recall: float, seed: int) -> None:
    life = live(scenario, seed)

    found = suspects(life)
    flood = {author_key(one.mention) for one in life.storm}
    assert life.insight.crowd.score >= SUSPECT
    assert len(found & life.bots) >= recall * len(life.bots)
    assert found <= flood


def cascade(world: Any) -> dict[str, Any]:
    """Ordinary accounts pass one text and one link on, at once."""
    onset = world.at(6)
    world.background(onset - timedelta(days=3), onset + timedelta(hours=5), 60)
    for number in range(120):
        world.add(
            onset + timedelta(seconds=world.rng.randint(0, 5_400)),
            f"RT {world.brand} threw bread away beside a children's home https://paper.example/b {number % 3 * '!'}",
            "en",
            author=world.author(new=world.rng.random() < 0.05),
            source="mastodon",
        )
    return {"onset": onset}


def hidden(world: Any) -> dict[str, Any]:
    """An honest storm, with a third as many bots in it who have one text of their own."""
    onset = world.at(6)
    world.background(onset - timedelta(days=3), onset + timedelta(hours=5), 60)
    world.storm(onset, [6] * 24)
    for _ in range(50):
        world.add(
            onset + timedelta(minutes=20, seconds=world.rng.randint(0, 7_200)),
            f"Never trust {world.brand} again, they lie to each and every customer",
            "en",
            author=world.author(world.rng.randint(0, 20), new=True),
            source="bluesky",
        )
    return {"onset": onset}


@needs_bench
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scenario", [cascade, "viral_complaint", "telegram_cascade"])
def test_a_crowd_that_shares_is_no_plot(scenario: Any, seed: int) -> None:
    life = live(scenario, seed)

    assert life.insight.crowd.score < SUSPECT
    assert not suspects(life)


@needs_bench
@pytest.mark.parametrize("seed", SEEDS)
def test_bots_within_an_honest_storm_are_told(seed: int) -> None:
    life = live(hidden, seed)

    found = suspects(life)
    assert len(found & life.bots) >= 0.8 * len(life.bots)
    assert found <= life.bots


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        pytest.param(kind, *case.values, id=f"{kind}-{case.id}", marks=case.marks)
        for kind in ("bluesky", "mastodon", "reddit", "youtube", "x", "googleplay")
        for case in files({"x": "x_twitter"}.get(kind, kind))
        if not isinstance(case.values[0], Path) or case.values[0].is_file()
    ],
)
def test_of_real_posts_all_is_bounded_and_few_are_suspected(kind: str, path: Path) -> None:
    """As if each recording were all that was said of one brand: strangers who act together are hardly among them."""
    try:
        posts = parser(kind)(path.read_bytes(), fetched_at=NOW, url="https://source.example/feed").posts[:80]
    except ParseError:
        pytest.skip("it holds no posts")
    brand, reader = Brand(name="Invented", terms=("Invented",)), Reader()
    heard = []
    for post in posts:
        mention = Mention.of(post, brand.name)
        heard.append(ScoredMention(mention=mention, reading=reader.read(mention, brand)))
    if not heard:
        pytest.skip("it holds no posts")
    newest = max(one.mention.published_at for one in heard)

    found = look(brand, heard, newest - timedelta(hours=2), newest + timedelta(hours=1))

    keys = {author_key(one.mention) for one in heard}
    told = {key for key, one in together(heard).voices.items() if one.score >= SUSPECT}
    assert len(told) <= 0.05 * len(keys)
    assert all(0 < one.confidence <= 1 and one.clue for voice in found.voices for one in voice.guesses)
    assert all(len(one.words) <= 300 and one.quotation.words for one in found.proposals)
    assert 0 <= found.crowd.score < SUSPECT
