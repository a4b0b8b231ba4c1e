"""Protects: two open cases of one story are found by what is kept of their mentions, and by their words where no story
tells; a closed one, and one of a brand that is gone from the file, are passed over."""

from datetime import datetime, timedelta

import pytest

from tests.support.intake import Clock
from tests.unit.domain.story_mentions import NOW, said
from tests.unit.services.test_insight import BRAND, CLIENT, STORM
from tocsin.adapters.memory import MemoryMentionStore
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.adapters.memory_stories import MemoryStoryStore
from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.file import CaseFile, CaseStatus
from tocsin.domain.case.twins import Twin
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.reading import ScoredMention
from tocsin.services.stories import Stories
from tocsin.services.twins import Twins

HOUR = timedelta(hours=1)


class Two:
    """Two incidents of the brand: one that was over after three hours, one of a day later."""

    def __init__(self, *heard: ScoredMention, told: bool = True) -> None:
        self.mentions, self.stories, self.cases = MemoryMentionStore(), MemoryStoryStore(), MemoryCaseStore()
        self.clock = Clock(NOW + 26 * HOUR)
        self.mentions.record(BRAND.name, heard)
        if told:
            Stories(self.stories, self.clock).tell(BRAND, heard)
        first = self.opened(1, NOW + HOUR / 2).releveled(Level.CALM, index=0, reasons=(), at=NOW + 3 * HOUR)
        for number, storm in ((1, first), (2, self.opened(2, NOW + 25 * HOUR))):
            self.cases.save_assessment(
                BrandState(brand=BRAND.name, version=number, incident_id=storm.id, incident_no=number),
                incident=storm.model_copy(update={"version": 1}), file=CaseFile.opened(storm, version=1),
            )  # fmt: skip

    @staticmethod
    def opened(number: int, at: datetime) -> Incident:
        return Incident.opened(
            id=f"lumea-{number}", client="lumea", brand=BRAND.name, level=Level.ISSUE, index=50, reasons=(), at=at
        )

    def close(self, number: int, status: CaseStatus) -> None:
        file = self.cases.case_file(f"lumea-{number}")
        assert file is not None
        self.cases.save_case((file.with_(status=status, version=file.version + 1),))

    def found(self, number: int) -> tuple[Twin, ...]:
        incident, file = self.cases.incident(f"lumea-{number}"), self.cases.case_file(f"lumea-{number}")
        assert incident is not None
        assert file is not None
        looking = Twins(cases=self.cases, mentions=self.mentions, stories=self.stories, clock=self.clock)
        return looking.of(CLIENT, incident, file)


def burning(*, hours: tuple[int, ...] = (0, 25)) -> list[ScoredMention]:
    """The same kettle, told anew at each of these hours."""
    return [
        said(f"{STORM[n % 4]} {n}", n * 4 + hour * 10, minutes=hour * 60 + n * 2) for hour in hours for n in range(8)
    ]


def test_one_story_is_found_from_both_sides_with_its_title() -> None:
    two = Two(*burning())
    assert [(one.incident_id, one.story) for one in two.found(2)] == [("lumea-1", two.found(2)[0].story)]
    assert "Lumea" in (two.found(2)[0].story or "")
    assert [one.incident_id for one in two.found(1)] == ["lumea-2"]


def test_without_stories_the_words_tell() -> None:
    [found] = Two(*burning(), told=False).found(2)
    assert (found.story, found.words) == (None, True)


def test_what_tells_of_other_things_is_no_twin() -> None:
    waits = [
        said(f"the Lumea courier was rude and two hours late again, number {n}", 500 + n, minutes=25 * 60 + n)
        for n in range(8)
    ]
    assert Two(*burning(hours=(0,)), *waits).found(2) == ()


@pytest.mark.parametrize("status", [one for one in CaseStatus if one is not CaseStatus.OPEN])
def test_a_case_that_is_over_is_none(status: CaseStatus) -> None:
    two = Two(*burning())
    two.close(1, status)
    assert two.found(2) == ()
    assert two.found(1) == ()
