"""Protects: whatever is found of a client's readiness is a whole sentence in each language, with its facts, cleaned."""

from typing import get_args

import pytest

from tocsin.domain.client import Language
from tocsin.domain.readiness_report import Check, Finding, Found, State
from tocsin.web.i18n import Reader
from tocsin.web.readiness_names import CHECKS
from tocsin.web.readiness_words import finding_words

HOSTILE = "\u202eevil\n<b>"
HOURS = ("2026-05-01T19:00:00+00:00", "2026-05-02T04:00:00+00:00")
OF: dict[Found, tuple[str, ...]] = {
    Found.NO_PLAYBOOK: ("rumour,data_leak",),
    Found.PLAYBOOKS: ("22",),
    Found.TEXT_EXPIRED: ("rumour", "holding", "uk", "2026-03-01"),
    Found.TEXT_REPLACED: ("rumour", "holding", "uk", "2026-03-01"),
    Found.TEXT_EXPIRES: ("rumour", "holding", "uk", "2026-03-01"),
    Found.APPROVER_GONE: ("rumour", "holding", "uk", HOSTILE),
    Found.FIRST_WORDS_UNSEEN: ("uk",),
    Found.NO_FIRST_WORDS: ("uk", "data_leak,disaster"),
    Found.NO_LIGHT_FIRST_WORDS: ("uk", "rumour"),
    Found.TEXTS: ("1",),
    Found.WAY_LOST: (HOSTILE, "call", "+380441234567", "2026-03-01"),
    Found.WAY_UNPROVEN: (HOSTILE, "phone", "90"),
    Found.WAY_UNTRIED: (HOSTILE, "email", "90"),
    Found.PEOPLE: ("3", "90"),
    Found.ROOM_LOST: ("desk", "slack", "2026-03-01", HOSTILE),
    Found.ROOM_UNTRIED: ("desk", "slack", "90"),
    Found.ROOMS: ("2", "90"),
    Found.NOBODY_RINGS: ("9", *HOURS),
    Found.ONE_ALONE: ("1", *HOURS),
    Found.NO_LEAVE: (HOSTILE,),
    Found.HOLIDAYS_UNKNOWN: ("de",),
    Found.HOLIDAYS_DOUBTFUL: ("ua", "2026-05-05", "https://law.example/days"),
    Found.LAWS_UNKNOWN: ("gb,us", "es,ua"),
    Found.LAW_OF_UNION: ("de,fr",),
    Found.LAW_UNREAD: ("es_court",),
    Found.LAW_OLD: ("es_court,ua_food", "2025-03-01"),
    Found.LAWS: ("5", "Europe/Kyiv"),
    Found.HOLIDAY_UNCOVERED: ("2026-05-01,2026-12-25",),
    Found.HOLIDAYS_COVERED: ("9", "2026-04-03", HOSTILE),
    Found.NOBODY_ELSEWHERE: ("Київ",),
    Found.ELSEWHERE: (HOSTILE, "Львів"),
    Found.REGION_UNSAID: (HOSTILE,),
    Found.LIMIT_UNSEEN: ("4.20",),
    Found.MONEY_SHORT: ("1.00", "20", "4.20"),
    Found.MONEY: ("19.00", "20", "4.20"),
    Found.WRITER_MONEY: ("7",),
    Found.READER_MONEY: ("comprehend", "9"),
    Found.SOURCE_ILL: (HOSTILE,),
    Found.SOURCE_SAMPLED: (HOSTILE,),
    Found.SOURCES_WAITING: ("2",),
    Found.SOURCES: ("3", "4"),
    Found.POLICY_UNNAMED: ("moderation",),
    Found.POLICY_UNREAD: ("moderation", "https://aurora.example/m", HOSTILE),
    Found.POLICY_LACKS: ("moderation", "https://aurora.example/m", "what,stays"),
    Found.POLICY: ("communication", "https://aurora.example/c"),
    Found.CIRCLES_UNNAMED: ("employees,media",),
    Found.STAKEHOLDERS: ("5",),
    Found.CONTACTS: ("2",),
}


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("what", list(Found))
def test_each_finding_is_a_sentence_in_each_language(what: Found, language: Language) -> None:
    finding = Finding(check=Check.PEOPLE, state=State.NOTE, found=what, of=OF.get(what, ()))

    said = finding_words(Reader(language, "Europe/Kyiv"), finding)

    assert said.rstrip("]}").endswith((".", "...")) or what is Found.POLICY_UNNAMED
    assert "%(" not in said
    assert "\n" not in said
    assert "\u202e" not in said
    if language != "en":
        assert said != finding_words(Reader("en", "Europe/Kyiv"), finding)


@pytest.mark.parametrize("language", get_args(Language))
def test_each_check_has_a_heading(language: Language) -> None:
    titles = [Reader(language, "UTC").gettext(CHECKS[check]) for check in Check]
    assert len(set(titles)) == len(Check)


def test_hours_are_told_by_the_readers_clock_and_days_are_days() -> None:
    night = Finding(check=Check.CLOCKS, state=State.WANTING, found=Found.NOBODY_RINGS, of=("9", *HOURS))
    day = Finding(check=Check.CLOCKS, state=State.WANTING, found=Found.HOLIDAY_UNCOVERED, of=("2026-05-01",))
    assert "1 May 2026, 22:00–07:00" in finding_words(Reader("en", "Europe/Kyiv"), night)
    assert "1 травня 2026" in finding_words(Reader("uk", "Pacific/Auckland"), day)
