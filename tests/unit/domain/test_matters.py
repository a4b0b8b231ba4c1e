"""Protects: what is grave in a text, at whom it is aimed, how it is told, who complains; on any text, linearly."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tocsin.domain import matters
from tocsin.domain.brand import Brand, OwnMatter
from tocsin.domain.matter_words import TOKEN, concepts, fold, lexicon
from tocsin.domain.matters import rules
from tocsin.domain.reading import GRAVE, Aim, Claim
from tocsin.domain.scenarios import SCENARIOS
from tocsin.domain.severity import explain, judge
from tocsin.domain.severity_rules import MAX_EVIDENCE, SERIOUS, Judged, ruled

AURORA = Brand(name="Аврора", terms=("Аврора", "Aurora"), competitors=({"name": "Zenmart", "terms": ("Zenmart",)},))
LANGUAGES = ("en", "uk", "ru", "es", "de")
TEXT = st.one_of(
    st.text(max_size=400),
    st.lists(
        st.sampled_from(
            'Aurora poisoned child hospital veteran mock ad leaked data died ? « » " . no not is it true imagine near '
            "отруєння дитина лікарня Аврора біля вибух пожежа не фейк warns scammers victims 😂 said".split()
        ),
        max_size=60,
    ).map(" ".join),
)


def told(text: str, language: str = "en", *, news: bool = False) -> Judged:
    return judge(text, language, AURORA, news=news)


@pytest.mark.parametrize(
    ("text", "language", "scenario"),
    [
        ("A pupil was hospitalised after the Aurora soup", "en", "product_harm"),
        ("Школярку госпіталізували після супу з Аврори", "uk", "product_harm"),
        ("Школьницу госпитализировали после супа из Авроры", "ru", "product_harm"),
        ("Una alumna hospitalizada tras la sopa de Aurora", "es", "product_harm"),
        ("Schülerin nach Aurora Suppe im Krankenhaus", "de", "product_harm"),
        ("Aurora's customer database is for sale on the darknet", "en", "data_leak"),
        ("Реклама Аврори висміює незрячих", "uk", "offensive_content"),
        ("Охоронець Аврори вигнав ветерана", "uk", "war_ties"),
        ("El fundador de Aurora, detenido por soborno", "es", "management_misconduct"),
    ],
)
def test_a_grave_matter_in_each_language(text: str, language: str, scenario: str) -> None:
    found = told(text, language)
    assert (found.severity >= GRAVE, found.scenario, found.aim) == (True, scenario, Aim.BRAND)
    assert found.evidence


@pytest.mark.parametrize(
    ("text", "language", "aim"),
    [
        ("Aurora warns its customers of scammers", "en", Aim.WARNS),
        ("Аврора попереджає клієнтів про шахраїв", "uk", Aim.WARNS),
        ("Man stabbed outside Aurora", "en", Aim.BESIDE),
        ("Приліт біля Аврори, є загиблі", "uk", Aim.BESIDE),
        ("Ракета зруйнувала склад Аврори", "uk", Aim.STRUCK),
        ("Aurora was robbed last night", "en", Aim.STRUCK),
        ("Aurora hands out water to the wounded", "en", Aim.BESIDE),
        ("Zenmart poisoned two children, Aurora did well", "en", Aim.OTHER),
        ("They poisoned two children, so glad we shop at Aurora", "en", Aim.OTHER),
        ("Fan stabbed to death at the Aurora Arena", "en", Aim.OTHER),
        ("Aurora poisoned two children", "en", Aim.BRAND),
    ],
)
def test_what_the_brand_is_not_guilty_of_is_not_grave(text: str, language: str, aim: Aim) -> None:
    found = told(text, language)
    assert found.aim is aim
    assert (found.severity < GRAVE) == (aim is not Aim.BRAND)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("There was no poisoning at Aurora", Claim.DENIAL),
        ("Aurora denies that its customer data was leaked", Claim.DENIAL),
        ("Is it true that Aurora poisoned a child?", Claim.QUESTION),
        ("Imagine Aurora poisoned a child", Claim.FICTION),
        ("In this episode an Aurora cake poisoned a child", Claim.FICTION),
        ("This Aurora pizza is to die for", Claim.FICTION),
    ],
)
def test_what_is_not_told_as_a_fact_weighs_less(text: str, claim: Claim) -> None:
    found = told(text)
    assert found.claim is claim
    assert found.severity < GRAVE


def test_a_news_report_of_guilt_weighs_full() -> None:
    found = told("Aurora poisoned a child", news=True)
    assert (found.claim, found.severity >= GRAVE) == (Claim.REPORT, True)


def test_an_everyday_topic_of_the_trade_weighs_less() -> None:
    text = "Aurora poisoned a child"
    clinic = AURORA.model_copy(update={"ordinary_topics": ("harm",)})
    assert judge(text, "en", clinic).severity < GRAVE <= judge(text, "en", AURORA).severity


def test_a_negative_tone_settles_what_the_words_leave_open() -> None:
    text = "I am in the hospital, Aurora"
    open_, settled = (ruled(text, "en", AURORA, negative=negative).judged.severity for negative in (False, True))
    assert open_ < GRAVE <= settled


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Aurora charged me twice, I want a refund", "en"),
        ("Чекаю замовлення від Аврори, поверніть гроші", "uk"),
        ("Жду заказ от Авроры, верните деньги", "ru"),
        ("Llevo dos semanas esperando mi pedido de Aurora, devolvedme el dinero", "es"),
        ("Ich warte auf mein Paket von Aurora, bitte erstattet mir das Geld", "de"),
    ],
)
def test_who_wants_something_mended_complains(text: str, language: str) -> None:
    assert told(text, language).complaint >= 0.5


@pytest.mark.parametrize("text", ["Aurora coffee is boring", "Aurora shares fell 3 %", "The minister resigned"])
def test_dislike_and_news_are_no_complaint(text: str) -> None:
    assert told(text).complaint < 0.5


def test_the_words_that_moved_each_figure_are_told() -> None:
    moved = explain("Man stabbed outside Aurora, I want my money back", "en", AURORA)
    assert moved["severity"] == ("stabbed",)
    assert moved["aim"] == ("outside",)
    assert "money back" in moved["complaint"]


def test_the_clients_own_matters_are_heard() -> None:
    own = OwnMatter(topic="asbestos", scenario="product_harm", severity=0.9, words=("eternit*", "серы* пил"))
    brand = AURORA.model_copy(update={"matters": (own,)})
    assert judge("Aurora roofs are Eternit plates", "en", brand).severity == pytest.approx(0.9)
    assert judge("Aurora roofs are fine", "en", brand).severity == 0


@pytest.mark.parametrize(
    ("scenario", "text"),
    [
        ("product_defect", "Aurora kettles: the handle came off, same fault in the whole batch"),
        ("product_defect", "Аврора міняє праски, бо вся партія тече"),
        ("impersonation", "Es gehen Briefe um, die nicht von uns sind, auch ein gefälschter Link der Aurora"),
        ("impersonation", "Никогда не просим код из смс, настоящая Аврора так не делает"),
        ("extortion", "Exigen a Aurora dinero o van a publicar fotos de la cocina"),
        ("extortion", "Хакери зашифрували сервери Аврори й вимагають біткоїни"),
        ("bad_review_wave", "Aurora: cien reseñas de una estrella de la noche a la mañana"),
        ("bad_review_wave", "Аврору за ніч засипали негативними відгуками"),
        ("agency_mistake", "Die Pressestelle der Aurora hat aus Versehen den Entwurf verschickt"),
        ("rumour", "Someone told me Aurora waters the milk, no proof of it at all"),
        ("viral_complaint", "Aurora never delivered my parcel, please share"),
    ],
)
def test_scenarios_that_are_seldom_grave_have_their_plan_too(scenario: str, text: str) -> None:
    language = "uk" if re.search("[іїє]", text) else "ru" if re.search("[а-я]", text) else "und"
    judged = ruled(text, language, AURORA, negative=True).judged
    assert judged.scenario == scenario
    assert judged.severity < GRAVE


@pytest.mark.parametrize(
    "text",
    [
        "Aurora left a lovely link to their new menu",
        "The agency of Aurora won a prize",
        "Someone told me Aurora has the best bread",
        "Wrote Aurora a five star review overnight",
        "Аврора привезла сто кілограмів яблук за ніч",
        "У Аврори новий офіційний сайт, дуже зручний",
    ],
)
def test_everyday_words_of_theirs_are_no_matter(text: str) -> None:
    assert ruled(text, "en" if text.isascii() else "uk", AURORA).judged.severity < 0.3


def asbestos(**more: object) -> Brand:
    own = OwnMatter(topic="Asbestos", scenario="product_harm", severity=0.9, words=("eternit*", "azbest*"), **more)
    return AURORA.model_copy(update={"matters": (own,)})


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Aurora ma azbest na dachu szkoły", True),
        ("Na dachu szkoły koło Aurora leży azbest", True),
        ("Azbest był kiedyś modny, a Aurora sprzedaje dziś tylko chleb i bułki, dach ma nowy", False),
        ("Aurora usunęła azbest z dachu", False),
        ("Aurora ma nowy dach", False),
    ],
)
def test_a_pattern_of_the_clients_own_is_heard_in_a_language_that_we_have_no_words_of(text: str, heard: bool) -> None:
    brand = asbestos(near=("dach*",), within=6, unless=("usunęła",))
    judged = judge(text, "pl", brand)
    assert (judged.topics[:1] == ("asbestos",)) is heard
    assert (judged.severity == pytest.approx(0.9)) is heard


def test_what_the_client_calls_fraud_is_its_own_though_somebody_forges_its_site() -> None:
    own = OwnMatter(topic="fraud", scenario="management_misconduct", severity=0.9, words=("ponzi",))
    brand = AURORA.model_copy(update={"matters": (own,)})
    text = "Aurora sold me a ponzi. A phishing site copies Aurora"
    assert ruled(text, "en", brand).judged.severity == pytest.approx(0.9)


def test_a_phrase_of_the_clients_own_may_leave_room() -> None:
    own = OwnMatter(topic="dose", scenario="product_harm", severity=0.9, words=("wrong * dose",))
    brand = AURORA.model_copy(update={"matters": (own,)})
    assert judge("Aurora gave him the wrong medicine and dose again", "en", brand).topics[:1] == ("dose",)


@pytest.mark.parametrize("words", ["* dose", "wrong *", "a*", "one, two"])
def test_what_is_no_word_of_the_clients_is_refused(words: str) -> None:
    with pytest.raises(ValidationError):
        OwnMatter(topic="dose", scenario="product_harm", severity=0.9, words=(words,))


@given(TEXT)
def test_patterns_of_the_clients_own_take_any_text(text: str) -> None:
    judged = judge(text, "en", asbestos(near=("roof",), within=2, unless=("gone",)))
    assert 0 <= judged.severity <= 1


@pytest.mark.parametrize("name", ["asbestos", "ASBESTOS"])
def test_an_everyday_topic_is_one_however_it_is_written(name: str) -> None:
    brand = Brand.model_validate(asbestos().model_dump() | {"ordinary_topics": [name]})
    assert judge("Aurora roofs are Eternit plates", "en", brand).severity == pytest.approx(0.45)


def test_every_rule_names_concepts_and_scenarios_that_exist() -> None:
    known = {*concepts(), "brand"}
    assert rules().concepts <= known
    assert {rule.scenario for held in rules()._by_concept.values() for rule in held} <= set(SCENARIOS)
    assert set(SERIOUS) <= known


@given(TEXT, st.sampled_from(LANGUAGES))
@settings(max_examples=150, deadline=None)
def test_any_text_is_judged(text: str, language: str) -> None:
    found = judge(text.encode("utf-8", "ignore").decode(), language, AURORA)
    assert 0 <= found.severity <= 1
    assert 0 <= found.complaint <= 1
    assert len(found.evidence or "") <= MAX_EVIDENCE


@given(TEXT, st.sampled_from(LANGUAGES))
@settings(max_examples=100, deadline=None)
def test_composed_and_decomposed_letters_are_judged_alike(text: str, language: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert judge(composed, language, None) == judge(apart, language, None)


@pytest.mark.parametrize(
    "unit", ["poisoned child ", "дитина лікарня ", "\u200b", "«", "no ", "mock ad veteran ", "a", "?\n"]
)
def test_a_hundred_thousand_characters_are_judged(unit: str) -> None:
    assert 0 <= told(unit * (100_000 // len(unit))).severity <= 1


def test_the_work_grows_no_faster_than_the_text() -> None:
    """Counted, not timed: look-ups of words, and places of concepts that rules look at."""
    heard = {}
    for size in (1_000, 10_000):
        tokens = TOKEN.findall(fold("poisoned child hospital no veteran mocked " * size))
        looked = Counting(tokens)
        lexicon("en").hear_tokens(looked)
        heard[size] = looked.looks
    assert heard[10_000] <= heard[1_000] * 10.1


class Counting(list[str]):
    looks = 0

    def __getitem__(self, at: Any) -> Any:
        self.looks += 1
        return super().__getitem__(at)

    def __iter__(self) -> Iterator[str]:
        for each in super().__iter__():
            self.looks += 1
            yield each


def test_rules_look_at_a_bounded_number_of_places(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = dict.fromkeys((500, 5_000), 0)
    plainly = matters._closest
    for size in looked:

        def counted(*given: Any, size: int = size) -> Any:
            looked[size] += 1
            return plainly(*given)

        monkeypatch.setattr(matters, "_closest", counted)
        rules().matters(lexicon("en").hear(fold("poisoned child hospital veteran mocked ad " * size)))
    assert 0 < looked[5_000] <= looked[500] * 1.1
