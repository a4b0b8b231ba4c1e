"""Protects: negative about a competitor, the weather or somebody else in a post is not negative about the brand."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import mention
from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain import cues
from tocsin.domain.aimed import PUSH, Aimed, aimed
from tocsin.domain.brand import Brand
from tocsin.domain.sentiment import model

DATA = Path(__file__).parents[2] / "data"
BRANDS = {
    name: Brand.model_validate(facts)
    for name, facts in json.loads((DATA / "aimed.brands.json").read_text(encoding="utf-8")).items()
}
ROWS = [json.loads(line) for line in (DATA / "aimed.jsonl").read_text(encoding="utf-8").splitlines()]
AURORA, READER = BRANDS["aurora"], Reader()


def told(text: str, brand: Brand = AURORA) -> Aimed:
    found = aimed(text, brand)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "text",
    [
        "Aurora sold me mouldy bread",
        "Aurora sold me mouldy bread. Never again!",
        "This is disgusting. I found a hair in my cake",
        "",
        "Аврора продала гнилий хліб.\nБільше ні ногою.",
    ],
)
def test_a_post_about_nobody_else_is_about_the_brand_as_a_whole(text: str) -> None:
    assert aimed(text, AURORA) is None


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Fornetti was a nightmare. Aurora is fine.", "@user is fine."),
        ("Погода жахлива. Йду в Аврору.", "Йду в @user."),
        ("Aurora is fine. Fornetti was a nightmare. Never again.", "@user is fine."),
        ("The airport was horrible, but Aurora's coffee is fine", "but @user coffee is fine"),
        ("En Fornetti todo mal; en Aurora todo bien", "en @user todo bien"),
    ],
)
def test_only_what_is_about_the_brand_is_kept(text: str, about: str) -> None:
    assert told(text).about == about


@pytest.mark.parametrize(
    ("text", "wins"),
    [
        ("Fornetti is better than Aurora", False),
        ("Aurora is better than Fornetti", True),
        ("Fornetti is worse than Aurora", True),
        ("Nothing is better than Aurora", True),
        ("Аврора краща за Форнетті", True),
        ("Форнетті гірше ніж Аврора", True),
        ("Форнетти вкуснее Авроры", False),
        ("Fornetti es mejor que Aurora", False),
        ("Aurora ist besser als Fornetti", True),
        ("I switched from Aurora to Fornetti", False),
        ("Перейшла з Форнетті на Аврору", True),
        ("Fornetti > Aurora", False),
    ],
)
def test_who_wins_a_comparison(text: str, wins: bool) -> None:
    assert told(text).push == (PUSH if wins else -PUSH)


@pytest.mark.parametrize("text", ["Is Fornetti better than Aurora?", "Fornetti is not better than Aurora"])
def test_a_question_and_a_denial_are_won_by_nobody(text: str) -> None:
    found = aimed(text, AURORA)
    assert found is None or found.push == 0


def test_unlike_the_brand_means_the_other_way_round() -> None:
    found = told("Unlike Aurora, Fornetti never lets you down. Love them.")
    assert (found.about, "never lets you down" in found.rival) == ("", True)


def test_what_follows_a_but_is_known() -> None:
    assert told("The bread at Aurora is fine but the staff are rude").after == "but the staff are rude"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:40])
def test_the_cues_of_the_words_spare_only_searches_that_find_nothing(row: dict[str, str]) -> None:
    flags = model().hear(row["text"]).flags
    brand = BRANDS[row["brand"]]
    assert aimed(row["text"], brand, row["lang"], flags) == aimed(row["text"], brand, row["lang"], cues.ALL)


@given(st.lists(st.sampled_from([*"Aa.,!? \n", "Aurora", "Fornetti", " but ", " better than ", " а ", "unlike "])))
def test_any_mixture_is_told_apart(parts: list[str]) -> None:
    found = aimed("".join(parts), AURORA)
    assert found is None or abs(found.push) <= PUSH


def test_the_labelled_posts_are_read_as_often_right_as_was_measured() -> None:
    """The test part, which no rule was written by: 106 of 122 when measured; without aim 55."""
    right = Counter[bool]()
    for row in (row for row in ROWS if row["part"] == "test"):
        post = mention(1, title=None, text=row["text"], language=None)
        for brand in (None, BRANDS[row["brand"]]):
            right[brand is not None] += READER.read(post, brand).sentiment.value == row["label"]
    assert right[True] >= 98
    assert right[True] > right[False] + 30
