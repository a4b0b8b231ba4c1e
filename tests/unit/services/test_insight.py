"""Protects: who is behind a case is read from what is kept, and shows nothing of what is private or gone."""

from datetime import timedelta
from typing import Any

from tests.support.intake import Clock
from tests.unit.domain.story_mentions import NOW, said
from tocsin.adapters.memory import MemoryMentionStore
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.adapters.memory_stories import MemoryStoryStore
from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.insight import Insight
from tocsin.domain.case.proposals import Part
from tocsin.domain.client import Client
from tocsin.domain.clues import ClueKind
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.mention import Author, Medium
from tocsin.domain.reading import ScoredMention
from tocsin.services.insight import Insights
from tocsin.services.stories import Stories

CLIENT = Client.model_validate(
    {
        "client": "lumea",
        "name": "Lumea",
        "timezone": "Europe/Kyiv",
        "brands": [{"name": "Lumea", "terms": ["Lumea"], "official": ["@lumea"]}],
        "responders": [{"name": "Duty", "email": "duty@agency.example"}],
    }
)
BRAND = CLIENT.brands[0]
STORM = [
    "My Lumea kettle exploded on the table in Lviv and burnt my hand, I demand a refund",
    "same here, the Lumea kettle exploded and burnt the curtain",
    "our kettle by Lumea exploded too and burnt the table, fire the manager",
    "the Lumea kettle exploded, my hand is burnt, who checks them",
]


class Stack:
    def __init__(self, *heard: ScoredMention) -> None:
        self.mentions, self.stories, self.cases = MemoryMentionStore(), MemoryStoryStore(), MemoryCaseStore()
        self.clock = Clock(NOW + timedelta(hours=3))
        self.mentions.record("Lumea", heard)
        Stories(self.stories, self.clock).tell(BRAND, heard)

    def insights(self) -> Insights:
        return Insights(mentions=self.mentions, stories=self.stories, cases=self.cases, clock=self.clock)

    def look(self, **more: Any) -> Insight:
        opened = more.pop("opened", NOW + timedelta(minutes=30))
        storm = Incident.opened(
            id="lumea-1", client="lumea", brand="Lumea", level=Level.ISSUE, index=50, reasons=(), at=opened
        )
        return self.insights().of(CLIENT, storm)


def storm(**first: Any) -> list[ScoredMention]:
    heard = [said(STORM[0], 0, **first)]
    heard += [said(f"{STORM[number % 4]} {number}", number * 4) for number in range(1, 16)]
    return heard


def test_a_case_is_told_from_its_first_post_to_its_voices() -> None:
    author = Author(handle="ana", name="Ana", followers=50_000)
    stranger = said("the Lumea queue in the morning is long", 700, minutes=-600)

    found = Stack(stranger, *storm(author=author)).look()

    assert found.spread.origin is not None
    assert found.spread.origin.spot.mention_id == "social:0"
    assert found.spread.stories[0].main
    assert found.spread.stories[0].title
    assert sum(count for _, count in found.spread.stories[0].hours) == found.spread.stories[0].size
    assert found.spread.amplifiers[0].spot.author == "Ana"
    assert found.voices[0].handle == "ana"
    told = {one.part: one.words for one in reversed(found.proposals)}
    assert told[Part.PRODUCT] == "kettle"
    assert told[Part.PLACE] == "Lviv"
    assert found.quotable[0].mention_id is not None


def test_of_a_case_that_was_declared_and_nobody_wrote_of_nothing_is_told() -> None:
    found = Stack().look()

    assert found.spread.origin is None
    assert (found.looked_at, found.of, found.voices, found.proposals, found.crowd.score) == (0, 0, (), (), 0.0)


def test_an_erased_first_post_is_gone_and_said_to_be() -> None:
    stack = Stack(*storm())
    stack.mentions.erase("Lumea", "social:0", NOW)

    found = stack.look()

    assert found.spread.origin is not None
    assert found.spread.origin.spot.mention_id == "social:4"
    assert ClueKind.GONE in {one.kind for one in found.spread.origin.clues}
    assert "writer0" not in str(found)


def test_answers_that_name_no_brand_began_under_a_post_of_its_own() -> None:
    words = ["shame on you", "delete this now", "who approved that", "my husband is wounded, delete it", "disgusting"]
    heard = [said(words[n % 5], n, thread="social:own", in_reply_to="social:own") for n in range(12)]

    found = Stack(*heard).look()

    assert found.spread.origin is not None
    assert found.spread.origin.ours
    assert ClueKind.ANSWERS_OURS in {one.kind for one in found.spread.origin.clues}


def test_the_post_that_all_answer_is_the_origin_where_it_is_kept() -> None:
    root = said("The Lumea canteen serves cold soup, ask them why", 500, minutes=-90)
    answers = [
        said(f"Lumea, shame, {n} people wait", n, thread="social:500", in_reply_to="social:500") for n in range(9)
    ]

    found = Stack(root, *answers).look()

    assert found.spread.origin is not None
    assert (found.spread.origin.spot.mention_id, found.spread.origin.ours) == ("social:500", False)


def test_nothing_private_is_shown() -> None:
    private = [
        said(f"{text} secret", 40 + n, medium=Medium.PRIVATE, author=Author(name="Olha Private"), severity=0.9)
        for n, text in enumerate(STORM)
    ]

    found = Stack(*private).look()

    assert "secret" not in str(found)
    assert "Olha" not in str(found)


def test_who_began_to_listen_an_hour_ago_is_less_sure() -> None:
    stack = Stack(*storm())
    before = stack.look()
    stack.cases.save_assessment(BrandState(brand="Lumea", version=1, first_assessed_at=NOW - timedelta(hours=1)))

    after = stack.look()

    assert before.spread.origin is not None
    assert after.spread.origin is not None
    assert after.spread.origin.confidence < before.spread.origin.confidence


def test_the_card_alone_is_hinted_at_as_the_whole_does() -> None:
    stack = Stack(*storm())
    whole = stack.look()
    incident = Incident.opened(
        id="lumea-1",
        client="lumea",
        brand="Lumea",
        level=Level.ISSUE,
        index=50,
        reasons=(),
        at=NOW + timedelta(minutes=30),
    )

    assert stack.insights().hints(CLIENT, incident) == (whole.proposals, whole.quotable)


def test_a_case_over_for_weeks_is_read_as_it_was_then() -> None:
    stack = Stack(*storm())
    stack.clock = Clock(NOW + timedelta(days=12))

    found = stack.look()

    assert found.until - found.since <= timedelta(hours=120)
    assert found.spread.origin is not None
