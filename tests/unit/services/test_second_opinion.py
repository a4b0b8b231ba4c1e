"""Protects: a private complaint never leaves, money and time are bounded, and whatever the cloud does, all is kept."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import client, mention
from tests.unit.services.support import Gauges, HandClock, House
from tocsin.adapters.memory import MemoryBudgets
from tocsin.domain.budget import Limits, Usage
from tocsin.domain.errors import CloudReaderError, ThrottledError
from tocsin.domain.mention import Author, Medium
from tocsin.domain.reading import Aim, Reading, ScoredMention, Sentiment
from tocsin.domain.second_opinion import Asked, Opinion
from tocsin.services.score import QueuedMention
from tocsin.services.second_opinion import MOST, PATIENCE, USED_UP, Memory, SecondOpinion

GOOD = Opinion(sentiment=Sentiment.POSITIVE, score=0.9, confidence=0.8)
CENT = Decimal("0.01")
PAYING = {"kind": "comprehend", "monthly_usd": 1}


class Cloud:
    """Reads everything as told; each text costs a cent."""

    most = 3

    def __init__(self) -> None:
        self.calls: list[list[Asked]] = []
        self.answer: Callable[[Sequence[Asked]], Mapping[int, Opinion]] = lambda asked: dict.fromkeys(
            range(len(asked)), GOOD
        )
        self.during: Callable[[], None] = lambda: None

    def group(self, asked: Asked) -> str | None:
        return asked.language if asked.language != "und" else None

    def cost(self, asked: Sequence[Asked]) -> Decimal:
        return CENT * len(asked)

    def read(self, asked: Sequence[Asked]) -> tuple[Mapping[int, Opinion], Decimal]:
        self.calls.append(list(asked))
        self.during()
        return self.answer(asked), CENT * len(asked)


class Desk:
    def __init__(self, reader: dict[str, Any] | None = None) -> None:
        self.client = client(reader=reader or PAYING)
        self.cloud, self.budgets, self.clock, self.gauges = Cloud(), MemoryBudgets(), HandClock(), Gauges()
        self.elapsed, self.memory = 0.0, Memory()

    def refine(self, *scored: ScoredMention) -> list[ScoredMention]:
        second = SecondOpinion(
            readers=lambda settings: self.cloud, budgets=self.budgets, clock=self.clock,
            timer=lambda: self.elapsed, memory=self.memory, metrics=self.gauges,
        )  # fmt: skip
        return second.refine(self.client, scored)

    @property
    def spent(self) -> Decimal:
        return self.budgets.used("reader-comprehend", "2026-03").usd

    @property
    def sent(self) -> list[str]:
        return [asked.text for call in self.cloud.calls for asked in call]


def heard(
    number: int = 1, *, language: str = "en", history: bool = False, severity: float = 0.0, **changes: Any
) -> Any:
    ours = Reading(language=language, sentiment=Sentiment.NEGATIVE, score=-0.4, confidence=0.3, severity=severity)
    aim, mixed = changes.pop("aim", Aim.BRAND), changes.pop("mixed", False)
    return ScoredMention(
        mention=mention(number, **changes),
        reading=ours.model_copy(update={"aim": aim, "mixed": mixed}),
        history=history,
    )


def test_the_clouds_sentiment_stands_in_place_of_ours_and_all_else_stays() -> None:
    at = Desk()
    before = [heard(n) for n in range(7)]
    after = at.refine(*before)

    assert [one.mention for one in after] == [one.mention for one in before]
    assert {(one.reading.sentiment, one.reading.score, one.reading.confidence) for one in after} == {
        (Sentiment.POSITIVE, 0.9, 0.8)
    }
    assert sorted(map(len, at.cloud.calls)) == [1, 3, 3]
    assert at.spent == 7 * CENT


def test_a_private_complaint_never_leaves_and_nobody_is_named() -> None:
    # GIVEN a private complaint, a review with stars, one from before we listened, and a public post by a named person
    at = Desk()
    private = heard(1, medium=Medium.PRIVATE, text="PRIVATE words of Aurora's customer")
    stars = heard(2, rating=1, text="STARS say it")
    old = heard(3, history=True, text="OLD post")
    author = Author(id="u-77", name="Olena Koval", handle="olena_k", url="https://x.example/olena_k", followers=12)
    public = heard(4, title=None, text="Olena Koval (@olena_k, olena@x.example): Aurora is closed", author=author)
    # WHEN all four are refined
    after = at.refine(private, stars, old, public)
    # THEN the last alone has left, without a name in any field of what was sent
    [[asked]] = at.cloud.calls
    assert asked == Asked("[author] ([author], [e-mail]): Aurora is closed", "en", "Аврора", ("Аврора", "Aurora"), True)
    assert not any(word in json.dumps(asked) for word in ("Olena", "olena", "u-77", "x.example", "PRIVATE", "STARS"))
    # AND the others are as they were
    assert after[:3] == [private, stars, old]


@given(st.lists(st.tuples(st.sampled_from([*Medium, None]), st.booleans()), max_size=12))
def test_no_private_word_is_ever_sent(mix: list[tuple[Medium | None, bool]]) -> None:
    at = Desk()
    at.refine(
        *(
            heard(n, medium=medium, history=history, text=f"{'PRIVATE' if medium is Medium.PRIVATE else 'open'} {n}")
            for n, (medium, history) in enumerate(mix)
        )
    )
    assert not any("PRIVATE" in text for text in at.sent)


def test_long_texts_are_cut_and_invisible_characters_do_not_leave() -> None:
    at = Desk()
    at.refine(
        heard(1, title=None, text="Aurora" + "\u202e\u200b\U000e0041\x00" + " bad" * 900),
        heard(2, title=None, text=" ?"),
    )
    [text] = at.sent
    assert len(text) <= MOST
    assert text.startswith("Aurora bad bad")


def test_only_the_languages_of_the_file_and_of_the_reader_are_asked_about() -> None:
    at = Desk(PAYING | {"languages": ["en", "de"]})
    at.refine(
        heard(1), heard(2, language="de-AT"), heard(3, language="fr"), heard(4, language="und"), heard(5, mixed=True)
    )
    assert {asked.language for call in at.cloud.calls for asked in call} == {"en", "de"}
    assert len(at.sent) == 2


def test_what_is_aimed_at_others_says_so() -> None:
    at = Desk()
    at.refine(heard(1, aim=Aim.OTHER))
    assert at.cloud.calls[0][0].aimed is False


def test_a_grave_matter_is_not_quieted_from_outside() -> None:
    at = Desk()
    grave = heard(1, severity=0.9)
    assert at.refine(grave) == [grave]


@pytest.mark.parametrize("months", [1, 2])
def test_a_budget_is_not_passed_and_its_end_is_said_once(months: int, caplog: pytest.LogCaptureFixture) -> None:
    # GIVEN money for two texts a month
    at = Desk({"kind": "comprehend", "monthly_usd": Decimal("0.02")})
    caplog.set_level(logging.WARNING)
    for _ in range(months):
        # WHEN eight come, one after another
        refined = [at.refine(heard(n))[0].reading.sentiment for n in range(8)]
        # THEN two are read by the cloud, the others by ours, and none is lost
        assert refined == [Sentiment.POSITIVE] * 2 + [Sentiment.NEGATIVE] * 6
        at.clock.forward(days=31)
    assert at.spent == 2 * CENT
    said = [record for record in caplog.records if "used up" in record.message]
    assert len(said) == months
    assert at.gauges.values == {USED_UP: 1}


@given(
    texts=st.lists(st.integers(1, 9), min_size=1, max_size=6),
    money=st.integers(1, 30),
    outcomes=st.lists(st.sampled_from(["good", "free", "billed", "unknown", "crash", "fewer"]), min_size=1, max_size=6),
)
def test_money_is_never_passed_and_no_mention_is_lost(texts: list[int], money: int, outcomes: list[str]) -> None:
    at = Desk({"kind": "comprehend", "monthly_usd": money * CENT})
    billed = Decimal(0)
    script = iter(outcomes * 100)

    def answer(asked: Sequence[Asked]) -> Mapping[int, Opinion]:
        nonlocal billed
        outcome = next(script)
        if outcome == "free":
            raise CloudReaderError("throttled", usd=Decimal(0))
        if outcome == "crash":
            raise ValueError("a fault of ours")
        billed += CENT * len(asked)
        if outcome == "billed":
            raise CloudReaderError("refused", usd=CENT * len(asked))
        if outcome == "unknown":
            raise CloudReaderError("timed out", usd=None)
        return {} if outcome == "fewer" else dict.fromkeys(range(-1, len(asked) + 2), GOOD)

    at.cloud.answer = answer
    number = 0
    for size in texts:
        before = [heard(number + n) for n in range(size)]
        number += size
        after = at.refine(*before)
        assert [one.mention for one in after] == [one.mention for one in before]
        for one in after:
            assert Reading.model_validate(one.reading.model_dump()) == one.reading
    assert billed <= at.spent <= money * CENT


def test_a_service_that_is_away_is_left_alone_for_a_minute() -> None:
    at = Desk()

    def away(asked: Sequence[Asked]) -> Mapping[int, Opinion]:
        raise CloudReaderError("ThrottlingException", usd=Decimal(0), away=True)

    at.cloud.answer = away
    ours = heard(1)
    assert at.refine(ours) == [ours]
    calls = len(at.cloud.calls)
    assert at.refine(heard(2)) == [heard(2)]
    assert len(at.cloud.calls) == calls
    at.cloud.answer = lambda asked: {0: GOOD}
    at.clock.forward(seconds=61)
    assert at.refine(ours)[0].reading.sentiment is Sentiment.POSITIVE
    assert at.spent == CENT


def test_no_call_is_begun_when_patience_is_over() -> None:
    at = Desk()

    def slow() -> None:
        at.elapsed += PATIENCE

    at.cloud.during = slow
    after = at.refine(*(heard(n) for n in range(60)))
    assert len(after) == 60
    assert len(at.cloud.calls) <= 4, "those that were under way at once"
    assert {one.reading.sentiment for one in after} == {Sentiment.POSITIVE, Sentiment.NEGATIVE}


class Broken(MemoryBudgets):
    def take(self, scope: str, period: str, ask: Usage, limits: Limits) -> bool:
        raise ThrottledError("slow down")


def test_without_a_purse_nothing_is_asked_and_nothing_is_lost() -> None:
    at = Desk()
    at.budgets = Broken()
    assert at.refine(heard(1)) == [heard(1)]
    assert at.cloud.calls == []


class Forgetful(MemoryBudgets):
    """Takes money, but cannot note that the end was told."""

    def take(self, scope: str, period: str, ask: Usage, limits: Limits) -> bool:
        if scope.endswith("-told"):
            raise ThrottledError("slow down")
        return super().take(scope, period, ask, limits)


def test_trouble_in_saying_so_loses_no_answer_that_was_paid_for() -> None:
    at = Desk({"kind": "comprehend", "monthly_usd": Decimal("0.03")})
    at.budgets = Forgetful()
    after = at.refine(*(heard(n) for n in range(6)))
    assert [one.reading.sentiment for one in after].count(Sentiment.POSITIVE) == 3


def test_scoring_stores_what_the_cloud_said_and_what_it_did_not() -> None:
    house, at = House(client(reader=PAYING)), Desk()
    house.score = type(house.score)(
        clients=house.clients, mentions=house.mentions, quarantine=house.quarantine,
        analyzer=house.score._analyzer, assess=house.assess, second=lambda client, scored: at.refine(*scored),
    )  # fmt: skip
    said = "Aurora: the food at this place is awful and the staff were rude to us"
    bodies = {
        "open": mention(1, title=None, text=said, language="en").model_dump_json(),
        "bad": "not json",
        "private": mention(2, title=None, text=said, language="en", medium=Medium.PRIVATE).model_dump_json(),
    }
    report = house.score.run([QueuedMention(message_id=name, body=body) for name, body in bodies.items()])

    assert (report.recorded, report.quarantined) == (2, 1)
    noon = mention(1).published_at
    kept = house.mentions.gravest("Аврора", noon - timedelta(hours=1), noon + timedelta(hours=1), 9)
    assert [one.mention.medium for one in kept] == [Medium.PRIVATE], "the other one is positive now"
    assert len(at.sent) == 1
