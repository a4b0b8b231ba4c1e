"""Protects: where a case began, what speaks against that, how it came further, and who carried it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.domain.story_mentions import NOW, said
from tocsin.domain.case.origin import SURE, origin_of
from tocsin.domain.case.spread import amplifiers, media, of_case, path, risen, spot, told_in
from tocsin.domain.clues import ClueKind
from tocsin.domain.mention import Author, Engagement, Medium
from tocsin.domain.reading import ScoredMention
from tocsin.domain.story import Story
from tocsin.domain.story_book import StoryBook

FIRST = "The Lumea kettle exploded on my table in Lviv and burnt my hand"
OTHERS = [
    "same here, a Lumea kettle exploded and burnt the curtain",
    "our kettle by Lumea exploded too, the hand of my son is burnt",
    "Lumea kettles explode, who checks them, my table is black",
]


def kinds(*heard: ScoredMention, **more: Any) -> set[ClueKind]:
    origin = origin_of(heard, None, **more)
    assert origin is not None
    return {one.kind for one in origin.clues}


def test_the_first_is_the_origin_and_sure_where_nothing_speaks_against_it() -> None:
    heard = [said(FIRST), said(OTHERS[0], 30), said(OTHERS[1], 60)]

    origin = origin_of(heard, None)

    assert origin is not None
    assert (origin.spot.mention_id, origin.confidence) == ("social:0", SURE)
    assert [one.kind for one in origin.clues] == [ClueKind.FIRST_KNOWN]
    assert origin_of([], None) is None


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (said(f"RT {FIRST}"), ClueKind.PASSES_ON),
        (said(f"{FIRST} via @somebody"), ClueKind.PASSES_ON),
        (said("Переслано з каналу: чайник вибухнув"), ClueKind.PASSES_ON),
        (said(f"{FIRST} https://forum.example/7", url="https://social.example/1"), ClueKind.LEADS_TO),
        (said(FIRST, in_reply_to="social:unknown"), ClueKind.ANSWERS_UNSEEN),
        (said(FIRST).model_copy(update={"history": True}), ClueKind.BEFORE_US),
    ],
)
def test_what_speaks_for_an_earlier_one_lowers_the_confidence(first: ScoredMention, kind: ClueKind) -> None:
    origin = origin_of([first], None)

    assert origin is not None
    assert kind in {one.kind for one in origin.clues}
    assert origin.confidence < SURE


def test_others_at_the_same_minute_and_a_young_watch_are_told() -> None:
    heard = [said(FIRST), said(f"{FIRST}!!", 1), said(f"{FIRST}…", 2), said(FIRST, 90)]

    assert ClueKind.SAME_MINUTES in kinds(*heard)
    assert ClueKind.LISTENING_BEGAN in kinds(said(FIRST), listening_since=NOW - timedelta(hours=3))
    assert ClueKind.LISTENING_BEGAN not in kinds(said(FIRST), listening_since=NOW - timedelta(days=9))
    assert ClueKind.GONE in kinds(said(FIRST), gone=True)


def book(heard: list[ScoredMention]) -> StoryBook:
    stories = StoryBook(("Lumea",))
    for one in heard:
        stories.add(one)
    return stories


def told(heard: list[ScoredMention]) -> tuple[tuple[Story, ...], tuple[ScoredMention, ...]]:
    stories = book(heard)
    found = of_case(stories.stories.values(), NOW - timedelta(days=3), NOW + timedelta(days=1))
    return found, told_in(found, heard, stories.story_of)


def test_what_was_joined_long_before_the_rise_is_no_origin_unless_it_says_the_very_same() -> None:
    storm = [said(f"{FIRST} {'!' * number}", number + 1) for number in range(6)]
    stranger = said("Lumea exploded my patience", 900, minutes=-2_500)
    early = said(FIRST, 901, minutes=-1_500)

    stories, of_storm = told([stranger, early, *storm])

    assert of_storm[0] == early
    assert stranger not in of_storm
    assert risen(stories[0]) >= NOW


def test_one_conversation_and_one_wave_of_ratings_are_one_case_in_whatever_words() -> None:
    answers = [
        said(text, number, thread="T1", in_reply_to="T1")
        for number, text in enumerate(["shame", "shame", "shame", "disgusting", "delete it", "what a disgrace"])
    ]
    ratings = [
        said(text, 50 + number, rating=1, medium=Medium.REVIEW)
        for number, text in enumerate(["Fatal", "Fatal", "Fatal", "", "Estafa"])
    ]

    assert len(told(answers)[1]) == len(answers)
    assert len(told(ratings)[1]) == len(ratings)


def test_nothing_against_the_brand_is_no_case() -> None:
    assert of_case([], NOW, NOW) == ()
    assert told_in((), [said(FIRST)], lambda _: None) == ()


def test_the_path_names_each_place_once_in_the_order_of_time() -> None:
    heard = [
        said(FIRST, 0),
        said(FIRST, 5, source="telegram", url="https://t.me/lviv/5"),
        said(FIRST, 9, medium=Medium.NEWS, source="rss", url="https://www.pravda.com.ua/news/1"),
        said(FIRST, 12, source="telegram", url="https://t.me/kyiv/9"),
    ]

    stops = path(heard)

    assert [(one.place, one.mentions) for one in stops] == [("social", 1), ("telegram", 2), ("pravda.com.ua", 1)]
    assert [(one.host, one.tier) for one in media(heard)] == [("pravda.com.ua", 1)]


def test_amplifiers_are_by_who_heard_them_and_who_followed() -> None:
    star = Author(handle="star", followers=900_000)
    heard = [
        said(FIRST, 0, url="https://social.example/1"),
        said(OTHERS[0], 5, author=star, engagement=Engagement(shares=400)),
        said(OTHERS[1], 6, in_reply_to="social:5"),
        said(f"look {OTHERS[2]} https://social.example/1", 7),
        said(FIRST, 9),
    ]

    carried = amplifiers(heard)

    assert [(one.spot.author, one.gained, one.led) for one in carried] == [("star", 900_000, 1), ("writer0", 0, 2)]
    assert carried[0].share == 1.0


def test_of_private_words_nothing_is_shown() -> None:
    shown = spot(said(FIRST, medium=Medium.PRIVATE, url="https://intake.example/1", author=Author(name="Olha")))

    assert (shown.words, shown.url, shown.author, shown.voice) == ("", None, None, None)
    assert amplifiers([said(FIRST, medium=Medium.PRIVATE, author=Author(handle="x", followers=9_999))]) == ()
