"""Protects: a verdict that was noted under a link is found until it counts, by both stores alike."""

from datetime import timedelta

from tests.contract.conftest import Stores
from tests.support.samples import NOON
from tocsin.domain.links import Purpose, link_to
from tocsin.domain.verdicts import CaseVerdict

KEY = "l" * 40


def test_links_with_a_verdict_are_due_until_it_counts(stores: Stores) -> None:
    cases = stores.cases
    # GIVEN three links, of which two were used
    plain, first, second = (
        link_to(Purpose.VERDICT, "aurora-1", f"{name}@agency.example", client="aurora", key=KEY, now=NOON)
        for name in ("a", "b", "c")
    )
    cases.save_link(plain)
    for minutes, link in ((2, second), (1, first)):
        said = {"said": CaseVerdict.NOT_A_CRISIS, "said_at": NOON + timedelta(minutes=minutes)}
        cases.save_link(link.model_copy(update=said))
    # THEN those are due, the oldest first, as many as are asked for, when their time has come
    late = NOON + timedelta(hours=1)
    assert cases.due_links(late, 9) == (first.code, second.code)
    assert cases.due_links(late, 1) == (first.code,)
    assert cases.due_links(NOON + timedelta(seconds=90), 9) == (first.code,)
    # AND no more once they count, or were taken back
    kept = cases.link(first.code)
    assert kept is not None
    assert kept.said is CaseVerdict.NOT_A_CRISIS
    cases.save_link(kept.model_copy(update={"applied_at": late}))
    assert cases.due_links(late, 9) == (second.code,)


def test_due_links_are_neither_alerts_nor_incidents(stores: Stores) -> None:
    cases = stores.cases
    link = link_to(Purpose.VERDICT, "aurora-1", "a@agency.example", client="aurora", key=KEY, now=NOON)
    cases.save_link(link.model_copy(update={"said": CaseVerdict.WAS_A_CRISIS, "said_at": NOON}))
    late = NOON + timedelta(hours=1)
    assert cases.pending(late, 9) == cases.due_incidents(late, 9) == cases.failed(NOON, 9) == ()
