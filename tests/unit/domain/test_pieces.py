"""What a text says is what its pieces say: every reader may look them up one by one."""

from hypothesis import example, given
from hypothesis import strategies as st

from tocsin.adapters.analyzers.ear import Ear
from tocsin.adapters.analyzers.tone_words import ToneWords
from tocsin.domain import cues
from tocsin.domain.matter_words import TOKEN, fold, lexicon
from tocsin.domain.pieces import Remembered, pieces
from tocsin.domain.reading_language import language_of
from tocsin.domain.sentiment import model
from tocsin.domain.severity_head import Head, head
from tocsin.domain.tokens import plain, raw_tokens

WORDS = """Great :Dno =P <34 don‘t „so“ п’ять foo_'bar http's https://a.b/c;d www.x.y #BoycottAcme @user_1 😂🤣 ... !? ½
नमस्ते สวัสดี 中文 killed poisoned отруєння не працює no one answers the phone Σ Straße ² :(abc ((a 100% $5"""
PARTS = st.sampled_from([*WORDS.split(), "", " ", "\n", "\t", "\u3000", "\x1f", "\u200b", "x" * 70])
EAR = Ear(model(), head(), ToneWords())
TEXTS = st.one_of(st.lists(PARTS, max_size=25).map("".join), st.lists(PARTS, max_size=25).map(" ".join), st.text())


def cut(text: str) -> list[str]:
    return TOKEN.findall(fold(text))


@given(TEXTS)
@example("one\n\ntwo  three \n")
@example("Не працює.\nЗовсім!")
def test_words_are_the_same_by_pieces(text: str) -> None:
    text = plain(text)
    assert [raw for piece in pieces(text) for raw in raw_tokens(piece)] == raw_tokens(text)


@given(TEXTS)
def test_a_text_sounds_the_same_to_whoever_hears_it(text: str) -> None:
    text = plain(text)
    words, alone = EAR.hear(text), model().hear(text)
    assert words.heard._replace(flags=words.heard.flags & cues.ALL) == alone


@given(TEXTS, st.sampled_from(["en", "uk", "es", "und"]))
def test_meanings_are_the_same_by_pieces(text: str, language: str) -> None:
    text = plain(text)
    tokens, spans, weight = EAR.hear(text).meaning(lexicon(language))
    assert weight == head().weigh(tokens)
    assert tokens == cut(text)
    assert spans == lexicon(language).hear_tokens(tokens)


TONGUES = """het voor nach nicht Straße l'eau ça señor łódź ğüzel naïve привіт вобще, заказ это ўсё әлем љубав Ελλάδα
ไทย 한국 日本語 नमस्ते سلام добре. плохо ij og och! ß’s""".split()


@given(st.lists(st.sampled_from(TONGUES), max_size=9).map(" ".join), st.sampled_from([None, "de", "uk", "bg"]))
@example("ich gehe nach Hause het niet", None)
@example("вобще заказ не приїхав ще й досі", "uk")
def test_marks_of_pieces_spare_only_searches_that_find_nothing(text: str, declared: str | None) -> None:
    text = plain(text)
    words = EAR.hear(text)
    found = language_of(text, words.heard.profiles, model(), declared, words.marks)
    assert found == language_of(text, words.heard.profiles, model(), declared)


@given(TEXTS, st.data())
def test_gravity_is_the_same_by_pieces_and_without_the_brands_name(text: str, data: st.DataObject) -> None:
    text = plain(text)
    tokens = cut(text)
    named = data.draw(st.sets(st.integers(0, len(tokens) - 1)) if tokens else st.just(set()))
    left = [token for at, token in enumerate(tokens) if at not in named]
    whole = head().hear(left, ["poison"], text)
    by_pieces = head().hear(
        tokens, ["poison"], text, weight=head().weigh(tokens), but=[tokens[at] for at in sorted(named)]
    )
    assert by_pieces.lanes == whole.lanes
    assert by_pieces.scenarios == whole.scenarios


@given(TEXTS, st.lists(st.sampled_from(["poison", "boycott", "fraud", "leak", "demand", "@first"]), max_size=6))
def test_no_scenario_exceeds_what_is_told_of_the_likeliest(text: str, concepts: list[str]) -> None:
    tokens = cut(plain(text))
    heard = head().hear(tokens, concepts, text)
    assert max(heard.scenarios) <= heard.likeliest_most
    facts: dict[str, float] = {}
    assert _grave(head(), heard.most, facts) >= _grave(head(), heard.figures, facts)


def _grave(by: Head, figures: tuple[float, ...], facts: dict[str, float]) -> float:
    return by.decide("grave", figures, facts)


@given(st.lists(PARTS, max_size=25).map(" ".join))
def test_a_long_text_is_heard_as_its_pieces_are(text: str) -> None:
    heard = model().hear(" ".join([text] * 40))
    once = model().hear(text)
    assert heard.profiles == once.profiles * 40
    assert heard.flags == once.flags


def test_what_is_remembered_is_bounded() -> None:
    asked: list[str] = []

    def learn(piece: str) -> int:
        asked.append(piece)
        return len(piece)

    known = Remembered(learn, size=2)
    assert [known[piece] for piece in ("a", "bb", "a", "ccc", "a", "y" * 61, "y" * 61)] == [1, 2, 1, 3, 1, 61, 61]
    assert asked == ["a", "bb", "ccc", "a", "y" * 61, "y" * 61]
    assert len(known) <= 2
