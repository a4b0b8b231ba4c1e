"""Protects: «why» and «why not» are said of the moment that was asked for, by what was in force then, and what is kept
gives the level that stood, not only the one that was asked for."""

from datetime import datetime, timedelta

import pytest

from tests.support.samples import NOON, client
from tests.unit.services.support import House
from tests.unit.services.test_replay import ordinary, storm
from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.controls import Mute
from tocsin.domain.detector import Detector
from tocsin.domain.judged import Judged
from tocsin.domain.levels import Level
from tocsin.domain.mention import Mention
from tocsin.domain.verdicts import CaseVerdict
from tocsin.services.explain import Basis, Explain, Explanation
from tocsin.services.explain_recorded import at_moment
from tocsin.services.replay import Glance, in_order, replay
from tocsin.services.verdicts import Verdicts

BRAND = "Аврора"
HOUR = timedelta(hours=1)


def moment(at: datetime, *mentions: Mention) -> Explanation:
    return at_moment(client(), in_order(mentions), Reader(), at)[BRAND]


def test_a_moment_of_a_recording_is_judged_as_the_look_at_that_moment_was() -> None:
    seen: list[Glance] = []
    told = [*ordinary(), *storm()]
    for _ in replay(client(), in_order(told), Reader(), Detector(), seen.append):
        pass
    for glance in seen[:: max(len(seen) // 8, 1)]:
        found = moment(glance.at, *told)
        assert (found.judgement, found.level, found.basis) == (glance.judgement, glance.level, Basis.REPLAYED)


def test_a_moment_is_judged_without_what_the_looks_had_forgotten_by_then() -> None:
    # GIVEN the same matter again after a day and a half, and after four days
    again = [
        one.model_copy(
            update={
                "id": f"{one.id}-{hours}",
                "published_at": one.published_at + hours * HOUR,
                "fetched_at": one.fetched_at + hours * HOUR,
            }
        )
        for hours in (30, 90)
        for one in storm()
    ]
    told, seen = in_order([*ordinary(), *storm(), *again]), list[Glance]()
    for _ in replay(client(), told, Reader(), Detector(), seen.append):
        pass
    # WHEN moments of the later storms are judged THEN the first one is forgotten there, too
    looks = [glance for glance in seen if glance.negative and glance.at > NOON + 30 * HOUR]
    assert looks
    for glance in looks[:: max(len(looks) // 12, 1)]:
        assert moment(glance.at, *told).judgement == glance.judgement


def test_a_moment_between_two_looks_is_that_moment_and_names_no_incident_that_is_over() -> None:
    # GIVEN a storm, and a day and a half later not a word of it
    told = [*ordinary(), *storm(), *(one.model_copy(update={"id": f"{one.id}x"}) for one in ordinary()[:1])]
    burning, after = moment(NOON + 3 * HOUR, *told), moment(NOON + 100 * HOUR, *told)
    # THEN three hours on it still stands, asked for or not, and in the end nothing does, though the recording is over
    assert burning.at == NOON + 3 * HOUR
    assert burning.level >= Level.CRISIS
    assert burning.incident_id is not None
    assert (after.level, after.incident_id, after.judgement.index) == (Level.CALM, None, 0)


def test_what_was_not_heard_yet_is_not_known_yet() -> None:
    late = [one.model_copy(update={"fetched_at": NOON + 5 * HOUR}) for one in storm()]
    assert moment(NOON + HOUR, *ordinary(), *late).judgement.level is Level.CALM


def burnt() -> House:
    """A storm that the deployed alarm has judged, to its end."""
    at = House(detector=Detector())
    for one in [*ordinary(), *storm()]:
        at.clock.at = one.fetched_at
        at.hear(one)
        at.watch.run()
    for _ in range(4 * 24):
        at.clock.forward(hours=1)
        at.watch.run()
    return at


def test_what_is_kept_gives_the_level_that_stood_also_where_it_only_cooled(monkeypatch: pytest.MonkeyPatch) -> None:
    house = burnt()
    service = Explain(mentions=house.mentions, cases=house.cases, controls=house.controls, health=house.health)
    state = house.cases.brand_state(BRAND)
    incident = house.cases.incident(state.incident_id or "")
    assert incident is not None
    steps = list(service.incident(client(), incident))

    # GIVEN changes up and down WHEN they are judged again THEN asked and standing level are those of then
    assert [step.level for step in steps][-1] is Level.CALM
    assert any(step.judgement.level < step.level for step in steps), "one of them only cooled down"
    assert all(step.check is not None and step.check.same for step in steps)
    assert [step.check and step.check.stands for step in steps] == [step.level for step in steps]

    # AND with another past of the storm another level would have stood: that is seen
    fallen = next(step for step in steps if step.judgement.level < step.level)
    kept = house.cases.judged(BRAND, fallen.at)
    assert kept is not None
    other = kept.model_copy(update={"below_since": fallen.at})
    monkeypatch.setattr(house.cases, "judged", lambda *_: other)
    [again, *_] = service.incident(client(), incident)
    assert again.check is not None
    assert not again.check.same
    # AND what was kept before that was noted is held against its judgement alone
    old = Judged.model_validate(kept.model_dump(exclude={"rises", "below_since"}))
    monkeypatch.setattr(house.cases, "judged", lambda *_: old)
    [before, *_] = service.incident(client(), incident)
    assert before.check is not None
    assert (before.check.same, before.check.stands) == (True, None)


def test_a_quiet_moment_knows_the_pause_and_the_verdict_of_then() -> None:
    # GIVEN a storm, a verdict an hour after it, and a pause of the day after that somebody ended; then another
    house = burnt()
    over = house.clock.at
    incident = house.cases.incident(house.cases.brand_state(BRAND).incident_id or "")
    assert incident is not None
    Verdicts(cases=house.cases, controls=house.controls, clock=house.clock).say(
        incident, CaseVerdict.NOT_A_CRISIS, by="olha"
    )
    for hour, until in ((1, 9), (2, None), (20, 30)):
        controls, at = house.controls.load(), over + hour * HOUR
        step = controls.paused(over + until * HOUR, by="olha", at=at) if until else controls.resumed(by="olha", at=at)
        house.controls.save(step)
    service = Explain(mentions=house.mentions, cases=house.cases, controls=house.controls, health=house.health)

    def then(hours: float, now: datetime = over) -> Explanation:
        return service.moment(client(), BRAND, over + hours * HOUR, now)[-1]

    # THEN each moment has its own
    assert (then(-1).mute, then(-1).shift) == (None, None)
    paused = then(1.5)
    assert paused.mute is Mute.PAUSED
    assert paused.shift is not None
    assert paused.shift.points == -5
    assert [then(hours).mute for hours in (0.5, 3, 21, 31)] == [None, None, Mute.PAUSED, None]
    assert (then(1).counts_only, then(1, over + timedelta(days=12)).counts_only) == (False, True)
    assert then(1).incident_id is None
