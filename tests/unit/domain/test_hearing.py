"""Protects: a source that was not heard while a case burned stands in its review, though it is heard again by then."""

from tests.support.samples import NOON
from tests.unit.domain.test_review import MINUTE, Storm, seen
from tocsin.domain.case import hearing
from tocsin.domain.case.figures import Missed
from tocsin.domain.case.file import CaseFile


def test_what_falls_silent_while_it_burns_is_kept_once_and_stands_in_the_review() -> None:
    # GIVEN a case that burns, and each half hour another source that is not heard
    storm = Storm()
    storm.do(hearing.due(storm.work(None, minutes=1), seen(storm)))
    assert hearing.next_at(storm.file, storm.incident) == NOON + 31 * MINUTE
    storm.do(hearing.due(storm.work(None, minutes=31), seen(storm, silent=("News",))))
    storm.do(hearing.due(storm.work(None, minutes=61), seen(storm, silent=("News", "Forum"))))

    # WHEN all are heard again before its end
    storm.do(hearing.due(storm.work(None, minutes=91), seen(storm)))

    # THEN the review still tells of each, once
    silent = [one for one in storm.over().told().missed if one.name == "source_silent"]
    assert silent == [Missed(name="source_silent", of="News"), Missed(name="source_silent", of="Forum")]


def test_between_two_looks_nothing_is_read_or_written() -> None:
    storm = Storm()
    storm.do(hearing.due(storm.work(None, minutes=1), seen(storm)))

    assert hearing.due(storm.work(None, minutes=30), object()).file is storm.file  # type: ignore[arg-type]


def test_after_the_storm_and_in_a_drill_nobody_listens() -> None:
    over = Storm().over()
    drilled = Storm()
    drilled.file = drilled.file.with_(drill="one")

    for storm in (over, drilled):
        done = hearing.due(storm.work(None), seen(storm, silent=("News",)))
        assert done.file is storm.file
        assert hearing.next_at(storm.file, storm.incident) is None


def test_names_are_cut_and_are_not_without_end() -> None:
    storm = Storm()
    many = tuple(f"{number} " + "x" * 300 for number in range(60))

    storm.do(hearing.due(storm.work(None, minutes=1), seen(storm, silent=many)))

    assert CaseFile.model_validate_json(storm.file.model_dump_json()) == storm.file
    assert storm.file.hearing is not None
    assert len(storm.file.hearing.silent) == hearing.MOST
