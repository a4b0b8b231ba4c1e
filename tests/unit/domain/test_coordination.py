from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.story_mentions import NOW, said
from tests.unit.domain.test_signal import SIGNALS
from tocsin.domain.author_record import AuthorRecord
from tocsin.domain.coordination import ALONE, coordination
from tocsin.domain.mention import Author, Medium
from tocsin.domain.signal import Signal

SLOGAN = "Lumea poisons our children and laughs about it, everybody share this before they delete it"
PEOPLE = [
    "the kettle from Lumea leaks since Monday and smells of plastic",
    "waited two hours at the Lumea desk, then they closed",
    "does anybody know a repair shop that takes Lumea heaters",
    "my mother's Lumea toaster burnt the curtain yesterday evening",
    "third Lumea lamp in a year, this time the switch came off",
    "they promised a call from Lumea on Friday, it is Wednesday",
    "Lumea changed the warranty terms without a word, read yours",
    "poor Lumea service in Lviv, the lady shouted at a pensioner",
    "why is the Lumea app asking for my contacts all of a sudden",
    "bought it on sale, Lumea says sale items cannot be returned",
    "the courier of Lumea threw the box over our fence into the mud",
    "cannot cancel a Lumea subscription, the button does nothing",
]


def signal(text: str, number: int, *, days: int = 900, **more: Any) -> Signal:
    author = Author(handle=f"a{number}", created_at=NOW - timedelta(days=days))
    return Signal.of(said(text, number, author=author, **more))


def test_a_gang_of_young_accounts_with_one_text_is_told() -> None:
    found = coordination([signal(f"{SLOGAN} {'!' * number}", number, days=3, minutes=number) for number in range(15)])

    assert found.score > 0.75
    assert {feature.name for feature in found.features} >= {"young", "identical"}
    assert found.features[0].evidence == "15 of 15 accounts are younger than a month"


def test_a_real_crowd_is_not() -> None:
    minutes = [0, 3, 4, 11, 30, 31, 55, 90, 91, 93, 140, 180]
    found = coordination(
        [
            signal(text, number, minutes=minute)
            for number, (text, minute) in enumerate(zip(PEOPLE, minutes, strict=True))
        ]
    )

    assert found.score < 0.2


def test_one_sign_alone_is_never_enough() -> None:
    shared = coordination([signal(SLOGAN, number, minutes=number * 7 % 50) for number in range(20)])

    assert 0 < shared.score <= ALONE


def test_syndicated_news_are_no_plot() -> None:
    found = coordination([signal(SLOGAN, number, medium=Medium.NEWS) for number in range(20)])

    assert found.score == 0


def test_ratings_without_words_by_young_accounts_are_told() -> None:
    found = coordination(
        [signal("", number, days=2, rating=1, medium=Medium.REVIEW, minutes=number) for number in range(12)]
    )

    assert found.score > 0.7
    assert "wordless" in {feature.name for feature in found.features}


def test_one_link_and_a_history_of_one_thing_speak_for_it() -> None:
    signals = [signal(text, number) for number, text in enumerate(PEOPLE)]
    record = AuthorRecord(first_seen=NOW, last_seen=NOW, mentions=5, repeated=4)

    found = coordination(signals, links=[(7,)] * 12, records={each.author: record for each in signals})

    assert {feature.name for feature in found.features} >= {"links", "single_topic"}
    assert found.score > coordination(signals).score


def test_of_few_nothing_is_said() -> None:
    assert coordination([signal(SLOGAN, number, days=1) for number in range(4)]).score == 0
    assert coordination([]).features == ()


@given(st.lists(SIGNALS, max_size=30), st.randoms())
def test_any_signals_in_any_order_give_one_score(signals: list[Signal], random) -> None:
    shuffled = list(signals)
    random.shuffle(shuffled)
    found = coordination(signals)

    assert 0 <= found.score <= 1
    assert all(0 < feature.strength <= 1 and 0 <= feature.share <= 1 for feature in found.features)
    assert coordination(shuffled).score == found.score
