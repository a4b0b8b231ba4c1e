"""Protects: the head hears the same everywhere, quotes what stands in the text, and no text or file can choke it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain import lint_head
from tocsin.domain.lint_head import (
    _TOKEN,
    ANY,
    LANES,
    LONGEST_WORD,
    MAGIC,
    WIDTH,
    Head,
    head,
    marks_of,
    spoken,
    tokens_of,
    windows,
)
from tocsin.domain.linter import Draft, Fault, Kind, accusations, check

TEXTS = st.text(st.sampled_from("абвіїєґ’abcáñ .!?,\n😂1«»"), max_size=200) | st.text(max_size=200)


def test_its_lanes_are_faults() -> None:
    assert {Fault(lane) for lane in LANES} == set(Fault) - {Fault.UNVERIFIED, Fault.SHOUTING}
    assert (len(LANES), len(LANES) + 1) == (ANY, WIDTH)


@given(TEXTS)
def test_it_is_total_and_hears_each_fault_once_where_it_stands(text: str) -> None:
    heard = head().hear(text)
    assert len({one.fault for one in heard}) == len(heard)
    for one in heard:
        assert 0 <= one.start < one.end <= len(text)
        assert (one.start, one.end) in windows(text)
        assert not one.surely or one.fault == Fault.ACCUSATION


@given(TEXTS)
def test_every_word_of_a_text_is_read_in_its_order(text: str) -> None:
    single = [each for each in windows(text) if not any(each[0] < other[1] < each[1] for other in windows(text))]
    assert all(start < end for start, end in windows(text))
    whole = tokens_of(text)
    assert sorted(set(whole)) == sorted({token for start, end in windows(text) for token in tokens_of(text[start:end])})
    assert len(single) <= len(windows(text))


@given(TEXTS, TEXTS)
def test_what_is_said_first_does_not_change_what_is_heard_next(one: str, other: str) -> None:
    before = head().hear(one)
    head().hear(other)
    assert head().hear(one) == before


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We are looking into the cause.", "en"),
        ("З’ясовуємо причину.", "uk"),
        ("Estamos mirando la causa de lo ocurrido.", "es"),
        ("", "en"),
    ],
)
def test_which_language_it_is_in_is_seen_by_its_words(text: str, language: str) -> None:
    assert spoken(tokens_of(text)) == language


def test_a_concept_is_heard_beside_another() -> None:
    assert "#rival pay" in marks_of(tokens_of("Our competitor paid the author."), "en")
    assert "#rival pay" in marks_of(tokens_of("Конкурент заплатив авторові."), "uk")


def test_a_word_without_end_is_no_word() -> None:
    assert head().word("а" * (LONGEST_WORD + 1)) is None


@pytest.mark.parametrize("data", [b"", b"TOCSEVR1" + bytes(64), MAGIC[:4]])
def test_a_file_of_something_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a linter head"):
        Head(data)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "These reviewers are on the payroll of the other chain in town."),
        ("uk", "Цим людям платить інша мережа, щоб вони писали про нас погане."),
        ("es", "A estos autores les paga la otra cadena para que escriban mal de nosotros."),
    ],
)
def test_an_accusation_in_words_of_no_list_is_marked(language: str, text: str) -> None:
    found = check(Draft.model_validate({"text": text, "language": language, "kind": Kind.REPLY})).findings
    assert Fault.ACCUSATION in {one.fault for one in found}


def test_what_is_marked_by_a_list_is_not_marked_again() -> None:
    text = "No comment."
    found = check(Draft(text=text, language="en", kind=Kind.REPLY)).findings
    assert [one.fault for one in found] == [Fault.NO_COMMENT]


def test_a_doubtful_accusation_is_a_finding_and_no_refusal() -> None:
    """Nothing excuses what `accusations` finds, so it must be beyond doubt."""
    text = "Our rivals lower their prices each week."
    assert accusations(text) == ()


@pytest.mark.parametrize("unit", ["1\n", ". ", "… "])
def test_ends_without_words_are_not_read_again_from_the_beginning(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read = 0

    class Counting:
        def findall(self, text: str, start: int, end: int) -> list[str]:
            nonlocal read
            read += end - start
            return _TOKEN.findall(text, start, end)

    monkeypatch.setattr(lint_head, "_TOKEN", Counting())
    text = unit * 500
    windows(text)
    assert read <= len(text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "A man in our uniform is collecting money door to door. He does not work here. Call the police."),
        ("uk", "Чоловік у нашій формі збирає гроші по квартирах. Він у нас не працює. Телефонуйте в поліцію."),
        ("es", "Un hombre con nuestro uniforme pide dinero por las casas. No trabaja aquí. Llamen a la policía."),
    ],
)
def test_who_warns_of_somebody_in_our_uniform_accuses_nobody(language: str, text: str) -> None:
    found = check(Draft.model_validate({"text": text, "language": language, "kind": Kind.REPLY})).findings
    assert Fault.ACCUSATION not in {one.fault for one in found}
