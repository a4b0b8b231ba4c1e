"""Protects: a command that is refused beside another drill names the moment from which it may begin."""

from datetime import timedelta

import pytest

from tests.support.samples import NOON
from tocsin.domain.drill_run import LEFT_AFTER, DrillBook, DrillRun
from tocsin_cli.drill import _begun
from tocsin_cli.errors import FoundWantingError


def test_a_command_beside_another_drill_hears_when_that_is_left_at_the_latest() -> None:
    # GIVEN one that nobody may be going on with any more
    run = DrillRun(
        name="a", brand="Aurora", scenario="rumour", texts=("?",), by=None, began_at=NOON,
        until=NOON + timedelta(minutes=30),
    )  # fmt: skip
    book, left = DrillBook().begun(run, "code"), run.until + LEFT_AFTER
    # WHEN it is refused THEN the moment is the one from which it is not
    for at in (run.until, left - timedelta(seconds=1)):
        with pytest.raises(FoundWantingError, match=f"at the latest {left:%H:%M} UTC"):
            _begun(book, run.with_(name="b", began_at=at))
    assert _begun(book, run.with_(name="b", began_at=left)).going is not None
