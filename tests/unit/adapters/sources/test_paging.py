"""Protects: nothing new in a list is missed, whatever its length, its edits, and wherever a look was cut short."""

from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.web import reply
from tocsin.adapters.sources.paging import Page, Place, Stamp, read_down
from tocsin.adapters.sources.values import Parsed
from tocsin.domain.errors import FetchError, Trouble
from tocsin.domain.mention import Post

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
BUDGET = timedelta(seconds=20)
OVERLAP = timedelta(hours=1)


class Source:
    """A list, newest change first, in pages of five; ``dated``: whether it says when an item changed."""

    def __init__(self, *, dated: bool) -> None:
        self.items: list[tuple[int, datetime]] = []
        self.dated = dated
        self.asked = 0
        self.fails_at: int | None = None

    def add(self, native: int, changed: datetime) -> None:
        self.items = [item for item in self.items if item[0] != native]
        self.items.insert(0, (native, changed))

    def page(self, token: str | None, left: timedelta) -> Page:
        self.asked += 1
        if self.asked == self.fails_at:
            raise FetchError("down", trouble=Trouble.DOWN)
        start = int(token or 0)
        shown = self.items[start : start + 5]
        posts = [Post(id=f"x:{native}", source="x", published_at=changed, fetched_at=NOW) for native, changed in shown]
        stamps = [Stamp(str(native), changed if self.dated else None) for native, changed in shown]
        more = str(start + 5) if start + 5 < len(self.items) else None
        return Page(Parsed(posts=tuple(posts)), stamps, more, reply({}))

    def look(self, cursor: str | None, most: int = 4) -> tuple[set[str], str | None, bool]:
        pull = read_down(self.page, cursor, budget=BUDGET, now=NOW, overlap=OVERLAP, most=most)
        return {post.id for post in pull.posts}, pull.cursor, pull.again


@given(
    batches=st.lists(st.integers(0, 60), min_size=1, max_size=6),
    dated=st.booleans(),
    deleted=st.sets(st.integers(0, 200), max_size=20),
)
@settings(max_examples=150, deadline=None)
def test_every_item_is_found_after_the_first_look(batches: list[int], dated: bool, deleted: set[int]) -> None:
    source, numbers = Source(dated=dated), count()
    source.add(next(numbers), NOW - timedelta(days=30))
    _, cursor, _ = source.look(None)
    wanted: set[str] = set()
    found: set[str] = set()
    for batch in batches:
        for _ in range(batch):
            native = next(numbers)
            source.add(native, NOW - timedelta(days=29) + timedelta(minutes=native))
            wanted.add(f"x:{native}")
        for _ in range(60):
            seen, cursor, again = source.look(cursor)
            found |= seen
            assert len(cursor or "") < 4_000
            if not again:
                break
        assert wanted <= found
        source.items = [item for item in source.items if item[0] not in deleted]


def test_a_look_that_knows_the_first_page_asks_once() -> None:
    source = Source(dated=True)
    for native in range(100):
        source.add(native, NOW - timedelta(days=100 - native))
    _, cursor, _ = source.look(None)
    source.asked = 0
    source.look(cursor)
    assert source.asked == 1


def test_an_edited_item_comes_back_and_does_not_hide_what_is_new_below_it() -> None:
    source = Source(dated=True)
    for native in range(10):
        source.add(native, NOW - timedelta(days=10))
    _, cursor, _ = source.look(None)
    for native in (*range(100, 120), 3, 4, 5, 6, 7):
        source.add(native, NOW - timedelta(hours=1))
    found, _, _ = source.look(cursor, most=10)
    assert {f"x:{native}" for native in (*range(100, 120), 3, 7)} <= found


def test_a_page_that_fails_keeps_what_was_read_and_loses_nothing() -> None:
    source = Source(dated=True)
    source.add(0, NOW - timedelta(days=30))
    _, cursor, _ = source.look(None)
    for native in range(1, 40):
        source.add(native, NOW - timedelta(days=20))
    source.asked, source.fails_at = 0, 3
    pull = read_down(source.page, cursor, budget=BUDGET, now=NOW, overlap=OVERLAP)
    assert (len(pull.posts), pull.again) == (10, False)
    assert "stopped after 2 pages: down" in pull.warnings[0]
    rest, _, _ = source.look(pull.cursor, most=20)
    assert {post.id for post in pull.posts} | rest == {f"x:{native}" for native in range(40)}


def test_a_place_that_is_gone_is_left_for_the_top() -> None:
    def page(token: str | None, left: timedelta) -> Page:
        if token:
            raise FetchError("invalid page token", trouble=Trouble.FORMAT)
        return Page(Parsed(), (), None, reply({}))

    place = Place(looked=True, newest=NOW, next="stale", top=NOW).text
    pull = read_down(page, place, budget=BUDGET, now=NOW, overlap=OVERLAP)
    assert Place.of(pull.cursor).next is None


@given(cursor=st.text(max_size=200) | st.just('{"newest": 1e400}') | st.just('{"marks": [1]}') | st.just("[" * 9_999))
def test_a_cursor_that_cannot_be_read_is_none(cursor: str) -> None:
    assert Place.of(cursor).next is None
    source = Source(dated=True)
    source.add(1, NOW)
    assert source.look(cursor)[0] == {"x:1"}


def test_a_list_that_leads_back_to_itself_ends() -> None:
    def page(token: str | None, left: timedelta) -> Page:
        return Page(Parsed(), (Stamp("a", NOW),), "same", reply({}))

    pull = read_down(
        page, Place(looked=True, newest=NOW - timedelta(days=3)).text, budget=BUDGET, now=NOW, overlap=OVERLAP
    )
    assert pull.calls == 2


def test_future_changes_do_not_move_the_place() -> None:
    source = Source(dated=True)
    source.add(1, NOW - timedelta(days=1))
    source.add(2, NOW + timedelta(days=900))
    _, cursor, _ = source.look(None)
    assert Place.of(cursor).newest == NOW - timedelta(days=1)


def test_a_flood_after_a_first_look_that_found_nothing_is_read_to_its_end() -> None:
    source = Source(dated=True)
    _, cursor, _ = source.look(None)
    for native in range(60):
        source.add(native, NOW - timedelta(days=1))
    found, again = set[str](), True
    while again:
        seen, cursor, again = source.look(cursor)
        found |= seen
    assert len(found) == 60


def test_a_list_that_ends_before_what_is_known_has_lost_what_lies_between() -> None:
    # GIVEN a source that shows ten items and no more, and one of them is known
    source = Source(dated=True)
    source.add(0, NOW - timedelta(days=2))
    _, cursor, _ = source.look(None)

    def shown(token: str | None, left: timedelta) -> Page:
        page = source.page(token, left)
        return page._replace(next=None, deepest=True) if token == "5" else page

    def look() -> bool:
        return read_down(shown, cursor, budget=BUDGET, now=NOW, overlap=OVERLAP).lost

    # WHEN eight come THEN all are there; when thirty come, what is not shown is lost
    for native in range(1, 9):
        source.add(native, NOW - timedelta(hours=2) + timedelta(minutes=native))
    assert not look()
    for native in range(9, 40):
        source.add(native, NOW - timedelta(hours=2) + timedelta(minutes=native))
    assert look()
    # AND at first contact that is history
    assert not read_down(shown, None, budget=BUDGET, now=NOW, overlap=OVERLAP).lost
