"""tocsin cost: the bill is the template's and the file's, adds up, and says what nobody has checked."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.samples import client
from tests.template.transform import load, transform
from tocsin.domain.reader_prices import comprehend_units
from tocsin.domain.sms_prices import COUNTRIES, call_usd, country_of
from tocsin_cli.cost_bill import Bill, Line, Month
from tocsin_cli.cost_prices import FOLDER, Prices, Work, load_prices, load_work
from tocsin_cli.cost_template import Function, Inventory, inventory
from tocsin_cli.errors import BadInputError
from tocsin_local.parameters import client_parameters
from tocsin_local.paths import template

MICRO = "eu.amazon.nova-micro-v1:0"
DEAR = {"input": 1, "output": 1}


def lines(result: Any) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


# -- the command


def test_the_bill_adds_up_and_names_its_sources(tocsin: Callable[..., Any], client_file: Callable[..., Path]) -> None:
    *rows, total = lines(tocsin("cost", client_file(), "--json"))

    assert total["line"] == "total"
    assert (total["mentions_per_day"], total["crisis_mentions"], total["region"]) == (200, 20_000, "eu-central-1")
    assert len({row["line"] for row in rows}) == len(rows)
    for month in ("calm", "crisis"):
        assert sum(row[month]["usd"] for row in rows) == pytest.approx(total[f"{month}_usd"], abs=0.01)
    assert total["crisis_usd"] > total["calm_usd"] > 0
    assert all(row["source"].startswith("https://") for row in rows if row["line"] != "reader")
    assert total["unverified"] == [row["line"] for row in rows if not row["verified"]]
    assert "sms_+380" in total["unverified"]


def test_a_person_sees_which_prices_nobody_saw(tocsin: Callable[..., Any], client_file: Callable[..., Path]) -> None:
    shown = tocsin("cost", client_file(), "--mentions-per-day", "1000").stdout
    assert "SNS: SMS to Ukraine *" in shown
    assert "* the price was not seen at AWS itself" in shown
    assert re.search(r"^total +\d+\.\d\d +\d+\.\d\d$", shown, flags=re.MULTILINE)
    assert "1,000 mentions a day; the crisis: 50,000 more" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.yaml"], "nowhere.yaml"),
        (["FILE", "--mentions-per-day", "-1"], "--mentions-per-day"),
        (["FILE", "--mentions-per-day", "many"], "--mentions-per-day"),
        (["FILE", "--mentions-per-day", "nan"], "--mentions-per-day"),
        (["FILE", "--mentions-per-day", "inf"], "--mentions-per-day"),
    ],
)
def test_bad_input_is_named(
    tocsin: Callable[..., Any], client_file: Callable[..., Path], arguments: list[str], said: str
) -> None:
    file = str(client_file())
    result = tocsin("cost", *(file if part == "FILE" else part for part in arguments))
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_file_on_stdin_is_read(tocsin: Callable[..., Any], client_file: Callable[..., Path]) -> None:
    assert tocsin("cost", "-", stdin=client_file().read_bytes()).exit_code == 0


def test_drafts_by_a_model_cost_in_a_crisis_at_most_what_the_file_allows(
    tocsin: Callable[..., Any], client_file: Callable[..., Path]
) -> None:
    words = {"by": "bedrock", "model": "eu.amazon.nova-lite-v1:0", "monthly_usd": 5}
    for said, found in ((words, [(0.0, 5.0)]), ({}, [])):
        *rows, _ = lines(tocsin("cost", client_file(words=said), "--json"))
        of = [(row["calm"]["usd"], row["crisis"]["usd"]) for row in rows if row["line"] == "drafts"]
        assert of == found


@pytest.mark.parametrize(
    ("reader", "calm", "crisis", "verified"),
    [
        (None, 0, 0, True),
        # 100,000 short texts are $30 (issue 4): 3,289.5 a day over 30.4 days
        ({"kind": "comprehend", "monthly_usd": 1_000}, 30.0, 79.34, False),
        ({"kind": "comprehend", "monthly_usd": 50}, 30.0, 50.0, False),
        ({"kind": "bedrock", "monthly_usd": 1, "model": MICRO}, 1.0, 1.0, False),
        ({"kind": "bedrock", "monthly_usd": 9_000, "model": "a.b", "usd_per_million_tokens": DEAR}, None, None, True),
    ],
)  # fmt: skip
def test_the_reader_costs_by_text_and_stops_at_its_budget(
    tocsin: Callable[..., Any],
    client_file: Callable[..., Path],
    reader: dict[str, Any] | None,
    calm: float | None,
    crisis: float | None,
    verified: bool,
) -> None:
    file = client_file(**({"reader": reader} if reader else {}))
    *rows, _ = lines(tocsin("cost", file, "--mentions-per-day", "3289.5", "--json"))
    [row] = [row for row in rows if row["line"] == "reader"]
    assert row["verified"] is verified
    if calm is not None:
        assert (row["calm"]["usd"], row["crisis"]["usd"]) == (
            pytest.approx(calm, abs=0.01), pytest.approx(crisis, abs=0.01)
        )  # fmt: skip
    else:
        assert 0 < row["calm"]["usd"] < row["crisis"]["usd"]


def test_a_paid_source_costs_its_budget_without_the_reserve_while_calm(
    tocsin: Callable[..., Any], client_file: Callable[..., Path]
) -> None:
    sources = [{"kind": "x", "budget": {"usd": 100, "reserve": 40}}]
    *rows, _ = lines(tocsin("cost", client_file(sources=sources), "--json"))
    [row] = [row for row in rows if row["line"].startswith("source_x")]
    assert (row["calm"]["usd"], row["crisis"]["usd"]) == (60, 100)
    assert any(row["line"] == "lambda_Fetchx" for row in rows), "its own function, for its secret"


# -- from the template


def test_what_is_counted_is_what_cloudformation_makes() -> None:
    """Protects: a bill of alarms and schedules that somebody typed in once."""
    given = {"KeyedSources": "bluesky,x", "UseIntake": "true", "Reader": "comprehend"}
    made = list(transform(load(("bluesky", "x")))["Resources"].values())
    stack = inventory(template(), given)
    count = lambda kind: sum(one["Type"] == kind for one in made)  # noqa: E731
    assert stack.alarms == count("AWS::CloudWatch::Alarm")
    assert len(stack.functions) == count("AWS::Lambda::Function")
    assert sum(one.schedules > 0 for one in stack.functions.values()) == count("AWS::Scheduler::Schedule")
    memory = sorted(one["Properties"]["MemorySize"] for one in made if one["Type"] == "AWS::Lambda::Function")
    assert sorted(one.memory_mb for one in stack.functions.values()) == memory
    assert stack.functions["Watch"].schedules == stack.functions["FetchMentions"].schedules == 1440


def test_what_a_client_does_not_use_is_not_billed() -> None:
    bare = inventory(template(), client_parameters(client()))
    assert "Intake" not in bare.functions
    assert not [name for name in bare.functions if name in {"Fetchnone", "Fetchx"}]
    paying = client(intake={}, sources=[{"kind": "bluesky"}], reader={"kind": "comprehend", "monthly_usd": 5})
    whole = inventory(template(), client_parameters(paying))
    assert bare.api is whole.api is True, "each stack has an address to answer at"
    assert whole.alarms == bare.alarms + 1, "its reader's budget"
    assert {"Intake", "Fetchbluesky"} <= set(whole.functions)


@pytest.mark.parametrize("text", ["{", "Resources: 1", "Parameters: {}\nResources: {A: 1}", "- a"])
def test_what_is_no_template_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError, match=r"template\.yaml"):
        inventory(path, {})


# -- by hand


def table(**more: Any) -> Prices:
    """Everything costs a dollar, so that a line's money is its quantity."""
    prices = {name: price.model_copy(update={"usd": Decimal(1)}) for name, price in load_prices().prices.items()}
    return load_prices().model_copy(update={"prices": prices} | more)


def work() -> Work:
    """Round figures: each call takes 10 ms, a run nothing beside them, and no function is ever cold."""
    raw = yaml.safe_load((FOLDER / "work.yaml").read_text(encoding="utf-8"))
    nothing = {"calls": 0, "reads": 0, "writes": 0, "how": "by hand"}
    raw |= {"call_ms": 10, "run_ms": 0, "cold_ms": 0}
    raw["runs"] = dict.fromkeys(raw["runs"], nothing) | {
        "watch": {"calls": 4, "reads": 3, "writes": 1, "how": "by hand"},
        "watch_brand": {"calls": 1, "reads": 1, "writes": 0, "how": "by hand"},
        "score": {"calls": 2, "reads": 1, "writes": 0, "how": "by hand"},
        "assess": {"calls": 3, "reads": 2, "writes": 1, "how": "by hand"},
    }
    raw["writes_a_mention"] |= {"alone": 8, "in_a_storm": 4}
    raw["queue"] = {"pollers": 5, "poll_seconds": 20}
    raw["month"] |= {"days": 30, "mentions_a_day": 100, "alarms_while_calm": 2}
    raw["crisis"] |= {"hours": 10, "raised": ["issue", "severe"], "segments": 1, "calls": 3}
    return Work.model_validate(raw)


STACK = Inventory(
    functions={
        "Watch": Function("Watch", 512, 1440, polls=False),
        "ScoreMentions": Function("ScoreMentions", 1024, 0, polls=True),
        "Notify": Function("Notify", 512, 0, polls=False),
    },
    alarms=5,
    api=False,
    recovery=True,
    log_days=30,
)


def bill(month: Month, **changes: Any) -> dict[str, Line]:
    two = [{"name": "Аврора", "terms": ["Аврора"]}, {"name": "Зоря", "terms": ["Зоря"]}]
    of = client(**{"brands": two, "sources": []} | changes)
    return {line.key: line for line in Bill(of, STACK, table(), work(), month).lines()}


def test_a_calm_month_worked_out_by_hand() -> None:
    """30 days, two brands, 100 mentions a day, each alone in its minute."""
    made = bill(Month(100))
    # Watch runs 1,440 x 30 = 43,200 times: 4 calls and 1 for each brand of 10 ms = 60 ms, in half a GB
    assert made["lambda_Watch"].usd == Decimal(1296)
    # 3,000 mentions in 3,000 runs: 2 calls and 3 to assess of 10 ms = 50 ms, in one GB
    assert made["lambda_ScoreMentions"].usd == Decimal(150)
    # Two incidents begin and end: to two responders by e-mail and to the topic each = 4 x (2 + 1) = 12 alerts
    assert [made["ses"].usd, made["sns"].usd] == [Decimal(8), Decimal(4)]
    assert made["lambda_requests"].usd == 43_200 + 3_000 + 12
    assert made["scheduler"].usd == 43_200
    # Reads: Watch 43,200 x (3 + 2), scoring 3,000 x (1 + 2). Writes: Watch 43,200, mentions 3,000 x 8, assessing 3,000
    assert made["dynamodb_reads"].usd == 43_200 * 5 + 9_000
    assert made["dynamodb_writes"].usd == 43_200 + 24_000 + 3_000
    # Five polls of 20 seconds all month = 5 x 30 x 4,320; each message is sent, received and deleted
    assert made["sqs"].usd == 648_000 + 9_000
    assert made["alarms"].usd == 5
    # No alarm of level watch rings a telephone
    assert {key: line.quantity for key, line in made.items() if key.startswith("sms")} == {"sms_+34": 0, "sms_+380": 0}
    assert "api" not in made


def test_a_month_with_a_crisis_worked_out_by_hand() -> None:
    """The same with 60,000 mentions more within 10 hours, that is 100 in each minute's run."""
    calm, made = bill(Month(100)), bill(Month(100, 60_000))
    # 600 runs more of scoring; Watch assesses both brands in each of the 600 minutes: 2 x 3 calls more
    assert made["lambda_ScoreMentions"].usd - calm["lambda_ScoreMentions"].usd == 600 * Decimal("0.05")
    assert made["lambda_Watch"].usd - calm["lambda_Watch"].usd == 600 * Decimal("0.06") / 2
    # Writes: 60,000 x 4 and 600 x 4 for those that open a run, 600 assessments by scoring and 1,200 by Watch
    assert made["dynamodb_writes"].usd - calm["dynamodb_writes"].usd == 240_000 + 2_400 + 600 + 1_200
    assert made["sqs"].usd - calm["sqs"].usd == 180_000
    # Two levels are raised, each by SMS to both, and the end goes by e-mail
    assert {key: line.quantity for key, line in made.items() if key.startswith("sms")} == {"sms_+34": 2, "sms_+380": 2}
    assert made["ses"].usd - calm["ses"].usd == 6
    assert "calls" not in made


def test_calls_are_billed_where_the_file_has_a_number_for_them() -> None:
    eum = {"provider": "eum", "voice": "+34910000000"}
    calm, made = bill(Month(100), sms=eum), bill(Month(100, 60_000), sms=eum)
    # Three calls of a minute, as to the dearer of both countries; none while calm
    assert (calm["calls"].quantity, made["calls"].quantity) == (0, 3)
    assert made["calls"].usd == 3 * call_usd("+380441234567")
    assert not made["calls"].verified
    assert made["sms_+380"].what == "End User Messaging: SMS to Ukraine"


def test_receipts_and_answers_are_billed_as_runs() -> None:
    functions = {
        **STACK.functions,
        "RecordReceipts": Function("RecordReceipts", 512, 0, polls=False),
        "AnswerAlert": Function("AnswerAlert", 512, 0, polls=False),
    }
    stack = STACK._replace(functions=functions, api=True)
    of = client(sources=[])
    plain = {line.key: line for line in Bill(of, STACK, table(), work(), Month(100)).lines()}
    made = {line.key: line for line in Bill(of, stack, table(), work(), Month(100)).lines()}
    # Two incidents: 2 x 2 mails to two people each have a receipt, and each incident is looked at 6 times
    assert made["lambda_requests"].usd - plain["lambda_requests"].usd == 8 + 12
    assert made["api"].usd == 12


# -- rules


@settings(max_examples=40)
@given(few=st.floats(0, 1e5), more=st.floats(0, 1e5), storm=st.floats(0, 1e6))
def test_more_mentions_never_cost_less(few: float, more: float, storm: float) -> None:
    prices, done = load_prices(), load_work()
    of = client(reader={"kind": "comprehend", "monthly_usd": 100})

    def total(month: Month) -> Decimal:
        return sum((line.usd for line in Bill(of, STACK, prices, done, month).lines()), Decimal(0))

    low, high = sorted((few, more))
    assert 0 < total(Month(low)) <= total(Month(high)) + Decimal("1e-9")
    assert total(Month(low)) <= total(Month(low, storm)) + Decimal("1e-9")


def test_the_tables_hold_together() -> None:
    """Each figure has a source; each country is found by its own number, and a longer code before a shorter one."""
    prices = load_prices()
    assert all(price.source.startswith("https://aws.amazon.com/") for price in prices.prices.values())
    assert all(price.seen for price in prices.prices.values())
    for country in COUNTRIES:
        assert country_of(f"{country.code}441234567").code == country.code
    assert country_of("+37012345678").name == "elsewhere"
    done = load_work()
    assert comprehend_units("x" * done.reader.characters) == 3
    assert {"fetch_mentions", "watch", "score", "assess", "alert", "other_schedule"} <= set(done.runs)


def test_a_table_that_is_broken_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no price table"):
        load_prices(tmp_path)
    (tmp_path / "2027-01-01.yaml").write_text("of: 2027-01-01\nregion: x\n", encoding="utf-8")
    with pytest.raises(BadInputError, match=r"infra/prices/2027-01-01\.yaml: prices"):
        load_prices(tmp_path)


def test_checking_a_file_says_what_leaves_the_stack(
    tocsin: Callable[..., Any], client_file: Callable[..., Path]
) -> None:
    said = tocsin("client", "check", client_file(reader={"kind": "bedrock", "monthly_usd": 5, "model": MICRO})).stdout
    assert f"words leave the stack for {MICRO}, for at most $5 a month; never private complaints" in said
    said = tocsin(
        "client", "check", client_file(reader={"kind": "comprehend", "monthly_usd": 5, "languages": ["en"]})
    ).stdout
    assert "words in en leave the stack for Amazon Comprehend" in said
    assert "leave the stack" not in tocsin("client", "check", client_file()).stdout
