import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.domain.story_mentions import NOW, said
from tocsin.domain.distinct import NOBODY, count, joined, united
from tocsin.domain.reading import ScoredMention, Sentiment
from tocsin.domain.story import Story
from tocsin.domain.story_book import Joined, StoryBook
from tocsin.domain.story_event import HOTTEST, enough, heat
from tocsin.domain.story_senses import akin_to, sense_of, weight_of
from tocsin.domain.story_terms import told

WORDS = st.text(string.ascii_lowercase + "абвгіїя", min_size=1, max_size=9)


def begun(text: str, number: int, **more: object) -> Story:
    mention = said(text, number, **more)
    return Story.begun(mention, told(mention.mention.words, mention.mention.url))


@pytest.mark.parametrize(
    "words",
    [
        ("dog", "собака", "perro", "hund"),
        ("women", "жінки", "mujeres", "женщины", "frauen"),
        ("water", "вода", "agua", "воды", "wasser"),
    ],
)
def test_words_of_five_languages_have_one_sense(words: tuple[str, ...]) -> None:
    assert len({sense_of(word) for word in words}) == 1
    assert None not in {sense_of(word) for word in words}


def test_an_ending_changes_no_sense() -> None:
    assert sense_of("паспортами") == sense_of("паспорт") is not None


@given(st.text(max_size=40))
def test_any_word_has_a_known_sense_or_none(word: str) -> None:
    sense = sense_of(word)

    if sense is not None:
        assert weight_of(sense) >= 0
        assert all(0 < likeness <= 1 and weight_of(other) >= 0 for other, likeness in akin_to(sense))


def test_what_is_no_sense_is_akin_to_nothing() -> None:
    assert akin_to(65_535) == ()


def test_a_story_cools_and_a_crowd_of_others_makes_chance_likelier() -> None:
    story = begun("smoke from the kettle", 1)
    hot = story
    for number in range(2, 12):
        mention = said("smoke from the kettle", number)
        hot = hot.after(mention, told(mention.mention.words))

    assert HOTTEST >= heat(hot, NOW, 0) > heat(story, NOW, 0)
    assert heat(hot, NOW, 0) > heat(hot, NOW.replace(day=4), 0)
    assert heat(hot, NOW, 0) > heat(hot, NOW, 50)


def test_more_is_needed_where_nobody_complains() -> None:
    assert enough(5.0, 2, 0.0, moved=True)
    assert not enough(5.0, 2, 0.0, moved=False)
    assert not enough(9.0, 1, 0.0, moved=True)
    assert enough(9.0, 1, 2.0, moved=True)


def test_stories_that_prove_to_be_one_are_united_and_every_mention_stays_counted() -> None:
    stories = StoryBook(("Lumea",))
    texts = (
        "Lumea courier kicked our dog on the porch",
        "кур'єр Lumea вдарив собаку ногою біля дверей",
        "el repartidor de Lumea dio una patada al perro",
        "Lumea-Bote tritt Hund vor der Tür",
        "the dog was kicked by a Lumea courier, we have it on camera",
        "a courier of Lumea kicks a dog, the porch camera saw it",
    )
    for number, text in enumerate(texts):
        stories.add(said(text, number))

    largest = stories.largest(1)[0]
    assert largest.size >= 4
    assert sum(story.size for story in stories.stories.values()) == len(texts)
    assert {stories.story_of(f"social:{number}") for number in range(len(texts))} == set(stories.stories)


def test_ordinary_complaints_of_one_hour_are_stories_of_their_own() -> None:
    stories = StoryBook(("Lumea",))
    for number, text in enumerate(
        (
            "Lumea jeans shrank two sizes after one wash",
            "parking at Lumea is a nightmare on Saturdays",
            "why is the music at Lumea so loud, could not hear my own kids",
            "the Lumea newsletter cannot be switched off",
            "lukewarm soup at Lumea, it used to be better",
        )
    ):
        assert stories.add(said(text, number)).begun


def test_a_hot_story_takes_no_praise() -> None:
    stories = StoryBook(("Lumea",))
    for number in range(4):
        stories.add(said("Lumea courier kicked our old dog on the porch", number))

    praise = said("my dog loves the Lumea treats", 9, sentiment=Sentiment.POSITIVE, score=0.9)
    assert stories.add(praise).by is Joined.FIRST


@given(
    st.lists(st.tuples(WORDS, st.integers(0, 5_000), st.integers(0, 3), st.booleans()), min_size=2, max_size=12),
    st.integers(1, 11),
)
@settings(max_examples=50)
def test_united_stories_are_as_if_told_to_one(told_of: list[tuple[str, int, int, bool]], cut: int) -> None:
    mentions = [
        said(text, number, minutes=minutes, severity=grade / 4, source="a" if other else "b")
        for number, (text, minutes, grade, other) in enumerate(told_of)
    ]
    cut = min(cut, len(mentions) - 1)

    def folded(chosen: list[ScoredMention]) -> Story:
        story = Story.begun(chosen[0], told(chosen[0].mention.words))
        for mention in chosen[1:]:
            story = story.after(mention, told(mention.mention.words))
        return story

    one, both = folded(mentions), folded(mentions[:cut]).united(folded(mentions[cut:]))

    for name in ("origin_id", "origin_at", "last_at", "size", "against", "severity", "title", "title_rank", "reach",
                 "tier", "people", "sites", "media", "languages", "places", "scenarios"):  # fmt: skip
        assert getattr(both, name) == getattr(one, name), name
    assert sum(both.hours.values()) + sum(both.days.values()) == both.size


@given(st.sets(st.integers(0, 2**32 - 1), max_size=60), st.sets(st.integers(0, 2**32 - 1), max_size=60))
def test_uniting_counts_those_of_both(ours: set[int], theirs: set[int]) -> None:
    def of(values: set[int]) -> frozenset[int] | bytes:
        seen = NOBODY
        for value in sorted(values):
            seen = joined(seen, value)
        return seen

    assert united(of(ours), of(theirs)) == of(ours | theirs)
    assert count(united(of(ours), of(theirs))) >= max(count(of(ours)), count(of(theirs)))
