"""Protects: irony and denials turn what the words alone would say, in five languages; plain words stay as they are."""

import pytest

from tests.support.samples import mention
from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain import cues
from tocsin.domain.reading import Sentiment
from tocsin.domain.sentiment import model
from tocsin.domain.tokens import clean
from tocsin.domain.turns import DENIED_BLAME, DENIED_PRAISE, IRONY

READER = Reader()
IRONIC = [
    "Great, thanks for nothing 🙃",
    "Oh wonderful, another hour on hold. Love it 🙄",
    "Sure, because waiting three weeks is totally fine /s",
    "thanks for losing my luggage, amazing job",
    "Дякую, що знову не привезли",
    "Молодці, знову все зламали 👏",
    '"Якісний" сервіс, ага',
    "Клас, третя година без світла 🙃",
    "Спасибо, что опять не привезли",
    "Ну спасибо, удружили",
    "Gracias por nada 🙃",
    "Enhorabuena, lo habéis roto otra vez 👏👏",
    "Danke für nichts 🙃",
    "Bravo, wieder alles kaputt 👏",
]
PRAISE_DENIED = [
    "never happy with the service",
    "зовсім не смачно",
    "не рекомендую",
    "no está nada bueno",
    "gar nicht gut",
]
BLAME_DENIED = [
    "not bad at all, I liked it",
    "no problems, everything was perfect",
    "непогано, мені сподобалось",
    "неплохо, мне понравилось",
    "no está nada mal, me gustó",
    "gar nicht schlecht, hat mir gefallen",
]
THANKS = [
    "Thanks for the great service!",
    "Дякую, що швидко привезли",
    "Молодці, так тримати!",
    "Спасибо, всё очень вкусно",
    "Gracias por todo, muy amables",
    "Danke, alles super",
]


def read(text: str) -> Sentiment:
    return READER.read(mention(1, title=None, text=text, language=None)).sentiment


@pytest.mark.parametrize("text", IRONIC)
def test_marked_irony_is_no_praise(text: str) -> None:
    assert read(text) is Sentiment.NEGATIVE


@pytest.mark.parametrize("text", PRAISE_DENIED)
def test_denied_praise_is_no_praise(text: str) -> None:
    assert read(text) is not Sentiment.POSITIVE


@pytest.mark.parametrize("text", BLAME_DENIED)
def test_denied_blame_is_praise(text: str) -> None:
    assert read(text) is Sentiment.POSITIVE


@pytest.mark.parametrize("text", THANKS)
def test_plain_thanks_stay_thanks(text: str) -> None:
    assert IRONY.search(text) is None
    assert read(text) is Sentiment.POSITIVE


@pytest.mark.parametrize(
    ("loud", "sentiment"),
    [
        ("my order today 😡", Sentiment.NEGATIVE),
        ("мій обід сьогодні 🤮", Sentiment.NEGATIVE),
        ("mi pedido de hoy 😍", Sentiment.POSITIVE),
        ("закрили раніше((((", Sentiment.NEGATIVE),
        ("открыли раньше)))", Sentiment.POSITIVE),
        ("THIS IS TERRIBLE", Sentiment.NEGATIVE),
        ("sooooo goooood", Sentiment.POSITIVE),
        ("жаааах", Sentiment.NEGATIVE),
        ("schreckliiich, nie wieder", Sentiment.NEGATIVE),
    ],
)
def test_faces_hashtags_shouting_and_drawling_speak(loud: str, sentiment: Sentiment) -> None:
    assert read(loud) is sentiment


@pytest.mark.parametrize("text", [*IRONIC, *PRAISE_DENIED, *BLAME_DENIED])
def test_the_cues_let_every_search_run_that_finds_something(text: str) -> None:
    flags = model().hear(text).flags
    for pattern, needed in (
        (IRONY, cues.CHEERS),
        (DENIED_PRAISE, cues.DENIES | cues.PRAISED),
        (DENIED_BLAME, cues.DENIES | cues.BLAMES),
    ):
        assert not pattern.search(clean(text)) or flags & needed == needed
