"""What SMS and calls cost. The one place of these figures: the spend guard at run time and `tocsin cost` read them."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Country(NamedTuple):
    """``sms``: USD a segment. ``minute``: USD a begun minute of a call to a mobile."""

    code: str
    name: str
    sms: Decimal
    minute: Decimal


OF = date(2026, 11, 23)
SMS_SOURCE = "https://aws.amazon.com/end-user-messaging/pricing/"
VERIFIED = False
"""AWS changes these often and shows them by script only: none was seen. They are set high, so that the guard steps in
rather too early and a bill is rather lower; the account's SMS usage report has the true ones."""
CALL_MINUTES = 1
"""A call says its two sentences in under half a minute."""
_ROWS = (
    ("+1", "United States and Canada", "0.02", "0.02"),
    ("+33", "France", "0.09", "0.25"),
    ("+34", "Spain", "0.09", "0.25"),
    ("+39", "Italy", "0.10", "0.30"),
    ("+44", "United Kingdom", "0.06", "0.15"),
    ("+48", "Poland", "0.06", "0.20"),
    ("+49", "Germany", "0.13", "0.25"),
    ("+380", "Ukraine", "0.25", "0.45"),
)
COUNTRIES = tuple(Country(code, name, Decimal(sms), Decimal(minute)) for code, name, sms, minute in _ROWS)
ELSEWHERE = Country("+", "elsewhere", Decimal("0.25"), Decimal("0.60"))


def country_of(phone: str) -> Country:
    """By the longest code that the number begins with."""
    fitting = [country for country in COUNTRIES if phone.startswith(country.code)]
    return max(fitting, key=lambda one: len(one.code), default=ELSEWHERE)


def sms_usd(phone: str, segments: int) -> Decimal:
    return country_of(phone).sms * segments


def call_usd(phone: str) -> Decimal:
    return country_of(phone).minute * CALL_MINUTES
