import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.signature import CACHED, WORDS, _cache, _learn, alike, distance, signature

COMPLAINT = "Вчора в «Каштані» на Сумській нам принесли зіпсовану рибу, а менеджер ще й накричав на дружину при дітях"
POST = "Ordered a kettle from Lumea two weeks ago, the courier never came and nobody at the help desk answers the phone"
WORDY = st.lists(
    st.text(st.characters(categories=("Lu", "Ll", "Lo", "Nd")), min_size=2, max_size=9), min_size=1, max_size=30
).map(" ".join)


@pytest.mark.parametrize("text", [COMPLAINT, POST])
@pytest.mark.parametrize(
    "edit",
    [
        str.upper,
        lambda text: f"RT @someone_else: {text}",
        lambda text: f"{text} https://t.co/a8Kq01",
        lambda text: f"🤬🤬 {text} 😡 ‼️",
        lambda text: f"{text} #новини #news #fail",
        lambda text: f"{text}\n\nПідписатись | Надіслати новину",
        lambda text: text[: len(text) * 3 // 4] + "…",
        lambda text: text.replace("нам ", "мені ").replace("never came", "did not come"),
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("а", "a").replace("о", "o"),
    ],
    ids=["caps", "retweet", "link", "emoji", "hashtags", "footer", "cut", "reworded", "decomposed", "look-alikes"],
)
def test_a_copy_is_known_by_what_people_and_bots_do_to_it(text: str, edit) -> None:
    assert alike(signature(text), signature(edit(text)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lumea never answers the phone", "Lumea never delivers the kettle"),
        ("Кавун, де мої гроші?", "Кавун, де мій кур'єр?"),
        ("Lumea is awful", "Lumea is great"),
        ("жах", "жахи"),
        ("Lumea stole my money and closed the ticket", "Lumea closed the shop on my street, what a pity"),
    ],
)
def test_short_complaints_of_different_things_are_not_alike(one: str, other: str) -> None:
    assert not alike(signature(one), signature(other))


@pytest.mark.parametrize("text", ["", "🤬🤬🤬", "!!! ...", "@lumea", "https://lumea.example/a", "RT @lumea:"])
def test_what_has_no_words_is_like_nothing(text: str) -> None:
    assert signature(text) == 0
    assert not alike(signature(text), signature(text))


def test_a_short_text_is_alike_only_when_it_is_the_same() -> None:
    assert alike(signature("Lumea sucks"), signature("LUMEA SUCKS!!! 🤬"))
    assert not alike(signature("Lumea sucks"), signature("Lumea sucks again"))


def test_letters_without_spaces_are_words() -> None:
    long = "这家店的客服态度非常恶劣并且拒绝退款给我们的家人"

    assert alike(signature(long), signature(f"转发微博{long}"))
    assert not alike(signature(long), signature("今天天气很好我们去公园玩了一整天大家都很开心"))


@given(st.text())
def test_any_text_has_a_signature_of_64_bits(text: str) -> None:
    assert 0 <= signature(text) < 2**64


@given(st.text())
def test_composed_and_decomposed_letters_are_one_text(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))

    assert signature(composed) == signature(decomposed)


@given(WORDY, st.sampled_from(["\u200b", "\u2060", "\ufeff", "\u00ad"]))
def test_invisible_letters_and_odd_spaces_change_nothing(text: str, invisible: str) -> None:
    tricked = invisible.join(text).replace(" ", " \u00a0\n \t ")

    assert signature(tricked) == signature(text)


@given(WORDY)
def test_alikeness_is_mutual_and_what_is_heard_is_like_itself(text: str) -> None:
    one, other = signature(text), signature(COMPLAINT)

    assert alike(one, one) is bool(one)
    assert alike(one, other) == alike(other, one)
    assert distance(one, other) == distance(other, one) <= 62


@pytest.mark.parametrize("piece", ["_", "#", "'", "а'", "http", "www.", "\u0301", "ﷺ", "я ", "#a", "🤬", "中"])
def test_a_hundred_thousand_characters_of_anything_are_taken(piece: str) -> None:
    text = (piece * 100_000)[:100_000]

    assert 0 <= signature(text) < 2**64


def test_only_the_beginning_is_heard() -> None:
    words = [f"слово{number}" for number in range(WORDS)]

    assert signature(" ".join(words)) == signature(" ".join([*words, "а", "далі", "інше"]))


def test_what_is_remembered_of_words_is_bounded() -> None:
    for number in range(CACHED + 10):
        _learn(f"w{number}")

    assert len(_cache) <= CACHED
