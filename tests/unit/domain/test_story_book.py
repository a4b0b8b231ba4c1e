import random
import tracemalloc
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.domain.story_mentions import NOW, said
from tocsin.domain.mention import Author, Engagement, Medium
from tocsin.domain.reading import ScoredMention, Sentiment
from tocsin.domain.story import HOURS, Story
from tocsin.domain.story_book import MOST, RECENT, Joined, StoryBook

KETTLE = (
    "Ordered a kettle from Lumea two weeks ago, the courier never came and nobody at the help desk answers the phone"
)
FISH = "Вчора в «Каштані» на Сумській нам принесли зіпсовану рибу, а менеджер ще й накричав на дружину при дітях"
OTHERS = (
    "Lumea opened a second shop near the river station and the windows look lovely in the morning light",
    "My grandmother still keeps the old Lumea radio on the balcony and tunes it to football every Sunday",
    "Сьогодні дощ, тож читаю стару книжку про Lumea та п'ю чай з чебрецем на кухні",
)


def book() -> StoryBook:
    return StoryBook(("Lumea", "Каштан"))


@pytest.mark.parametrize("text", [KETTLE, FISH])
@pytest.mark.parametrize(
    "edit",
    [
        str.upper,
        lambda text: f"RT @somebody: {text}",
        lambda text: f"❗️{text} 🤬🤬 #news #terrible",
        lambda text: f"{text}\n\n📢 Підписатись на канал | Надіслати новину",
        lambda text: text[: len(text) * 2 // 3] + "…",
        lambda text: f"Look at this, people: {text}",
        lambda text: " ".join([*text.split()[4:], *text.split()[:4]]),
    ],
    ids=["caps", "retweet", "hashtags", "footer", "cut", "comment", "order"],
)
def test_a_copy_joins_its_story(text: str, edit) -> None:
    stories = book()
    first = stories.add(said(text, 1)).story
    for number, other in enumerate(OTHERS, start=2):
        assert stories.add(said(other, number, sentiment=Sentiment.NEUTRAL)).begun

    copy = stories.add(said(edit(text), 9))

    assert not copy.begun
    assert copy.story.id == first.id
    assert copy.story.size == 2


def test_one_link_is_one_story_in_any_words_and_languages() -> None:
    stories = book()
    first = stories.add(said("Look what they did https://news.example/2026/lumea-fire?utm_source=x", 1))
    second = stories.add(said("¡Qué barbaridad! https://www.news.example/2026/lumea-fire", 2, language="es"))
    third = stories.add(
        said("Пожежа", 3, language="uk", url="https://news.example/2026/lumea-fire/", medium=Medium.NEWS)
    )

    assert {first.story.id} == {second.story.id, third.story.id}
    assert third.story.languages == {"en": 1, "es": 1, "uk": 1}
    assert third.story.media == {"social": 2, "news": 1}


def test_everybody_links_to_a_front_page_and_that_joins_nothing() -> None:
    stories = book()
    stories.add(said("The chairs of our cafe were painted blue, see https://lumea.example", 1))

    assert stories.add(said("Where do I find my invoice of last March? https://lumea.example/", 2)).begun


def test_reviews_that_stand_at_one_address_and_links_to_the_brand_join_nothing() -> None:
    stories = StoryBook(("Lumea", "https://lumea.example", "@lumea", "@lumea@town.example", "x.com/lumea"))
    page = "https://shop.example/apps/lumea"
    stories.add(said("The chairs of our cafe were painted blue", 1, url=page, medium=Medium.REVIEW))
    assert stories.add(said("I cannot find my invoice of last March", 2, url=page, medium=Medium.REVIEW)).begun

    stories.add(said("Opening hours are wrong https://www.lumea.example/contact", 3))
    assert stories.add(said("Nice new logo, see https://help.lumea.example/contact", 4)).begun

    stories.add(said("Have you seen that? https://x.com/somebody/status/7", 5))
    assert not stories.add(said("Unbelievable https://x.com/somebody/status/7?s=20", 6)).begun


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "Lumea загубила паспорт мого собаки на кордоні"),
        ("es", "Lumea ha perdido el pasaporte de mi perro en la frontera"),
        ("de", "Lumea hat den Pass von meinem Hund an der Grenze verloren"),
    ],
)
def test_two_languages_meet_by_what_their_words_mean(language: str, text: str) -> None:
    stories = book()
    first = stories.add(said("Lumea lost the passport of my dog at the border", 1))

    assert stories.add(said(text, 2, language=language)).story.id == first.story.id


def test_praise_does_not_join_a_complaint_by_its_matter() -> None:
    stories = book()
    stories.add(said("found a cockroach in my Lumea salad, thanks for dinner", 1))

    praised = stories.add(
        said("no cockroach ever at Lumea, spotless place", 2, sentiment=Sentiment.POSITIVE, score=0.8)
    )

    assert praised.begun


def test_other_words_of_an_old_matter_are_another_event() -> None:
    stories = book()
    stories.add(said("found a cockroach in my Lumea salad, thanks for dinner", 1))

    assert stories.add(said("a cockroach ran over our table at Lumea", 2, minutes=60 * 24 * 5)).begun


def test_what_comes_again_changes_nothing() -> None:
    stories = book()
    stories.add(said(KETTLE, 1))
    once = stories.add(said(FISH, 2)).story

    again = stories.add(said(FISH, 2))

    assert again.again
    assert again.story == once
    assert stories.seen == 2


def test_a_story_tells_where_it_began_how_it_grew_and_who_tells_it() -> None:
    stories = book()
    stories.add(said(KETTLE, 1, minutes=30, url="https://social.example/1"))
    stories.add(said(KETTLE, 2, minutes=0, url="https://social.example/2", author=Author(handle="first", followers=50)))
    stories.add(
        said(
            KETTLE,
            3,
            minutes=200,
            title="Kettles of Lumea never come",
            severity=0.8,
            source="paper",
            url="https://www.theguardian.com/a/b",
            medium=Medium.NEWS,
        )
    )
    story = stories.add(
        said(KETTLE, 4, minutes=210, author=Author(handle="first"), engagement=Engagement(views=900))
    ).story

    assert (story.origin_id, story.origin_url) == ("social:2", "https://social.example/2")
    assert story.origin_at == NOW
    assert story.last_at == NOW + timedelta(minutes=210)
    assert (story.size, story.against, story.severity) == (4, 4, 0.8)
    assert story.title == "Kettles of Lumea never come"
    assert (story.authors, story.outlets) == (3, 2)
    assert (story.reach, story.tier) == (900, 1)
    assert story.places == {"social": 3, "paper": 1}
    assert story.within(1, NOW + timedelta(minutes=210)) == 2
    assert story.within(HOURS, NOW + timedelta(minutes=210)) == 4


def test_hours_become_days_and_none_is_lost() -> None:
    stories = book()
    for number in range(200):
        stories.add(said(KETTLE, number, minutes=number * 45))
    (story,) = stories.stories.values()

    assert max(story.hours) - min(story.hours) < HOURS
    assert sum(story.hours.values()) + sum(story.days.values()) == story.size == 200


@given(st.permutations(range(12)))
@settings(max_examples=30)
def test_the_order_of_a_storys_mentions_changes_nothing_that_is_shown(order: list[int]) -> None:
    mentions = [
        said(f"{KETTLE} {'!' * (number % 3)}", number, minutes=number * 300, severity=number % 4 / 10)
        for number in range(12)
    ]

    def shown(chosen: list[ScoredMention]) -> tuple[object, ...]:
        stories = book()
        for mention in chosen:
            stories.add(mention)
        (story,) = stories.stories.values()
        return (story.origin_id, story.last_at, story.size, story.against, story.severity, story.title,
                story.title_rank, story.people, story.sites, story.hours, story.days, story.media,
                story.languages, story.places)  # fmt: skip

    assert shown([mentions[number] for number in order]) == shown(mentions)


def test_an_erased_mention_leaves_no_words_and_the_next_gives_a_title() -> None:
    stories = book()
    name = stories.add(said(KETTLE, 1, url="https://social.example/1", severity=0.9)).story.id

    assert stories.erase(["social:1"])
    assert stories.stories[name].title == ""
    assert stories.stories[name].origin_url is None
    assert not stories.erase(["social:1"])

    assert stories.add(said(f"Again: {KETTLE}", 2, severity=0.1)).story.title.startswith("Again: Ordered a kettle")


def test_the_least_stories_are_forgotten_first() -> None:
    stories = book()
    large = stories.add(said(KETTLE, 0)).story.id
    for number in range(1, 30):
        stories.add(said(KETTLE, number))
    words = random.Random(7)
    for number in range(100, 100 + 2 * MOST):
        stories.add(said(_random_text(words), number, sentiment=Sentiment.NEUTRAL))

    assert len(stories.stories) <= MOST
    assert large in stories.stories
    assert len(stories.recent) <= RECENT


def test_what_nobody_tells_of_is_let_go() -> None:
    stories = book()
    stories.add(said(KETTLE, 1))
    stories.let_go(NOW + timedelta(days=2))
    assert stories.stories
    stories.let_go(NOW + timedelta(days=4))
    assert not stories.stories
    assert stories.add(said(KETTLE, 2, minutes=6_000)).begun


@given(st.lists(st.text(max_size=80), max_size=20))
@settings(max_examples=50)
def test_any_texts_are_taken_and_every_mention_is_in_one_story(texts: list[str]) -> None:
    stories = book()
    for number, text in enumerate(texts):
        stories.add(said(text, number))

    assert sum(story.size for story in stories.stories.values()) == len(texts)


def test_memory_is_bounded_however_many_are_told() -> None:
    """The book holds as much after 3,000 strangers' mentions as after 1,500."""
    stories, words = book(), random.Random(3)
    tracemalloc.start()
    try:
        sizes = []
        for number in range(3_000):
            stories.add(said(_random_text(words), number, sentiment=Sentiment.NEUTRAL))
            if number in {1_499, 2_999}:
                sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()

    assert sizes[1] < 1.4 * sizes[0]
    assert sizes[1] < 30_000_000


def test_texts_without_words_are_stories_of_their_own() -> None:
    stories = book()

    assert stories.add(said("🤬", 1)).begun
    assert stories.add(said("🤬", 2)).begun


def test_a_story_without_mentions_begins_with_its_first() -> None:
    stories = book()
    story = stories.add(said(KETTLE, 1)).story

    assert isinstance(story, Story)
    assert stories.largest(5) == (story,)
    assert stories.largest(5, since=NOW + timedelta(days=1)) == ()


def _random_text(words: random.Random) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return " ".join("".join(words.choices(letters, k=words.randint(4, 9))) for _ in range(12))


def test_when_the_old_is_let_go_nothing_else_need_be() -> None:
    stories, words = book(), random.Random(11)
    for number in range(MOST - 20):
        stories.add(said(_random_text(words), number, minutes=0, sentiment=Sentiment.NEUTRAL))
    for number in range(MOST, MOST + 50):
        stories.add(said(_random_text(words), number, minutes=60 * 24 * 10, sentiment=Sentiment.NEUTRAL))

    assert len(stories.stories) == 50


def test_a_story_that_a_larger_one_takes_up_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a story of eight, and another of the same words that was begun apart
    stories = book()
    text = "The kettle of Lumea exploded on my table and burnt the curtain"
    large = [stories.add(said(text, number)).story for number in range(8)][-1]
    apart = (None, 0.0, Joined.FIRST)
    monkeypatch.setattr(stories, "_find", lambda *_: apart)
    small = stories.add(said(text, 20)).story
    monkeypatch.setattr(stories, "_find", lambda *_: (stories.stories[small.id], 2.0, Joined.COPY))

    # WHEN the small one grows, and finds the larger before itself among those that are like it
    joined = stories.add(said(text, 21))

    # THEN it is taken up, once
    assert joined.story.id == large.id
    assert small.id not in stories.stories
    assert joined.story.size == 10
