"""Protects: what is said in a drill reaches its scenario's level with room to spare, by many, and always the same."""

from pathlib import Path
from typing import get_args

import pytest
import yaml

from tests.support.samples import NOON, client
from tests.unit.services.support import House
from tocsin.domain.client import Language
from tocsin.domain.detector import Detector
from tocsin.domain.drill_storm import LOUD, NEWS, VOICES, storm
from tocsin.domain.drills import drill_brand
from tocsin.domain.levels import Level
from tocsin.domain.mention import Medium
from tocsin_cli.playbooks import load_library

ROOT = Path(__file__).resolve().parents[3]
TEXTS: dict[str, dict[str, list[str]]] = yaml.safe_load((ROOT / "infra/drills/texts.yaml").read_text(encoding="utf-8"))
GRAVE = [one.scenario for one in load_library().playbooks if one.floor >= Level.CRISIS]
FLOORS = {one.scenario: one.floor for one in load_library().playbooks}
BRAND = "Аврора"
TO_SPARE = 6.0
"""Points of the index: no reader that is trained anew tomorrow should bring a drill below its level."""


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("scenario", GRAVE)
def test_a_grave_scenario_is_well_above_its_level_by_the_first_wave(scenario: str, language: str) -> None:
    house = House(client(), Detector())

    house.hear(*storm(BRAND, TEXTS[scenario][language], "abc", house.clock.now()))
    house.clock.forward(seconds=60)
    house.watch.run()

    state = house.cases.brand_state(drill_brand(BRAND))
    thresholds = house.clients.load().thresholds  # type: ignore[union-attr]
    asked = thresholds.severe if FLOORS[scenario] is Level.SEVERE else thresholds.crisis
    assert state.index >= asked + TO_SPARE


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("scenario", sorted(TEXTS))
def test_many_say_it_in_words_of_their_own_and_each_wave_anew(scenario: str, language: str) -> None:
    texts = TEXTS[scenario][language]
    assert len(set(texts)) == len(texts)
    assert any("{brand}" in text for text in texts)

    first, again = (storm(BRAND, texts, "abc", NOON, wave=wave) for wave in (0, 1))

    people = [one for one in first if one.medium is Medium.SOCIAL]
    outlets = [one for one in first if one.medium is Medium.NEWS]
    assert first == storm(BRAND, texts, "abc", NOON)
    assert len({one.author.id for one in first}) == len(first) == VOICES + len(outlets)
    assert len(outlets) == sum(text.startswith(NEWS) for text in texts)
    assert not any(NEWS in one.text or "{brand}" in one.text for one in first)
    assert not {one.id for one in first} & {one.id for one in again}
    assert all(one.published_at < NOON for one in first)
    heard = sorted((one.author.followers or 0 for one in people), reverse=True)
    assert heard[LOUD - 1] > 1_000_000 > heard[LOUD]
