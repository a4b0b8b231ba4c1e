"""What SMS may cost: an issue leaves the rest to a crisis, a crisis is never silenced, the operator hears in time."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.web.samples import alert
from tocsin.adapters.memory import MemoryBudgets
from tocsin.domain.budget import Usage
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.domain.sms_prices import COUNTRIES, ELSEWHERE, call_usd, country_of, sms_usd
from tocsin.domain.sms_spend import SCOPE, Spend, grave, sends
from tocsin.services.sms_spend import SmsSpend
from tocsin.web.sms import render_sms, sms_segments

NOW = datetime(2026, 11, 22, 23, 40, tzinfo=UTC)
MONTH = "2026-11"
KYIV, MADRID = "+380441234567", "+34600000000"


class Operator:
    def __init__(self, *, fails: int = 0) -> None:
        self.told: list[tuple[str, str]] = []
        self.fails = fails

    def tell(self, subject: str, text: str) -> None:
        if self.fails:
            self.fails -= 1
            raise OSError("the topic is away")
        self.told.append((subject, text))


class World:
    def __init__(self, limit: str = "1", **operator: Any) -> None:
        self.budgets, self.operator = MemoryBudgets(), Operator(**operator)
        self.guard = SmsSpend(self.budgets, Decimal(limit), self.operator)

    def spent(self, usd: str) -> None:
        self.budgets.correct(SCOPE, MONTH, Usage(usd=Decimal(usd)))

    @property
    def used(self) -> Decimal:
        return self.budgets.used(SCOPE, MONTH).usd

    def take(self, level: Level = Level.ISSUE, channel: Channel = Channel.SMS, to: str = MADRID, **more: Any) -> Spend:
        return self.guard.take(alert(level=level, **more), channel, to, NOW)


def test_what_is_sent_is_booked_at_the_price_of_its_country() -> None:
    # GIVEN a fresh month WHEN an SMS goes to Spain and a call to Ukraine THEN both are counted, by their segments
    world = World("100")
    assert world.take() is Spend.FREE
    segments = sms_segments(render_sms(alert(level=Level.ISSUE))).segments
    assert world.used == sms_usd(MADRID, segments) > 0
    assert world.take(Level.CRISIS, Channel.CALL, KYIV) is Spend.FREE
    assert world.used == sms_usd(MADRID, segments) + call_usd(KYIV)


@pytest.mark.parametrize(
    ("level", "kind", "used", "spend"),
    [
        (Level.ISSUE, AlertKind.RAISED, "5", Spend.FREE),
        (Level.ISSUE, AlertKind.RAISED, "6.6", Spend.KEPT),
        (Level.ISSUE, AlertKind.RAISED, "9.99", Spend.OVER),
        (Level.CRISIS, AlertKind.RAISED, "6.6", Spend.FREE),
        (Level.CRISIS, AlertKind.REMINDED, "9.99", Spend.OVER),
        (Level.SEVERE, AlertKind.ESCALATED, "400", Spend.OVER),
        (Level.CRISIS, AlertKind.RESOLVED, "6.6", Spend.KEPT),
    ],
)
def test_the_last_third_is_kept_for_crises(level: Level, kind: AlertKind, used: str, spend: Spend) -> None:
    # GIVEN a limit of 10 of which so much is used WHEN one is to go out THEN an issue leaves the rest to a crisis
    world = World("10")
    world.spent(used)
    assert world.take(level, kind=kind) is spend
    # AND what will be sent is booked, what will not is not
    assert (world.used > Decimal(used)) is sends(spend, grave=grave(level, kind))


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(list(Level)[1:]), st.sampled_from(list(AlertKind)),
            st.sampled_from([Channel.SMS, Channel.CALL]), st.sampled_from([KYIV, MADRID, "+998901234567"]),
        ),
        max_size=30,
    ),
    st.decimals(min_value=1, max_value=20, places=2),
)  # fmt: skip
def test_no_order_of_messages_silences_a_crisis(
    messages: list[tuple[Level, AlertKind, Channel, str]], limit: Decimal
) -> None:
    # GIVEN any storm of messages WHEN each asks THEN no grave one is refused, and no other takes the last third
    world = World(str(limit))
    for level, kind, channel, to in messages:
        before = world.used
        spend = world.take(level, channel, to, kind=kind)
        serious = grave(level, kind)
        assert sends(spend, grave=serious) or not serious
        assert spend is not Spend.KEPT or not serious
        if not serious and spend is Spend.FREE:
            assert world.used <= limit * 2 / 3 + Decimal("1e-20")
        assert (world.used > before) is sends(spend, grave=serious)
    # AND the operator hears of each step at most once
    assert len(world.operator.told) <= 2


def test_the_operator_is_told_at_four_fifths_and_at_the_end() -> None:
    world = World("1")
    # GIVEN much of the money used WHEN a crisis crosses 80 % THEN the operator hears what is left and the way out
    world.spent("0.75")
    world.take(Level.CRISIS)
    [(subject, text)] = world.operator.told
    assert "four fifths" in subject
    assert "monthly_usd" in text
    # AND not again before 100 %
    world.spent("0.01")
    world.take(Level.WATCH)
    assert len(world.operator.told) == 1
    # WHEN there is no room left THEN it hears that, once
    world.spent("0.15")
    world.take(Level.CRISIS)
    world.take(Level.CRISIS)
    assert len(world.operator.told) == 2
    assert "reached" in world.operator.told[1][0]
    # AND no address is in what it reads
    assert MADRID not in str(world.operator.told)


def test_who_could_not_be_told_is_told_with_the_next_message() -> None:
    world = World("1", fails=1)
    world.spent("2")
    assert world.take(Level.CRISIS) is Spend.OVER
    assert world.operator.told == []
    world.take(Level.CRISIS)
    [(subject, _)] = world.operator.told
    assert "reached" in subject


def test_a_store_that_is_away_stops_no_message() -> None:
    # GIVEN a table that throttles WHEN an SMS asks THEN it is free: better a dollar than a silent alarm
    away = Mock(take=Mock(side_effect=OSError), used=Mock(side_effect=OSError))
    assert SmsSpend(away, Decimal(1)).take(alert(), Channel.SMS, KYIV, NOW) is Spend.FREE


def test_a_call_that_cannot_be_made_costs_nothing() -> None:
    # GIVEN a stack without a number to call from WHEN a call is planned all the same THEN no money is counted for it
    budgets = MemoryBudgets()
    guard = SmsSpend(budgets, Decimal(1), calls=False)
    assert guard.take(alert(level=Level.CRISIS), Channel.CALL, KYIV, NOW) is Spend.FREE
    assert budgets.used(SCOPE, MONTH) == Usage()


def test_a_new_month_begins_anew() -> None:
    world = World("1")
    world.spent("5")
    december = datetime(2026, 12, 1, tzinfo=UTC)
    assert world.guard.take(alert(level=Level.ISSUE), Channel.SMS, MADRID, december) is Spend.FREE


def test_the_longest_code_names_the_country() -> None:
    assert country_of("+380441234567").name == "Ukraine"
    assert country_of("+48221234567").name == "Poland"
    assert country_of("+998901234567") is ELSEWHERE
    assert len({country.code for country in COUNTRIES}) == len(COUNTRIES)
    # AND who is nowhere in the table is taken for dear
    assert ELSEWHERE.sms >= max(country.sms for country in COUNTRIES)


def test_what_a_provider_refused_is_given_back() -> None:
    world = World("100")
    world.take()
    world.take(channel=Channel.CALL, to=KYIV)
    world.guard.give_back(alert(level=Level.ISSUE), Channel.SMS, MADRID, NOW)
    world.guard.give_back(alert(level=Level.ISSUE), Channel.CALL, KYIV, NOW)
    assert world.used == 0


def test_what_cannot_be_given_back_stops_no_alert() -> None:
    world = World()
    world.guard._budgets = Mock(correct=Mock(side_effect=OSError))
    world.guard.give_back(alert(), Channel.SMS, MADRID, NOW)
