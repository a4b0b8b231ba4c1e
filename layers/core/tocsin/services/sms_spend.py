"""Count what SMS and calls cost before they go, and tell the operator before the money is gone."""

import logging
from datetime import datetime
from decimal import Decimal

from tocsin.domain.alert import Alert
from tocsin.domain.budget import Limits, Span, Usage, period
from tocsin.domain.outbox import Channel
from tocsin.domain.sms_prices import call_usd, sms_usd
from tocsin.domain.sms_spend import SCOPE, TOLD_AT, Spend, crossed, grave, room, without_room
from tocsin.ports import BudgetStore, OperatorChannel
from tocsin.services.logged import logged
from tocsin.web.sms import render_sms, sms_segments

logger = logging.getLogger(__name__)


class SmsSpend:
    """``limit``: USD a month, this client's share of what the account may spend. ``calls``: whether any can be made."""

    def __init__(
        self, budgets: BudgetStore, limit: Decimal, operator: OperatorChannel | None = None, *, calls: bool = True
    ) -> None:
        self._budgets = budgets
        self._limit = limit
        self._operator = operator
        self._calls = calls

    def take(self, alert: Alert, channel: Channel, address: str, now: datetime) -> Spend:
        """Never raises: what it cannot count is free."""
        if channel is Channel.CALL and not self._calls:
            return Spend.FREE
        try:
            return self._take(alert, channel, address, period(Span.MONTH, now).key)
        except Exception as error:
            logger.error("an SMS or a call goes out uncounted", extra=logged(error))
            return Spend.FREE

    def give_back(self, alert: Alert, channel: Channel, address: str, now: datetime) -> None:
        """Never raises: too much counted is told of, and silences no crisis."""
        if channel is Channel.CALL and not self._calls:
            return
        try:
            back = Usage(calls=-1, usd=-_usd(alert, channel, address))
            self._budgets.correct(SCOPE, period(Span.MONTH, now).key, back)
        except Exception as error:
            logger.error("a refused SMS or call stays counted", extra=logged(error))

    def _take(self, alert: Alert, channel: Channel, address: str, month: str) -> Spend:
        price = _usd(alert, channel, address)
        serious = grave(alert.level, alert.kind)
        ask = Usage(calls=1, usd=price)
        spend = Spend.FREE
        if not self._budgets.take(SCOPE, month, ask, Limits(usd=room(self._limit, grave=serious))):
            spend = without_room(self._budgets.used(SCOPE, month).usd, price, self._limit, grave=serious)
            if serious:  # it is sent all the same
                self._budgets.correct(SCOPE, month, ask)
        try:
            self._tell(alert.client_name, month, over=spend is Spend.OVER)
        except Exception as error:
            logger.error("the operator was not told what SMS cost", extra=logged(error))
        return spend

    def _tell(self, client: str, month: str, *, over: bool) -> None:
        """The highest step that is new, once a month: who hears of 100 needs no 80."""
        if self._operator is None:
            return
        used = self._budgets.used(SCOPE, month).usd
        new = [percent for percent in (TOLD_AT if over else crossed(used, self._limit)) if self._first(percent, month)]
        if not new:
            return
        subject, text = _words(client, used, self._limit, month, full=max(new) == TOLD_AT[-1])
        try:
            self._operator.tell(subject, text)
        except Exception:
            for percent in new:  # the next message tells it
                self._budgets.correct(_told(percent), month, Usage(calls=-1))
            raise

    def _first(self, percent: int, month: str) -> bool:
        return self._budgets.take(_told(percent), month, Usage(calls=1), Limits(calls=1))


def _told(percent: int) -> str:
    return f"{SCOPE}-told-{percent}"


def _usd(alert: Alert, channel: Channel, address: str) -> Decimal:
    if channel is Channel.CALL:
        return call_usd(address)
    return sms_usd(address, sms_segments(render_sms(alert)).segments)


def _words(client: str, used: Decimal, limit: Decimal, month: str, *, full: bool) -> tuple[str, str]:
    how = f"{client}: SMS and calls of {month} cost about ${used:.2f} by our estimate; their limit is ${limit:.2f}.\n"
    way_out = (
        "Raise sms.monthly_usd in the client's file (and, where it is lower, the account's own SMS and voice spend"
        " limits), then deploy it again: docs/channels.md.\n"
    )
    if full:
        what = (
            "An issue is told by e-mail alone from now on. A crisis is sent by SMS and call all the same, and by"
            " another way beside it, since AWS may drop an SMS without a word.\n"
        )
        return f"{client}: the month's SMS limit is reached", how + what + way_out
    what = "What is left is kept for crises: an issue is told by e-mail alone.\n"
    return f"{client}: four fifths of the month's SMS limit are used", how + what + way_out
