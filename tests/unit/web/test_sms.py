"""One alert is one segment where it can be: a second one doubles the bill. The link to answer is never cut."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.web.samples import ALERTS, ANSWERS, AT, LANGUAGES, alert, mention
from tocsin.domain.alert import Alert, Also
from tocsin.domain.client import Language
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind
from tocsin.web.clean import safe_link
from tocsin.web.gsm import fold
from tocsin.web.sms import render_sms, sms_segments
from tocsin.web.words import level_word, reader_of


@settings(deadline=None, max_examples=400)
@given(ALERTS.filter(lambda any_alert: any_alert.kind is not AlertKind.CLIENT))
def test_any_alert_is_one_segment_and_says_its_level(any_alert: Alert) -> None:
    # GIVEN any brand, link, language, level and kind WHEN written as SMS
    text = render_sms(any_alert)
    # THEN it is one segment, or two where it stands for another brand's SMS too, starts with its level (or that it is a
    # test), and holds no character that nobody sees
    word = level_word(reader_of(any_alert), any_alert)
    assert sms_segments(text).segments <= (2 if any_alert.also else 1)
    assert word in text or fold(word) in text
    assert all(unicodedata.category(char)[0] != "C" or char in "\u200c\u200d" for char in text)
    if any_alert.kind is AlertKind.TEST:
        assert text.startswith(reader_of(any_alert).gettext("TEST"))


BURNING = (AlertKind.RAISED, AlertKind.REMINDED, AlertKind.ESCALATED, AlertKind.EXPIRED)
AWS_HOST = "https://abc123defg.execute-api.eu-central-1.amazonaws.com"


@settings(deadline=None, max_examples=300)
@given(ALERTS, ANSWERS, st.sampled_from(BURNING))
def test_the_link_to_answer_is_never_cut(any_alert: Alert, answer: str, kind: AlertKind) -> None:
    # GIVEN any alert with the recipient's own link WHEN written THEN the whole link ends it, in two segments at most
    text = render_sms(any_alert.model_copy(update={"answer": answer, "kind": kind}))
    assert text.endswith(f" {answer}")
    assert sms_segments(text).segments <= (3 if any_alert.also else 2)
    word = level_word(reader_of(any_alert), any_alert.model_copy(update={"kind": kind}))
    assert word in text or fold(word) in text
    assert text.count("http") <= 1 + any_alert.brand.count("http") + sum(m.count("http") for m in any_alert.missed)


@pytest.mark.parametrize(
    ("language", "host", "segments"),
    [("uk", "https://t.agency.ua", 1), ("uk", AWS_HOST, 2), ("es", AWS_HOST, 1), ("en", AWS_HOST, 1)],
)
@pytest.mark.parametrize("kind", BURNING)
def test_how_many_segments_each_kind_takes(language: Language, host: str, segments: int, kind: AlertKind) -> None:
    # GIVEN a brand of usual length, by an address of one's own or by AWS's WHEN written THEN as many as promised
    brand = "Аврора" if language == "uk" else "Aurora"
    said = render_sms(alert(language=language, brand=brand, kind=kind, answer=f"{host}/a/AbCdE0123456"))
    assert sms_segments(said).segments == segments


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "CRISIS Aurora 01:14: 47 critics in 60 minutes. https://t.ua/a/AbCdE0123456"),
        ({"kind": AlertKind.REMINDED}, "CRISIS Aurora: still not answered. https://t.ua/a/AbCdE0123456"),
        (
            {"kind": AlertKind.REMINDED, "yours": True},
            "CRISIS Aurora: time to look at it again. https://t.ua/a/AbCdE0123456",
        ),
        (
            {"kind": AlertKind.ESCALATED, "missed": ("Helen Marsh", "Bo")},
            "CRISIS Aurora: no answer from Helen Marsh, Bo; it is your turn. https://t.ua/a/AbCdE0123456",
        ),
        ({"kind": AlertKind.ESCALATED}, "CRISIS Aurora: it is your turn. https://t.ua/a/AbCdE0123456"),
        ({"kind": AlertKind.EXPIRED}, "CRISIS Aurora: taken, but nothing was done. https://t.ua/a/AbCdE0123456"),
        (
            {"also": (Also(brand="Boreal", level=Level.ISSUE), Also(brand="Cometa", level=Level.SEVERE))},
            "CRISIS Aurora 01:14: 47 critics in 60 minutes. +2: Boreal ISSUE. https://t.ua/a/AbCdE0123456",
        ),
    ],
)
def test_what_a_person_who_is_asked_reads(changes: dict[str, object], text: str) -> None:
    asked = alert(language="en", brand="Aurora", timezone="UTC", answer="https://t.ua/a/AbCdE0123456", **changes)
    assert render_sms(asked) == text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("host", [None, "https://t.agency.example", AWS_HOST])
@pytest.mark.parametrize("brand", ["Аврора", "Aurora", "Дуже довга назва пекарні на розі " * 4])
def test_the_brand_whose_own_sms_it_replaces_is_always_named(language: Language, host: str | None, brand: str) -> None:
    # GIVEN another brand whose SMS is cancelled for this one WHEN written, whatever the room THEN it stands there
    asked = alert(
        language=language, brand=brand, answer=f"{host}/a/AbCdE0123456" if host else None,
        also=(Also(brand="Бореаль", level=Level.CRISIS),),
    )  # fmt: skip
    assert "+1: Бореаль" in render_sms(asked)


def test_names_cannot_smuggle_anything_into_an_sms() -> None:
    # GIVEN a name with line breaks and directions WHEN it did not answer THEN it is one line of plain text
    bad = "Eve\r\nBcc: x\u202e\u0000" + "A" * 200
    text = render_sms(alert(kind=AlertKind.ESCALATED, missed=(bad,), answer="https://t.ua/a/AbCdE0123456"))
    assert text.isprintable()
    assert text.endswith(" https://t.ua/a/AbCdE0123456")


def test_a_clients_contact_reads_the_approved_words_and_no_others() -> None:
    # GIVEN words that a person has approved WHEN sent as SMS THEN those, in one line, uncut
    words = "Ми стежимо за хвилею критики. " * 8
    text = render_sms(alert(kind=AlertKind.CLIENT, text=words + "\nДо зв’язку.", answer="https://t.ua/a/AbCdE0123456"))
    assert text == words + "До зв’язку."


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_the_file_lets_the_machine_write_to_the_client_it_writes_a_draft(language: Language) -> None:
    text = render_sms(alert(kind=AlertKind.CLIENT, language=language, opened_at=AT))
    assert "Аврора" in text
    assert "78" not in text  # no index
    assert "\n" not in text


@settings(deadline=None, max_examples=200)
@given(ALERTS.filter(lambda any_alert: any_alert.kind is not AlertKind.CLIENT))
def test_of_the_outside_only_a_safe_link_gets_in(any_alert: Alert) -> None:
    # GIVEN mentions that say anything WHEN written as SMS without them THEN only the link can differ
    bare = any_alert.model_copy(update={"mentions": ()})
    link = safe_link(any_alert.link)
    text = render_sms(any_alert)
    if link is None or link.href not in text:
        assert text == render_sms(bare)


@pytest.mark.parametrize(
    ("language", "brand", "text"),
    [
        ("uk", "Аврора", "КРИЗА Аврора 03:14: 47 критиків за 60 хвилин. https://t.me/podil/8841"),
        ("en", "Aurora", "CRISIS Aurora 03:14: 47 critics in 60 minutes. https://t.me/podil/8841"),
        ("es", "Panadería Núñez", "CRISIS Panaderia Nuñez 03:14: 47 voces criticas en 60 minutos. https://t.me/podil/8841"),
        ("es", "Аврора", "CRISIS Аврора: 47 negativas en 60 min. https://t.me/podil/8841"),
    ],
)  # fmt: skip
def test_what_a_phone_shows(language: Language, brand: str, text: str) -> None:
    # GIVEN the same crisis WHEN told in three languages THEN level, brand, link, and as much of the fact as fits
    assert render_sms(alert(language=language, brand=brand)) == text


def test_spanish_accents_do_not_halve_the_room() -> None:
    # GIVEN a Spanish word with an accent that GSM lacks WHEN written THEN it is folded; ñ and ¿ would stay
    text = render_sms(alert(language="es", brand="Aurora", level=Level.WATCH))
    assert text.startswith("ATENCION Aurora")
    assert sms_segments(text).encoding == "GSM-7"
    assert fold("¿Qué pingüino, señor? ¡Á Í Ó Ú í á ó ú!") == "¿Qué pingüino, señor? ¡A I O U i a o u!"


def test_the_fact_gives_way_to_the_link() -> None:
    # GIVEN a link that leaves no room WHEN written THEN level, brand, link
    long = "https://news.example/" + "a" * 34
    assert render_sms(alert(mentions=(mention(url=long),))) == f"КРИЗА Аврора {long}"


@pytest.mark.parametrize(
    "url", ["https://news.example/" + "a" * 90, "javascript:alert(1)", "https://a@evil.example/", None]
)
def test_a_link_that_cannot_go_is_replaced_by_words(url: str | None) -> None:
    # GIVEN a link too long, unsafe or missing WHEN written THEN the words say where the details are
    assert (
        render_sms(alert(mentions=(mention(url=url),)))
        == "КРИЗА Аврора 03:14: 47 критиків за 60 хвилин. Подробиці — у листі."
    )


def test_a_long_brand_is_clipped_last_and_visibly() -> None:
    # GIVEN brands longer than a segment WHEN written THEN cut with an ellipsis of the message's own alphabet
    cyrillic = render_sms(alert(brand="Аврора " * 20))
    latin = render_sms(alert(brand="Aurora " * 40, language="en"))
    assert cyrillic.startswith("КРИЗА Аврора")
    assert "… Подробиці — у листі." in cyrillic
    assert "... Details are in your e-mail." in latin
    assert "… Навчання: нічого не сталося." in render_sms(alert(brand="Аврора " * 20, kind=AlertKind.TEST))
    assert sms_segments(latin).encoding == "GSM-7"


def test_a_drill_may_carry_its_link() -> None:
    # GIVEN a drill with room for a link WHEN written THEN it comes after the words that nothing has happened
    drill = alert(kind=AlertKind.TEST, language="en", brand="Aurora")
    assert render_sms(drill) == "TEST: CRISIS Aurora. Drill: nothing has happened. https://t.me/podil/8841"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_drill_says_that_it_is_one(language: Language) -> None:
    # GIVEN a test with a link of any length WHEN written THEN that nothing has happened is said before all else
    drill = alert(
        kind=AlertKind.TEST,
        language=language,
        brand="Aurora",
        mentions=(mention(url="https://e.example/" + "a" * 130),),
    )
    said = {"en": "nothing has happened", "uk": "нічого не сталося", "es": "no ha pasado nada"}[language]
    assert said in render_sms(drill)


def test_good_news_neither_shouts_nor_links() -> None:
    # GIVEN a case closed while its level was still a crisis WHEN written THEN it does not say crisis
    text = render_sms(alert(kind=AlertKind.RESOLVED, language="en", brand="Aurora"))
    assert text == "RESOLVED Aurora: closed after 16 minutes. Details are in your e-mail."


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", ("GSM-7", 0, 1)), ("a" * 160, ("GSM-7", 160, 1)), ("a" * 161, ("GSM-7", 161, 2)),
        ("€" * 80, ("GSM-7", 160, 1)), ("€" * 80 + "a", ("GSM-7", 161, 2)), ("ñéü¿¡", ("GSM-7", 5, 1)),
        ("í", ("UCS-2", 1, 1)), ("ж" * 70, ("UCS-2", 70, 1)), ("ж" * 71, ("UCS-2", 71, 2)),
        ("😀" * 35, ("UCS-2", 70, 1)), ("😀" * 67, ("UCS-2", 134, 3)), ("a" * 306, ("GSM-7", 306, 2)),
        ("a" * 152 + "€" + "a" * 152, ("GSM-7", 306, 3)),
    ],
)  # fmt: skip
def test_segments_are_counted_as_carriers_do(text: str, counted: tuple[str, int, int]) -> None:
    # GIVEN texts at the edges of the alphabets WHEN counted THEN extension and surrogate pairs take two and stay whole
    assert tuple(sms_segments(text)) == counted


@settings(deadline=None)
@given(st.text(max_size=400))
def test_folding_never_leaves_the_alphabet_it_reached(text: str) -> None:
    # GIVEN any text WHEN folded twice THEN nothing changes any more, and GSM text is left alone
    assert fold(fold(text)) == fold(text)
    if sms_segments(text).encoding == "GSM-7" and "`" not in text:
        assert fold(text) == text
