"""Protects: of two that fold stories at once one is told to read again, and brands have books of their own."""

from datetime import timedelta

import pytest

from tests.contract.conftest import Stores
from tests.support.samples import NOON
from tocsin.domain.errors import ConflictError

UNTIL = NOON + timedelta(days=30)


def test_a_book_comes_back_as_it_was_packed(stores: Stores) -> None:
    assert stores.stories.load("Аврора") == (0, b"")

    stores.stories.save("Аврора", b"one", version=1, until=UNTIL)
    stores.stories.save("Аврора", bytes(range(256)), version=2, until=UNTIL)

    assert stores.stories.load("Аврора") == (2, bytes(range(256)))
    assert stores.stories.load("Other") == (0, b"")


@pytest.mark.parametrize("version", [1, 2, 4])
def test_who_read_an_older_version_is_refused(stores: Stores, version: int) -> None:
    for number in (1, 2):
        stores.stories.save("Аврора", b"kept", version=number, until=UNTIL)

    with pytest.raises(ConflictError):
        stores.stories.save("Аврора", b"lost", version=version, until=UNTIL)

    assert stores.stories.load("Аврора") == (2, b"kept")
