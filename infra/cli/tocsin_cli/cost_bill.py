"""A month's bill of one client's stack: what it does, by the template and the table of work, times the price table."""

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from tocsin.domain.client import Client
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, OutboxItem, plan_alerts
from tocsin.domain.sms_prices import CALL_MINUTES, SMS_SOURCE, VERIFIED, country_of
from tocsin.domain.sms_settings import SmsProvider
from tocsin.domain.source_facts import scope_of
from tocsin.domain.sources import SourceUnit, units_of
from tocsin_cli.cost_prices import Prices, Work
from tocsin_cli.cost_reader import reader_line, writer_line
from tocsin_cli.cost_template import Inventory

GB = 1024**3
DAY_MINUTES = 1440
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""Any moment: who is told does not hang on it."""


class Line(NamedTuple):
    """``key`` is the same in every month. ``usd``: ``quantity`` times the unit's price, unless a cap stands between."""

    key: str
    what: str
    quantity: float
    unit: str
    usd: Decimal
    source: str
    verified: bool


class Month(NamedTuple):
    """``crisis`` mentions come beside the daily ones, within the crisis' hours."""

    mentions_a_day: float
    crisis: float = 0

    @property
    def burning(self) -> bool:
        return self.crisis > 0


class Bill:
    """Of one month of one client."""

    def __init__(self, client: Client, stack: Inventory, prices: Prices, work: Work, month: Month) -> None:
        self._client = client
        self._stack = stack
        self._prices = prices
        self._work = work
        self._month = month
        self._units = list(units_of(client))
        self._ms: dict[str, float] = defaultdict(float)
        self._runs: dict[str, float] = defaultdict(float)
        self._reads = self._writes = self._messages = self._answers = 0.0
        self._alerts = list(self._told())
        self._do_all()

    def lines(self) -> Iterator[Line]:
        for name, function in self._stack.functions.items():
            seconds = self._ms[name] / 1000 * function.memory_mb / 1024
            yield self._line(
                f"lambda_{name}", f"Lambda {name}: {_n(self._runs[name])} runs", seconds, "lambda_gb_second"
            )
        yield self._line("lambda_requests", "Lambda: runs started", sum(self._runs.values()), "lambda_request")
        if any(function.schedules for function in self._stack.functions.values()):
            yield self._line("scheduler", "EventBridge Scheduler: runs by the clock", self._scheduled, "scheduler")
        yield self._line("dynamodb_reads", "DynamoDB: reads", self._reads, "dynamodb_read")
        yield self._line("dynamodb_writes", "DynamoDB: writes", self._writes, "dynamodb_write")
        kept, cases = self._kept
        yield self._line("dynamodb_storage", "DynamoDB: what is kept", kept + cases, "dynamodb_storage")
        if self._stack.recovery:
            yield self._line(
                "dynamodb_recovery", "DynamoDB: recovery of cases to any moment", cases, "dynamodb_recovery"
            )
        yield self._line(
            "sqs", "SQS: messages and the polls that wait for them", self._messages + self._polls, "sqs_request"
        )
        yield self._line("s3_puts", "S3: sources' answers, written", self._answers, "s3_put")
        answers = self._answers * self._work.bytes.answer / GB * self._work.bytes.answer_days / self._work.month.days
        yield self._line("s3_storage", "S3: sources' answers, kept for a week", answers, "s3_storage")
        logged = sum(self._runs.values()) * self._work.bytes.log_line / GB
        yield self._line("logs", "CloudWatch: log lines", logged, "logs_ingest")
        share = min(1.0, self._stack.log_days / self._work.month.days)
        yield self._line(
            "logs_storage", "CloudWatch: logs kept", logged * max(share, self._months_of_logs), "logs_storage"
        )
        yield self._line("alarms", "CloudWatch: alarms", self._stack.alarms, "alarm")
        yield self._line("ses", "SES: alerts by e-mail", self._count(Channel.EMAIL) + self._reports, "ses_mail")
        yield self._line("sns", "SNS: alerts to machines", self._count(Channel.TOPIC), "sns_publish")
        yield from self._sms()
        if self._stack.api:
            visits = self._answers_given + ("Intake" in self._stack.functions) * self._work.month.intake_visits
            yield self._line("api", "API Gateway: visits to answer alerts, and to the intake", visits, "api_request")
        yield reader_line(self._client.reader, self._work.reader, self._mentions)
        if self._client.words.by == "bedrock":
            yield writer_line(self._client.words, crisis=self._month.burning)
        yield from self._budgets()

    # -- what is done

    def _do_all(self) -> None:
        month, work = self._month, self._work
        minutes = work.month.days * DAY_MINUTES
        brands = len(self._client.brands)
        for name, function in self._stack.functions.items():
            runs = function.schedules * work.month.days
            kind = {"FetchMentions": "fetch_mentions", "Watch": "watch"}.get(name, "other_schedule")
            if runs:
                self._run(name, kind, runs)
            if runs and kind != "other_schedule":
                self._more(name, f"{kind}_brand", runs * brands)
        for name, units in self._by_function().items():
            self._look(name, units, minutes)
        mentions, (calm, storm) = self._mentions, self._batches
        batches = calm + storm
        self._run("ScoreMentions", "score", batches, cold=self._cold(batches, minutes))
        self._more("ScoreMentions", "mention", mentions)
        self._more("ScoreMentions", "stories", calm * work.month.batches_that_matter + storm)
        self._more("ScoreMentions", "assess", batches)
        self._writes += self._mention_writes(mentions, batches)
        self._messages += 3 * mentions  # each is sent, received and deleted; batches only make it less
        if month.burning:
            self._more("Watch", "assess", work.crisis.hours * 60 * brands)
        alerts = len(self._alerts)
        self._run("Notify", "alert", alerts, cold=alerts)
        if "RecordReceipts" in self._stack.functions:
            told = self._count(Channel.EMAIL) + self._reports + self._receipts_of_sms
            self._run("RecordReceipts", "receipt", told, cold=alerts)
        if "AnswerAlert" in self._stack.functions:
            self._run("AnswerAlert", "answer", self._answers_given, cold=self._answers_given)
        if "Intake" in self._stack.functions:
            self._run("Intake", "intake", work.month.intake_visits, cold=work.month.intake_visits)

    def _run(self, name: str, kind: str, runs: float, *, cold: float = 0) -> None:
        self._runs[name] += runs
        self._ms[name] += runs * self._work.run_ms + cold * self._work.cold_ms
        self._more(name, kind, runs)

    def _more(self, name: str, kind: str, times: float) -> None:
        """Work within runs that are counted already."""
        done = self._work.runs[kind]
        self._ms[name] += times * (done.ms + done.calls * self._work.call_ms)
        self._reads += times * done.reads
        self._writes += times * done.writes

    def _by_function(self) -> dict[str, list[SourceUnit]]:
        found: dict[str, list[SourceUnit]] = defaultdict(list)
        for unit in self._units:
            keyed = f"Fetch{unit.kind}"
            found[keyed if unit.keyed and keyed in self._stack.functions else "FetchMentions"].append(unit)
        return found

    def _look(self, name: str, units: list[SourceUnit], minutes: float) -> None:
        burning = self._work.crisis.hours * 60 if self._month.burning else 0.0
        looks = sum(
            (minutes - burning) / _minutes(unit.every) + burning / _minutes(unit.every_in_crisis) for unit in units
        )
        busy = min(minutes, looks)
        if name == "FetchMentions":
            self._more(name, "minute_with_looks", busy)
        else:
            self._run(name, "keyed_minute", busy, cold=self._cold(busy, minutes))
        self._more(name, "look", looks)
        share = len(units) / max(1, len(self._units))
        news = min(looks, self._mentions * share)
        self._more(name, "look_with_news", news)
        self._answers += news

    # -- how much of it

    @property
    def _mentions(self) -> float:
        return self._month.mentions_a_day * self._work.month.days + self._month.crisis

    @property
    def _batches(self) -> tuple[float, float]:
        """Runs of the scoring function, calm and in the crisis: what a minute brings comes together, at most 100."""
        calm, storm = self._month.mentions_a_day * self._work.month.days, self._month.crisis
        minutes, hours = self._work.month.days * DAY_MINUTES, self._work.crisis.hours
        return max(min(calm, minutes), calm / 100), max(min(storm, hours * 60), storm / 100)

    def _cold(self, runs: float, minutes: float) -> float:
        """Runs that find no warm function, when they come at random: none was within the time that one stays warm."""
        return runs * math.exp(-runs / minutes * self._work.cold_after_minutes) if minutes else 0.0

    def _mention_writes(self, mentions: float, batches: float) -> float:
        """Alone a mention pays for its minute and its brand itself, in a batch it shares them."""
        alone, storm = self._work.writes_a_mention.alone, self._work.writes_a_mention.in_a_storm
        return mentions * storm + min(batches, mentions) * (alone - storm)

    @property
    def _scheduled(self) -> float:
        return sum(function.schedules for function in self._stack.functions.values()) * self._work.month.days

    @property
    def _polls(self) -> float:
        polled = sum(function.polls for function in self._stack.functions.values())
        return polled * self._work.queue.pollers * self._work.month.days * 86_400 / self._work.queue.poll_seconds

    @property
    def _kept(self) -> tuple[float, float]:
        """GB of mentions, once the first have expired, and of cases after a year."""
        size = self._work.bytes
        mentions = (self._month.mentions_a_day * size.mention_days + self._month.crisis) * size.mention
        incidents = self._work.month.alarms_while_calm * 12 + self._month.burning
        return mentions / GB, incidents * size.case / GB

    @property
    def _months_of_logs(self) -> float:
        return self._stack.log_days / self._work.month.days

    @property
    def _reports(self) -> float:
        daily = [one for one in self._stack.functions.values() if "Report" in one.name and one.schedules]
        return sum(one.schedules for one in daily) * self._work.month.days * len(self._client.responders)

    # -- who is told

    def _told(self) -> Iterator[OutboxItem]:
        calm = round(self._work.month.alarms_while_calm)
        levels = [*[Level.WATCH] * calm, *(self._work.crisis.raised if self._month.burning else ())]
        ended = [Level.WATCH] * calm + ([max(self._work.crisis.raised)] if self._month.burning else [])
        for kind, reached in ((AlertKind.RAISED, levels), (AlertKind.RESOLVED, ended)):
            for level in reached:
                brand = self._client.brands[0].name
                storm = Incident.opened(
                    id="cost", client=self._client.client, brand=brand, level=level, index=50, reasons=(), at=NOON
                )
                yield from plan_alerts(self._client, storm, kind, NOON)

    def _count(self, channel: Channel) -> int:
        return sum(item.channel is channel for item in self._alerts)

    @property
    def _answers_given(self) -> float:
        incidents = self._work.month.alarms_while_calm + self._month.burning
        return incidents * self._work.month.answer_visits

    @property
    def _receipts_of_sms(self) -> float:
        """End User Messaging tells of each, on its way and at its end; SNS of none."""
        if self._client.sms.provider is not SmsProvider.EUM:
            return 0.0
        return 3 * (self._count(Channel.SMS) + self._month.burning * self._work.crisis.calls)

    def _sms(self) -> Iterator[Line]:
        """A line for each country that a responder's telephone belongs to, told or not; and one for the calls."""
        sent: dict[str, int] = {}
        for responder in self._client.responders:
            if responder.phone:
                sent.setdefault(country_of(responder.phone).code, 0)
        for item in self._alerts:
            if item.channel is Channel.SMS:
                sent[country_of(item.address).code] += 1
        by = "End User Messaging" if self._client.sms.provider is SmsProvider.EUM else "SNS"
        for code, count in sorted(sent.items()):
            country = country_of(code)
            segments = count * self._work.crisis.segments
            usd = country.sms * Decimal(str(segments))
            yield Line(f"sms_{code}", f"{by}: SMS to {country.name}", segments, "segment", usd, SMS_SOURCE, VERIFIED)
        if self._client.sms.calls and sent:
            dearest = max((country_of(code) for code in sent), key=lambda country: country.minute)
            calls = self._month.burning * self._work.crisis.calls
            usd = dearest.minute * CALL_MINUTES * Decimal(str(calls))
            what = f"{by}: calls, as to {dearest.name}"
            yield Line("calls", what, calls * CALL_MINUTES, "minute", usd, SMS_SOURCE, VERIFIED)

    def _budgets(self) -> Iterator[Line]:
        """What the client's file lets paid sources cost: in a calm month without what is kept for an incident."""
        seen: dict[str, Line] = {}
        for unit in self._units:
            budget = unit.budget
            if budget is None or budget.usd is None:
                continue
            share = 100 if self._month.burning else 100 - budget.reserve
            usd = (budget.usd * share / 100).quantize(Decimal("0.01"))
            scope = scope_of(unit)
            line = Line(
                f"source_{scope}",
                f"source {scope}: at most its budget",
                float(usd),
                "USD",
                usd,
                "the client's file",
                True,
            )
            if scope not in seen or usd < seen[scope].usd:  # the tightest, where several entries name one
                seen[scope] = line
        yield from seen.values()

    def _line(self, key: str, what: str, quantity: float, price: str) -> Line:
        of = self._prices.prices[price]
        usd = of.usd * Decimal(str(quantity))
        return Line(key, what, quantity, of.unit, usd, of.source, of.verified)


def _minutes(span: timedelta) -> float:
    return max(1.0, span / timedelta(minutes=1))


def _n(count: float) -> str:
    return f"{count:,.0f}"
