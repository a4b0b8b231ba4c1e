"""Protects: what hides who somebody is is told with its weight; what a source does not tell is no sign of anything."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.story_mentions import NOW, said
from tocsin.domain.author_record import AuthorRecord
from tocsin.domain.case.anonymity import Sign, signs_of, together
from tocsin.domain.clues import ClueKind, clue
from tocsin.domain.mention import Author
from tocsin.domain.reading import ScoredMention

OLD = NOW - timedelta(days=2_000)


def kinds(*heard: ScoredMention, record: AuthorRecord | None = None) -> set[ClueKind]:
    return {sign.clue.kind for sign in signs_of(heard, record)}


def by(author: Author, number: int = 1, **more: object) -> ScoredMention:
    return said("Lumea is bad", number, author=author, **more)


@pytest.mark.parametrize(
    ("author", "kind"),
    [
        (Author(handle="ivan84736251"), ClueKind.DIGITS),
        (Author(handle="Ordinary-Cabbage-4821"), ClueKind.DEFAULT_NAME),
        (Author(handle="user_8f3a21"), ClueKind.DEFAULT_NAME),
        (Author(handle="x1", name="Користувач Google"), ClueKind.DEFAULT_NAME),
        (Author(handle="x1", name="Usuario de Google"), ClueKind.DEFAULT_NAME),
        (Author(id="7", name="Аноним"), ClueKind.DEFAULT_NAME),
        (Author(handle="throwaway_lumea"), ClueKind.THROWAWAY),
        (Author(handle="olya", name="О."), ClueKind.NAME_HIDDEN),
        (Author(handle="olya", name="⭐️⭐️"), ClueKind.NAME_HIDDEN),
        (Author(handle="olya", name="Olya Koval", followers=0), ClueKind.UNFOLLOWED),
        (Author(handle="olya", name="Olya Koval", created_at=NOW - timedelta(days=5)), ClueKind.YOUNG),
        (Author(handle="olya", name="Olya Koval", bare=True), ClueKind.BARE),
    ],
)
def test_each_sign_of_an_account_is_told(author: Author, kind: ClueKind) -> None:
    assert kinds(by(author)) == {kind}


@pytest.mark.parametrize(
    "author",
    [
        Author(handle="olya.koval", name="Olya Koval", followers=310, created_at=OLD, bare=False),
        Author(handle="kavalerka1987"),
        Author(handle="guesthouse_lviv", name="Guest House Lviv"),
        Author(handle="ana", name="Idade"),
        Author(handle="useful.idioms", name="Useful Idioms"),
        Author(name="Юрій"),
        Author(handle="anonymous_pizza", name="Anonymous Pizza Lovers"),
        Author(handle="ana", name="Ана Кузьменко", followers=None, created_at=None, bare=None),
    ],
)
def test_who_only_has_an_account_as_others_do_bears_no_sign(author: Author) -> None:
    assert kinds(by(author)) == set()


def test_places_without_names_and_channels_without_an_author_are_signs() -> None:
    pasted = by(Author(name="Somebody Known"), url="https://pastebin.com/x1y2")
    alike = by(Author(name="Somebody Known"), url="https://notpastebin.com/x1y2")
    channel = Author(handle="kyiv_rumours", name="Kyiv rumours", url="https://t.me/kyiv_rumours")
    posted = by(channel, source="telegram", url="https://t.me/kyiv_rumours/77")
    commented = by(channel, source="telegram", url="https://t.me/other/78")

    assert kinds(pasted) == {ClueKind.NAMELESS_PLACE}
    assert kinds(alike) == set()
    assert kinds(posted) == {ClueKind.CHANNEL}
    assert kinds(commented) == set()


def test_no_history_is_a_sign_only_of_whom_something_is_remembered() -> None:
    author = Author(handle="olya", name="Olya Koval")
    heard = [by(author, 1), by(author, 2)]
    new = AuthorRecord(first_seen=NOW, last_seen=NOW, mentions=2)
    known = AuthorRecord(first_seen=NOW - timedelta(days=60), last_seen=NOW, mentions=9)

    assert kinds(*heard) == set()
    assert kinds(*heard, record=new) == {ClueKind.NO_HISTORY}
    assert kinds(*heard, record=known) == set()


def test_the_heaviest_comes_first_and_all_of_them_come_to_more_than_one() -> None:
    signs = signs_of([by(Author(handle="throwaway84736251", followers=0, created_at=NOW - timedelta(days=1)))], None)

    assert signs[0].clue.kind is ClueKind.THROWAWAY
    assert len(signs) == 4
    assert max(one.confidence for one in signs) < together(signs) < 1


@given(st.lists(st.floats(0.05, 0.9), max_size=8), st.floats(0.05, 0.9))
def test_one_more_sign_never_tells_less_and_never_everything(weights: list[float], more: float) -> None:
    signs = [Sign(clue(ClueKind.DIGITS), one) for one in weights]

    before, after = together(signs), together([*signs, Sign(clue(ClueKind.BARE), more)])

    assert 0 <= before <= after <= 1
    assert not signs_of([], None)
