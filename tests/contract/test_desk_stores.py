"""Protects: a mark changes reading, counters and signals together, once, and back; controls have one writer at once."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.conftest import Stores
from tests.support.samples import NOON, client, scored
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.controls import DynamoControlStore
from tocsin.adapters.dynamodb.items import packed
from tocsin.adapters.dynamodb.marks import DynamoMarkStore
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.adapters.memory import MemoryMentionStore
from tocsin.adapters.memory_desk import MemoryControlStore, MemoryMarkStore
from tocsin.domain.brand_baseline import BaselineState
from tocsin.domain.brand_state import BrandState
from tocsin.domain.controls import Controls, Mute
from tocsin.domain.counters import Counts, total
from tocsin.domain.detector import MOST_SIGNALS
from tocsin.domain.errors import ConflictError
from tocsin.domain.incident import Incident
from tocsin.domain.judged import Judged, Settings, kept
from tocsin.domain.judgement import Judgement
from tocsin.domain.levels import Level
from tocsin.domain.marks import Verdict
from tocsin.domain.outbox import AlertKind, plan_alerts
from tocsin.domain.reading import ScoredMention
from tocsin.domain.report import ReportBook
from tocsin.domain.signal import Mark as Trait
from tocsin.domain.signal import Signal
from tocsin.domain.silent import Silent
from tocsin.domain.windows import windows_of
from tocsin.ports import ControlStore, MarkStore
from tocsin.services.mark import Mark, MarkError

BRAND = "Аврора"
HOUR = timedelta(hours=1)


class StoppedClock:
    def now(self) -> datetime:
        return NOON + HOUR


@dataclass(frozen=True)
class Desk:
    stores: Stores
    controls: ControlStore
    marks: MarkStore

    @property
    def mark(self) -> Mark:
        return Mark(marks=self.marks, clock=StoppedClock())

    def counted(self) -> tuple[Counts, Counts]:
        minutes = self.stores.mentions.counts(BRAND, NOON - HOUR, NOON + HOUR)
        return total(minutes), sum((entry.history for entry in minutes), Counts())

    def signals(self) -> int:
        return len(self.stores.mentions.signals(BRAND, NOON - HOUR, NOON + HOUR, 100))

    def shown(self) -> set[str]:
        return {each.mention.id for each in self.stores.mentions.gravest(BRAND, NOON - HOUR, NOON + HOUR, 10)}


@pytest.fixture
def desk(stores: Stores) -> Desk:
    if isinstance(stores.mentions, MemoryMentionStore):
        return Desk(stores, MemoryControlStore(), MemoryMarkStore(stores.mentions))
    assert isinstance(stores.mentions, DynamoMentionStore)
    assert isinstance(stores.cases, DynamoCaseStore)
    engine = stores.mentions._client
    return Desk(
        stores, DynamoControlStore(engine, stores.cases._table), DynamoMarkStore(engine, stores.mentions._table)
    )


def recorded(desk: Desk) -> list[ScoredMention]:
    heard = [scored(number, followers=100, severity=0.9) for number in range(3)]
    heard.append(scored(3, negative=False))
    desk.stores.mentions.record(BRAND, heard)
    return heard


@pytest.mark.parametrize(
    ("verdict", "number", "live", "history", "signals"),
    [
        (Verdict.NOT_NEGATIVE, 0, Counts(mentions=4, negative=2, positive=1, grave=2, reach=200), Counts(), 2),
        (Verdict.NOT_US, 0, Counts(mentions=3, negative=2, positive=1, grave=2, reach=200), Counts(), 2),
        (
            Verdict.OLD, 0, Counts(mentions=3, negative=2, positive=1, grave=2, reach=200),
            Counts(mentions=1, negative=1, grave=1, reach=100), 3,
        ),
        (Verdict.NEGATIVE, 3, Counts(mentions=4, negative=4, grave=3, reach=300), Counts(), 4),
    ],
)  # fmt: skip
def test_a_mark_corrects_at_once_and_is_taken_back_whole(
    desk: Desk, verdict: Verdict, number: int, live: Counts, history: Counts, signals: int
) -> None:
    # GIVEN three grave criticisms and one praise
    heard = recorded(desk)
    one = heard[number].mention.id
    before, dirty = desk.counted(), desk.stores.mentions.dirty_seq(BRAND)
    shown = desk.shown()
    # WHEN a person marks one of them
    done = desk.mark.mark(BRAND, one, verdict, by="olha")
    # THEN counters and signals are as if it had been read so, and the brand is to be assessed
    assert done.changed
    assert desk.counted() == (live, history)
    assert desk.signals() == signals
    assert desk.stores.mentions.dirty_seq(BRAND) == dirty + 1
    assert (one in desk.shown()) == (verdict in {Verdict.NEGATIVE, Verdict.OLD})
    # AND the same mark again does nothing
    assert not desk.mark.mark(BRAND, one, verdict, by="taras").changed
    assert desk.stores.mentions.dirty_seq(BRAND) == dirty + 1
    # AND taken back, all is as before
    assert desk.mark.mark(BRAND, one, None, by="olha").before is verdict
    assert desk.counted() == before
    assert desk.signals() == 3
    assert desk.shown() == shown


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(verdicts=st.lists(st.none() | st.sampled_from(Verdict), max_size=6))
def test_whatever_was_said_before_only_the_last_word_counts(verdicts: list[Verdict | None]) -> None:
    """In memory: the engines were held against it above."""
    from tocsin.adapters import memory

    def counts_after(said: list[Verdict | None]) -> tuple[object, ...]:
        mentions = memory.MemoryMentionStore()
        mark = Mark(marks=MemoryMarkStore(mentions), clock=StoppedClock())
        one = scored(1, followers=10)
        mentions.record(BRAND, [one, scored(2)])
        for verdict in said:
            try:
                mark.mark(BRAND, one.mention.id, verdict, by="a")
            except MarkError:
                assert verdict is None
        minutes = mentions.counts(BRAND, NOON - HOUR, NOON + HOUR)
        history = sum((entry.history for entry in minutes), Counts())
        return total(minutes), history, mentions.signals(BRAND, NOON - HOUR, NOON + HOUR, 9)

    assert counts_after(verdicts) == counts_after(verdicts[-1:])


def test_what_is_not_there_cannot_be_marked(desk: Desk) -> None:
    with pytest.raises(MarkError, match="no such mention"):
        desk.mark.mark(BRAND, "rss:nothing", Verdict.OLD, by="olha")
    one = recorded(desk)[0].mention.id
    with pytest.raises(MarkError, match="no mark to take back"):
        desk.mark.mark(BRAND, one, None, by="olha")


def test_of_two_who_mark_at_once_one_learns_it(desk: Desk) -> None:
    one = recorded(desk)[0]
    desk.mark.mark(BRAND, one.mention.id, Verdict.OLD, by="olha")
    known = desk.marks.correction(BRAND, one.mention.id)
    assert known is not None
    counted = desk.counted()
    with pytest.raises(ConflictError):
        desk.marks.save(known.model_copy(update={"verdict": Verdict.NOT_US}), one, None)
    assert desk.counted() == counted


def test_marked_mentions_are_found_for_the_terms(desk: Desk) -> None:
    heard = recorded(desk)
    for number in (0, 2):
        desk.mark.mark(BRAND, heard[number].mention.id, Verdict.NOT_US, by="olha")
    desk.mark.mark(BRAND, heard[1].mention.id, Verdict.OLD, by="olha")
    assert {each.mention.id for each in desk.mark.marked(BRAND, Verdict.NOT_US)} == {
        heard[0].mention.id, heard[2].mention.id,
    }  # fmt: skip


def test_controls_have_one_writer_at_a_time(desk: Desk) -> None:
    assert desk.controls.load() == Controls()
    paused = Controls().paused(NOON + HOUR, by="olha", at=NOON, reason="the launch")
    desk.controls.save(paused)
    assert desk.controls.load() == paused
    with pytest.raises(ConflictError):
        desk.controls.save(Controls().paused(NOON + 2 * HOUR, by="taras", at=NOON))
    desk.controls.save(paused.resumed(by="taras", at=NOON))


def test_what_is_in_force_is_read_whatever_another_version_noted(desk: Desk) -> None:
    """Protects: a newer command beside an older stack, whose every look at the controls would fail."""
    if not isinstance(desk.controls, DynamoControlStore):
        pytest.skip("only a store outside keeps what another version wrote")
    paused = Controls().paused(NOON + HOUR, by="olha", at=NOON)
    strange = paused.model_copy(update={"changes": (paused.changes[0].model_copy(update={"act": "unheard of"}),)})
    with pytest.warns(UserWarning, match="serialized"):
        desk.controls.save(strange)
    found = desk.controls.load()
    assert (found.version, found.pause, found.changes) == (paused.version, paused.pause, ())


def test_the_book_of_reports_is_kept(desk: Desk) -> None:
    assert desk.controls.book() == ReportBook()
    book = ReportBook(version=1, day=NOON.date(), told=("duty@agency.example",), since=NOON, until=NOON)
    desk.controls.save_book(book)
    assert desk.controls.book() == book
    with pytest.raises(ConflictError):
        desk.controls.save_book(book)


def silent(number: int, *, hours: int) -> Silent:
    at = NOON + hours * HOUR
    storm = Incident.opened(
        id=f"aurora-{number}", client="aurora", brand=BRAND, level=Level.CRISIS, index=70, reasons=(), at=at
    )
    return Silent.of(storm, plan_alerts(client(), storm, AlertKind.RAISED, at), Mute.SHADOW, at)


def test_alarms_that_nobody_heard_are_listed_by_time(desk: Desk) -> None:
    cases = desk.stores.cases
    for number in range(4):
        state = BrandState(brand=BRAND, version=number + 1)
        cases.save_assessment(state, silent=silent(number, hours=number))
    assert [one.incident_id for one in cases.silent(NOON, NOON + 3 * HOUR, 9)] == ["aurora-0", "aurora-1", "aurora-2"]
    assert [one.incident_id for one in cases.silent(NOON, NOON + 9 * HOUR, 2)] == ["aurora-2", "aurora-3"]
    assert cases.silent(NOON, NOON + HOUR, 9) == (silent(0, hours=0),)
    assert silent(0, hours=0).woken == ("duty@agency.example", "deputy@agency.example")


def test_a_judgement_is_found_by_its_moment(desk: Desk) -> None:
    cases = desk.stores.cases

    def judged(hours: int) -> Judged:
        return Judged(
            brand=BRAND, at=NOON + hours * HOUR, before=Level.CALM, level=Level.WATCH,
            incident_id=None, mute=None, judgement=Judgement(index=20, level=Level.WATCH),
            settings=Settings.of(client()),
            baseline=BaselineState(), windows=windows_of((), NOON), signals=kept(()),
        )  # fmt: skip

    for version, hours in enumerate((0, 2)):
        cases.save_assessment(BrandState(brand=BRAND, version=version + 1), judged=judged(hours))
    assert cases.judged(BRAND, NOON - HOUR) is None
    assert cases.judged(BRAND, NOON) == judged(0)
    assert cases.judged(BRAND, NOON + HOUR) == judged(0)
    assert cases.judged(BRAND, NOON + 5 * HOUR) == judged(2)
    assert cases.judged("Other", NOON + 5 * HOUR) is None
    assert cases.changes(BRAND, NOON, NOON + 2 * HOUR, 9) == (judged(0), judged(2))
    assert cases.changes(BRAND, NOON + HOUR, NOON + 2 * HOUR, 9) == (judged(2),)
    assert cases.changes(BRAND, NOON, NOON + 2 * HOUR, 1) == (judged(2),)
    assert cases.changes("Other", NOON, NOON + 2 * HOUR, 9) == ()


def test_the_largest_judgement_fits_into_an_item(desk: Desk) -> None:
    """Protects the alarm: what it was judged by is written with it, and must never be the reason that it is not."""
    rng = random.Random(7)
    heard = [
        Signal(
            at=NOON + timedelta(minutes=rng.randrange(1440)), author=rng.getrandbits(32), story=rng.getrandbits(64),
            place=rng.getrandbits(16), thread=rng.getrandbits(16), medium=1, severity=rng.getrandbits(8),
            complaint=rng.getrandbits(8), reach=rng.getrandbits(8), shares=rng.getrandbits(8), scenario=1,
            marks=Trait.NEGATIVE,
        )
        for _ in range(MOST_SIGNALS)
    ]  # fmt: skip
    events = [{"name": f"{rng.getrandbits(400):x}", "start": "2026-03-01", "end": "2026-03-02"} for _ in range(200)]
    one = Judged(
        brand=BRAND, at=NOON, before=Level.CALM, level=Level.WATCH, incident_id=None, mute=None,
        judgement=Judgement(index=20, level=Level.WATCH), settings=Settings.of(client(events=events)),
        baseline=BaselineState(), windows=windows_of((), NOON), signals=kept(heard),
    )  # fmt: skip
    desk.stores.cases.save_assessment(BrandState(brand=BRAND, version=1), judged=one)
    assert desk.stores.cases.judged(BRAND, NOON) == one
    assert len(packed(one)["doc"]["B"]) < 200_000
