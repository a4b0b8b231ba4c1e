"""Protects: one incident per storm, no flapping, no early fall, and a shadowed client pages nobody."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON, client
from tocsin.domain.assessment import COOL_DOWN, NOTHING_SET, Outcome, decide, settle
from tocsin.domain.brand_state import BrandState
from tocsin.domain.client import Client
from tocsin.domain.controls import Controls
from tocsin.domain.incident import Incident, IncidentState
from tocsin.domain.judgement import Judgement
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def asks(level: Level, index: float = 50) -> Judgement:
    return Judgement(index=index, level=level, reasons=(), negative=9, total=10)


class Desk:
    """One brand followed through time."""

    def __init__(self, of: Client | None = None) -> None:
        self.client = of or client()
        self.state = BrandState(brand="Аврора")
        self.incidents: dict[str, Incident] = {}

    def assess(self, level: Level, after: timedelta, controls: Controls = NOTHING_SET) -> Outcome:
        incident = self.incidents.get(self.state.incident_id or "")
        outcome = decide(self.client, self.state, incident, asks(level), seq=1, now=NOON + after, controls=controls)
        assert outcome.state.version == self.state.version + 1
        self.state = outcome.state
        if outcome.incident:
            self.incidents[outcome.incident.id] = outcome.incident
        return outcome


def test_a_rise_opens_an_incident_and_tells_who_must_know() -> None:
    outcome = Desk().assess(Level.ISSUE, 0 * MINUTE)

    assert outcome.incident is not None
    assert outcome.incident.level is Level.ISSUE
    assert {(item.channel, item.recipient) for item in outcome.outbox} == {
        (Channel.TOPIC, "machines"),
        (Channel.EMAIL, "duty@agency.example"),
        (Channel.EMAIL, "deputy@agency.example"),
        (Channel.SMS, "duty@agency.example"),
        (Channel.SMS, "deputy@agency.example"),
    }


def test_a_level_that_flickers_does_not_flap() -> None:
    desk = Desk()
    desk.assess(Level.CRISIS, 0 * MINUTE)
    alerts = [desk.assess(level, n * MINUTE).outbox for n, level in enumerate([Level.CALM, Level.CRISIS] * 20, 1)]

    assert desk.state.level is Level.CRISIS
    assert not any(alerts)
    assert len(desk.incidents) == 1


def test_a_level_falls_one_by_one_each_after_its_cool_down() -> None:
    desk = Desk()
    desk.assess(Level.CRISIS, 0 * HOUR)
    levels = [desk.assess(Level.CALM, hour * HOUR).state.level for hour in range(1, 40)]

    assert levels[:24] == [Level.CRISIS] * 24
    assert levels[24:30] == [Level.ISSUE] * 6
    assert levels[30:36] == [Level.WATCH] * 6
    assert levels[36:] == [Level.CALM] * 3


def test_the_end_is_told_by_mail_to_those_the_peak_reached() -> None:
    desk = Desk()
    desk.assess(Level.CRISIS, 0 * HOUR)
    outcomes = [desk.assess(Level.CALM, hour * HOUR) for hour in range(1, 40)]

    last = [outcome for outcome in outcomes if outcome.outbox]
    assert len(last) == 1
    assert {item.kind for item in last[0].outbox} == {AlertKind.RESOLVED}
    assert {item.channel for item in last[0].outbox} == {Channel.TOPIC, Channel.EMAIL}
    assert last[0].incident is not None
    assert last[0].incident.state is IncidentState.RESOLVED


def test_a_relapse_within_a_day_is_the_same_incident_and_a_later_one_is_new() -> None:
    desk = Desk()
    desk.assess(Level.WATCH, 0 * HOUR)
    desk.assess(Level.CALM, 1 * HOUR)
    assert desk.assess(Level.CALM, 7 * HOUR).state.level is Level.CALM

    assert desk.assess(Level.ISSUE, 8 * HOUR).outbox
    assert len(desk.incidents) == 1
    for hour in range(9, 60):
        desk.assess(Level.CALM, hour * HOUR)

    desk.assess(Level.ISSUE, 100 * HOUR)
    assert len(desk.incidents) == 2


def test_in_shadow_the_level_moves_and_nobody_is_told() -> None:
    outcome = Desk(client(shadow=True)).assess(Level.SEVERE, 0 * HOUR)
    assert outcome.state.level is Level.SEVERE
    assert outcome.outbox == ()


def test_brands_whose_names_fold_to_the_same_letters_have_incidents_of_their_own() -> None:
    ids = set()
    for brand in ("Аврора", "Мрія", "A b", "A-b", "a b"):
        state = BrandState(brand=brand)
        outcome = decide(client(), state, None, asks(Level.ISSUE), seq=1, now=NOON)
        assert outcome.incident is not None
        assert outcome.incident.id.isascii()
        ids.add(outcome.incident.id)
    assert len(ids) == 5


@given(st.lists(st.tuples(st.sampled_from(Level), st.integers(1, 30 * 60)), max_size=60))
def test_rises_are_at_once_and_falls_are_never_early(asked: list[tuple[Level, int]]) -> None:
    state, now = BrandState(brand="A"), NOON
    for level, seconds in asked:
        now += timedelta(seconds=seconds)
        new, below = settle(state, level, now)
        if level >= state.level:
            assert (new, below) == (level, None)
        elif new < state.level:
            assert state.below_since is not None
            assert now - state.below_since >= COOL_DOWN[state.level]
            assert new.rank == state.level.rank - 1
        state = state.model_copy(update={"level": new, "below_since": below})


@given(st.lists(st.booleans(), max_size=400))
def test_a_storm_that_comes_and_goes_for_days_does_not_nag(asked: list[bool]) -> None:
    """Half an hour each; each rise makes the next fall slower."""
    desk, rises, before = Desk(), 0, Level.CALM
    for number, burns in enumerate(asked):
        desk.assess(Level.ISSUE if burns else Level.CALM, number * 30 * MINUTE)
        rises += before < Level.ISSUE <= desk.state.level
        before = desk.state.level

    assert rises <= 6
    assert rises <= 1 + 8 * len(asked) * 30 / 60 / 24


def test_each_rise_of_one_storm_doubles_the_cool_down_and_a_new_storm_begins_anew() -> None:
    desk = Desk()
    falls = []
    at = 0.0
    for _ in range(3):
        desk.assess(Level.ISSUE, at * HOUR)
        began = at
        while desk.state.level >= Level.ISSUE:
            at += 1
            desk.assess(Level.CALM, at * HOUR)
        falls.append(at - began)
    assert falls == [7, 13, 25]
    desk.assess(Level.CALM, (at + 200) * HOUR)
    desk.assess(Level.ISSUE, (at + 201) * HOUR)
    assert desk.state.rises == 1


class TestPaging:
    """Protects: what is assessed and who is asked are written together, also where nobody may be told."""

    def test_a_rise_to_an_issue_begins_it_and_a_watch_does_not(self) -> None:
        desk = Desk()
        watched = desk.assess(Level.WATCH, 0 * MINUTE)
        assert watched.incident is not None
        assert watched.incident.paging is None

        risen = desk.assess(Level.ISSUE, 1 * MINUTE)
        assert risen.incident is not None
        assert risen.incident.live_paging is not None
        assert risen.incident.version == watched.incident.version + 1
        assert risen.incident.live_paging.next_at is not None

    def test_a_fall_slows_it_and_calm_ends_it(self) -> None:
        desk = Desk()
        desk.assess(Level.CRISIS, 0 * HOUR)
        for hour in range(1, 26):
            desk.assess(Level.CALM, hour * HOUR)
        (incident,) = desk.incidents.values()
        assert incident.live_paging is not None
        assert incident.live_paging.level is incident.level is Level.ISSUE
        for hour in range(26, 40):
            desk.assess(Level.CALM, hour * HOUR)
        (incident,) = desk.incidents.values()
        assert incident.live_paging is None
        assert incident.closed

    def test_who_was_paged_before_a_pause_hears_of_the_end(self) -> None:
        # GIVEN a watch that rose to a crisis, and a pause until after its end
        desk = Desk()
        desk.assess(Level.CRISIS, 0 * HOUR)
        at = NOON + HOUR
        controls = Controls().paused(at + timedelta(days=5), by="lead", at=at)
        ends = [desk.assess(Level.CALM, hour * HOUR, controls) for hour in range(2, 45)]

        outbox = [item for outcome in ends for item in outcome.outbox]
        assert {item.recipient for item in outbox} == {"duty@agency.example", "deputy@agency.example"}
        assert {item.kind for item in outbox} == {AlertKind.RESOLVED}

    def test_in_shadow_nobody_is_asked_and_arming_begins_it(self) -> None:
        desk = Desk(client(shadow=True))
        shadowed = desk.assess(Level.CRISIS, 0 * MINUTE)
        assert shadowed.incident is not None
        assert shadowed.incident.paging is None
        armed = Controls().arm(desk.client, by="lead", at=NOON)
        told = desk.assess(Level.CRISIS, 1 * MINUTE, armed)
        assert told.incident is not None
        assert told.incident.live_paging is not None
        assert told.outbox

    def test_what_burned_before_we_listened_pages_nobody(self) -> None:
        contact = {"name": "Head", "email": "head@b.example", "phone": "+34911111111"}
        of = client(client_auto_page=True, client_contacts=[contact])
        state = BrandState(brand="Аврора")
        late = decide(of, state, None, asks(Level.CRISIS), seq=1, now=NOON, live=Level.CALM)
        assert late.incident is not None
        assert late.incident.paging is None
        assert {item.channel for item in late.outbox} == {Channel.EMAIL, Channel.TOPIC}
        assert "head@b.example" not in {item.recipient for item in late.outbox}
