"""Protects: a person sees exactly what the matching does, by which way, why not, and what was nearly found; and what
they mark becomes changes that the marks carry."""

from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.brand import Brand
from tocsin.domain.matching import TermMatcher
from tocsin.domain.term_advice import Advice, Change, Marked, advise
from tocsin.domain.term_options import Way
from tocsin.domain.term_trace import Finding, Outcome, TermTracer


def brand(*terms: object, **more: object) -> Brand:
    return Brand.model_validate({"name": "x", "terms": list(terms), **more})


EVERYTHING = brand(
    {"term": "Аврора", "transliterate": True, "typos": True, "layout": True},
    "Нова Пошта",
    "Kyivstar",
    exclude=["крейсер Аврора"],
)

TRACER = TermTracer(EVERYTHING)
WORDS = "Аврора авророю крейсер Avrora Аврроа Fdhjhf нова пошта Новою Поштою kyivstar kyivstra Київстар . і , # @ « а"


def ways(of: Brand, text: str, outcome: Outcome = Outcome.MATCH) -> list[tuple[str, str, Way]]:
    return [(f.words, f.term, f.way) for f in TermTracer(of).findings(text) if f.outcome is outcome]


def test_each_match_says_by_which_way() -> None:
    text = "Аврора, авророю, Avrora, Аврроа, Fdhjhf"
    assert ways(EVERYTHING, text) == [
        ("Аврора", "Аврора", Way.WRITTEN),
        ("авророю", "Аврора", Way.INFLECTED),
        ("Avrora", "Аврора", Way.TRANSLITERATED),
        ("Аврроа", "Аврора", Way.TYPO),
        ("Fdhjhf", "Аврора", Way.LAYOUT),
    ]


def test_what_is_not_allowed_is_nearly_found_and_says_what_would_find_it() -> None:
    text = "Nova Poshta, Нова Пошат, Yjdf Gjinf, #kyivstarclub"
    found = TRACER.findings(text)
    assert [(f.words, f.way) for f in found] == [
        ("Nova Poshta", Way.TRANSLITERATED),
        ("Нова Пошат", Way.TYPO),
        ("Yjdf Gjinf", Way.LAYOUT),
        ("kyivstarclub", Way.PART),
    ]
    assert {f.outcome for f in found} == {Outcome.NEAR}
    assert found[0].why == "transliterate: true would find it"


def test_what_is_excluded_says_by_what() -> None:
    (found,) = TRACER.findings("крейсер Аврора")
    assert (found.outcome, found.why, found.phrase) == (
        Outcome.EXCLUDED,
        "excluded by 'крейсер Аврора'",
        "крейсер Аврора",
    )
    (alone,) = TermTracer(brand("Мир", require_near=["банк"])).findings("Мир у світі")
    assert alone.outcome is Outcome.EXCLUDED
    assert alone.phrase is None
    assert alone.why == "no word of require_near within 12 words"


@given(text=st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join))
def test_the_matches_are_those_of_the_matcher(text: str) -> None:
    found = [(f.start, f.end) for f in TRACER.findings(text) if f.outcome is Outcome.MATCH]
    assert tuple(found) == TermMatcher(EVERYTHING).spans(text)


@given(text=st.text(max_size=200))
def test_any_text_is_survived(text: str) -> None:
    assert all(f.words == text[f.start : f.end] for f in TRACER.findings(text))


def marked(of: Brand, said: dict[str, bool]) -> list[Marked]:
    """Every finding of each text gets the mark of its text."""
    tracer = TermTracer(of)
    return [Marked(text=text, finding=f, right=right) for text, right in said.items() for f in tracer.findings(text)]


def changes(advice: Advice) -> list[tuple[str, str, str | None, int, int]]:
    return [(c.kind, c.value, c.option, c.right, c.wrong) for c in advice.changes]


def test_marks_that_agree_speak_for_no_change() -> None:
    of = brand("Аврора", exclude=["крейсер Аврора"])
    advice = advise(of, marked(of, {"в Аврорі смачно": True, "крейсер Аврора": False, "Avrora": False}))
    assert advice.changes == ()
    assert advice.brand == of
    assert advice.agree_now == advice.agree_then == advice.marks == 3


def test_near_ones_marked_right_allow_the_way() -> None:
    of = brand("Аврора")
    advice = advise(of, marked(of, {"у Avrora": True, "Avrori радо": True, "Avrora borealis": False, "Аврроа": False}))
    assert changes(advice) == [("allow", "Аврора", "transliterate", 2, 1)]
    assert advice.brand.loose_terms[0].transliterate
    assert (advice.agree_now, advice.agree_then) == (2, 3)


def test_a_way_that_finds_more_wrong_than_right_is_forbidden() -> None:
    of = brand({"term": "Рута", "transliterate": True})
    advice = advise(of, marked(of, {"la ruta": False, "una ruta larga": False, "Ruta в Києві": True}))
    assert ("forbid", "Рута", "transliterate", 1, 2) in changes(advice)
    assert not advice.brand.loose_terms[0].transliterate


def test_wrong_matches_with_a_word_in_common_become_an_exclusion() -> None:
    of = brand("Аврора")
    texts = {"крейсер Аврора у порту": False, "той крейсер «Аврора»": False, "пекарня Аврора": True}
    advice = advise(of, marked(of, texts))
    assert [kind for kind, *_ in changes(advice)] == ["add exclude"]
    assert advice.agree_then == advice.marks == 3


def test_a_lone_mark_makes_no_rule() -> None:
    of = brand("Аврора")
    assert advise(of, marked(of, {"крейсер Аврора": False})).changes == ()


def test_wrong_matches_without_a_phrase_in_common_ask_for_a_word_beside() -> None:
    of = brand("Мрія")
    texts = {
        "літак Мрія знищили": False,
        "моя Мрія здійснилась": False,
        "у пекарні Мрія смачно": True,
        "пекарні тут, Мрія радує": True,
    }
    advice = advise(of, marked(of, texts))
    assert changes(advice) == [("add require_near", "пекарні", None, 2, 0)]
    assert advice.agree_then == 4


def test_an_exclusion_that_unmakes_what_is_right_is_dropped() -> None:
    of = brand("Аврора", exclude=["Аврора у"])
    advice = advise(of, marked(of, {"Аврора у Львові": True, "Аврора у Києві": True}))
    assert changes(advice) == [("drop exclude", "Аврора у", None, 2, 0)]
    assert advice.brand.exclude == ()


def test_a_longer_name_marked_right_becomes_a_term() -> None:
    of = brand("Аврора")
    advice = advise(of, marked(of, {"#аврорапекарня знову": True}))
    assert changes(advice) == [("add term", "аврорапекарня", None, 1, 0)]
    assert advice.brand.terms == ("Аврора", "аврорапекарня")


finding = st.builds(
    Finding,
    outcome=st.sampled_from(Outcome),
    start=st.integers(0, 5),
    end=st.integers(6, 12),
    words=st.just("Аврора"),
    term=st.just("Аврора"),
    way=st.sampled_from(Way),
    phrase=st.sampled_from([None, "крейсер Аврора"]),
)


@given(st.lists(st.builds(Marked, text=st.text(max_size=40), finding=finding, right=st.booleans()), max_size=12))
def test_any_marks_make_a_brand_that_is_still_one(marks: list[Marked]) -> None:
    advice = advise(EVERYTHING, marks)
    assert Brand.model_validate(advice.brand.model_dump()) == advice.brand
    assert all(isinstance(change, Change) for change in advice.changes)
