"""Protects: the look of each morning is kept with its time; a policy that vanished is told of, a hiccup is not."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON, client
from tests.unit.services.support import HandClock
from tocsin.adapters.memory import MemoryClientStore
from tocsin.adapters.memory_readiness import MemoryReadinessStore
from tocsin.domain.errors import FetchError
from tocsin.domain.readiness_report import Check, Found, policy_troubles, reported
from tocsin.services.policies import finding_of, published
from tocsin.services.readiness import Look, Readiness

URL = "https://aurora.example/contact"
WHOLE = "Write to help@aurora.example: we answer within 4 hours, on working days. " * 10
BARE = "We are glad that you are here, and hope that you find all that you need on our pages. " * 10


class Page:
    """The brand's page, as it stands."""

    def __init__(self) -> None:
        self.text: str | None = WHOLE
        self.clock = HandClock()
        of = client(policies=[{"kind": "communication", "url": URL}])
        self.store = MemoryReadinessStore()
        self.look = Look(
            clients=MemoryClientStore(of),
            store=self.store,
            clock=self.clock,
            readiness=lambda: Readiness(library=None, policies=lambda whose: published(whose, self._read)),
        )

    def _read(self, url: str) -> str:
        if self.text is None:
            raise FetchError("it answers with status 404")
        return self.text

    def morning(self, text: str | None) -> list[tuple[Found, bool]]:
        """What is told of it after this look; True: with the day on which it was last whole."""
        self.clock.forward(days=1)
        self.text = text
        report = self.look.run()
        assert report is not None
        assert self.store.load() == report
        assert report.at == self.clock.now()
        return [(one.found, whole is not None) for one, whole in policy_troubles(report)]


def test_a_page_that_vanished_is_told_of_when_the_next_look_finds_the_same() -> None:
    page = Page()
    assert page.morning(WHOLE) == []
    assert page.morning(None) == []
    assert page.morning(None) == [(Found.POLICY_UNREAD, True)]
    assert page.morning(None) == [(Found.POLICY_UNREAD, True)]
    assert page.morning(WHOLE) == []
    assert page.morning(None) == []


def test_a_page_that_says_too_little_is_told_of_at_once() -> None:
    page = Page()
    assert page.morning(BARE) == [(Found.POLICY_LACKS, False)]
    assert page.morning(WHOLE) == []
    assert page.morning(BARE) == [(Found.POLICY_LACKS, True)]


@given(st.lists(st.sampled_from([WHOLE, BARE, None]), min_size=1, max_size=8))
def test_whatever_a_page_did_it_is_told_of_only_while_it_is_not_whole(days: list[str | None]) -> None:
    of = client(policies=[{"kind": "communication", "url": URL}])
    report = None
    for number, text in enumerate(days):

        def read(_: str, shown: str | None = text) -> str:
            if shown is None:
                raise FetchError("it answers with status 404")
            return shown

        found = tuple(finding_of(one) for one in published(of, read))
        report = reported(found, report, NOON + timedelta(days=number))
        told = [(one.found, whole is not None) for one, whole in policy_troubles(report)]
        if text == WHOLE:
            assert told == []
        if text == BARE:
            assert told == [(Found.POLICY_LACKS, WHOLE in days[:number])]
        if text is None:
            assert bool(told) == (number > 0 and days[number - 1] is None)


def test_without_a_client_there_is_nothing_to_look_at() -> None:
    page = Page()
    nobody = Look(
        clients=MemoryClientStore(None), store=page.store, clock=page.clock, readiness=lambda: Readiness(library=None)
    )
    assert nobody.run() is None
    assert nobody.last() is None


def test_each_check_of_a_look_can_be_asked_for() -> None:
    page = Page()
    report = page.look.run()
    assert report is not None
    assert {one.check for one in report.unseen} >= {Check.PLAYBOOKS, Check.PEOPLE, Check.BUDGETS}
    assert not report.ready
    assert report.of_check(Check.SOURCES)
    assert report.at - timedelta(minutes=1) < NOON + timedelta(days=1)
