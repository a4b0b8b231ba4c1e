"""Rows of an export to mentions of a client's brands. What cannot be one is told with its row and kept apart."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from tocsin.adapters.sources import values
from tocsin.domain.client import Client
from tocsin.domain.matching import TermMatcher
from tocsin.domain.mention import Author, Engagement, Medium, Mention, Post, stable_id
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import first_problem
from tocsin_cli.import_columns import Columns, offset_minutes
from tocsin_cli.import_readers import Cell, Row, Table
from tocsin_cli.import_values import Dates, count_of, like_a_formula, order_of, stars_of

SOURCE = "import"
_MEDIA = {
    Medium.NEWS: "news newspaper magazine press новини новости сми змі преса noticias prensa nachrichten zeitung",
    Medium.BLOG: "blog blogs блог блоги weblog",
    Medium.FORUM: "forum forums форум форуми форумы foro foros reddit discussion board q&a",
    Medium.VIDEO: "video videos відео видео vídeo youtube",
    Medium.REVIEW: "review reviews відгук відгуки отзыв отзывы reseña reseñas bewertung bewertungen",
    Medium.CHAT: "chat telegram messenger viber whatsapp",
    Medium.SOCIAL: "social twitter x facebook instagram tiktok threads linkedin vk bluesky mastodon соцмережі соцсети"
    " social media redes sociales soziale medien",
}  # fmt: skip
_BY_NAME = {name: medium for medium, names in _MEDIA.items() for name in names.split()}


@dataclass
class Intake:
    """``rejected``: row and why. ``repeated``: rows that say what an earlier one said."""

    mentions: list[Mention] = field(default_factory=list)
    rejected: list[tuple[Row, str]] = field(default_factory=list)
    repeated: int = 0
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Options:
    """``zone``: of dates that name none. ``brand``: everything concerns it, named or not."""

    zone: str
    now: datetime
    date_format: str | None = None
    brand: str | None = None


def take(table: Table, columns: Columns, client: Client, options: Options) -> Intake:
    """Raise BadInputError when the dates of the whole column can be read in two ways."""
    intake = Intake()
    reader = _Reader(table, columns, options)
    intake.rejected += [(Row(number, ()), why) for number, why in table.broken]
    posts: list[tuple[Row, Post]] = []
    for row in table.rows:
        try:
            posts.append((row, reader.post(row)))
        except ValueError as error:
            intake.rejected.append((row, str(error)))
    matchers = {brand.name: TermMatcher(brand) for brand in client.brands}
    known: set[str] = set()
    for row, post in _told_apart(posts):
        if post.id in known:
            intake.repeated += 1
            continue
        known.add(post.id)
        brands = _brands(post, reader.said_brand(row), matchers, options.brand)
        intake.mentions += [Mention.of(post, brand) for brand in brands]
        if not brands:
            intake.rejected.append((row, "it names no brand of the client"))
    intake.rejected.sort(key=lambda pair: pair[0].number)
    intake.warnings += reader.warnings()
    return intake


def _brands(post: Post, said: str | None, matchers: dict[str, TermMatcher], everything: str | None) -> list[str]:
    if everything:
        return [everything]
    named = [name for name, matcher in matchers.items() if matcher.matches(post.words)]
    column = [name for name in matchers if said and name.casefold() == said.casefold()]
    return list(dict.fromkeys([*column, *named]))


def _told_apart(posts: Sequence[tuple[Row, Post]]) -> Iterator[tuple[Row, Post]]:
    """Comments often share the address of what they stand under: then the words tell them apart, in any order."""
    said: dict[str, set[str]] = {}
    for _, post in posts:
        said.setdefault(post.id, set()).add(_print(post))
    for row, post in posts:
        if len(said[post.id]) > 1:
            yield row, post.model_copy(update={"id": stable_id(SOURCE, f"{post.id}\0{_print(post)}")})
        else:
            yield row, post


def _print(post: Post) -> str:
    words = " ".join(post.words.split()).casefold()
    return hashlib.sha256(f"{post.author.name}\0{words}".encode("utf-8", "surrogatepass")).hexdigest()


class _Reader:
    """One row after the other; counts what was there and could not be read."""

    def __init__(self, table: Table, columns: Columns, options: Options) -> None:
        self._columns = columns
        self._now = options.now
        self._unread: Counter[str] = Counter()
        heading = columns.heading("published")
        cells = [self._cell(row, "published") for row in table.rows]
        said = options.date_format
        self._dates = Dates(
            order=order_of(cells, said, options.now, heading),
            zone=_zone(heading, options.zone),
            now=options.now,
            from_1904=table.from_1904,
            pattern=said if said and "%" in said else None,
        )

    def post(self, row: Row) -> Post:
        """Raise ValueError with the reason why it is none."""
        if any(cell not in {None, ""} for cell in row.cells[len(self._columns.headers) :]):
            raise ValueError("it has more cells than there are headings: is a quote missing?")
        title = values.title(self._said(row, "title"))
        text = values.text(self._said(row, "text")) or title
        if not text:
            raise ValueError("it has no words")
        published = self._dates.moment(self._cell(row, "published"), self._cell(row, "time"))
        url = values.address(self._said(row, "url"))
        author = Author(
            name=values.name(self._said(row, "author")),
            handle=values.short(self._said(row, "handle")),
            url=values.address(self._said(row, "author_url")),
            followers=self._count(row, "followers"),
        )
        native = self._said(row, "id") or url or f"{author.name}\0{published.isoformat()}\0{title}\0{text}"
        try:
            return Post(
                id=stable_id(SOURCE, native),
                source=SOURCE,
                url=url,
                title=title if title != text else None,
                text=text,
                language=values.tag(self._said(row, "language")),
                published_at=min(published, self._now),
                fetched_at=self._now,
                author=author,
                engagement=Engagement(
                    **{name: self._count(row, name) for name in ("likes", "replies", "shares", "views")}
                ),
                rating=self._rating(row),
                medium=_medium(self._said(row, "medium")),
            )
        except ValidationError as error:
            raise ValueError(first_problem(error)) from None

    def said_brand(self, row: Row) -> str | None:
        return self._said(row, "brand") or None

    def warnings(self) -> Iterator[str]:
        for name, count in self._unread.items():
            yield f"column {self._columns.heading(name)!r}: {count} cells could not be read as {name}, left unknown"

    def _cell(self, row: Row, name: str) -> Cell:
        at = self._columns.at.get(name)
        return row.cells[at] if at is not None and at < len(row.cells) else None

    def _said(self, row: Row, name: str) -> str:
        """Without the apostrophe that tools put before =, +, - and @ so that a spreadsheet does not obey them."""
        cell = self._cell(row, name)
        said = "" if cell is None or isinstance(cell, bool) else str(cell).strip()
        return said[1:] if said[:1] == "'" and like_a_formula(said[1:]) else said

    def _count(self, row: Row, name: str) -> int | None:
        return self._read(row, name, count_of(self._cell(row, name)))

    def _rating(self, row: Row) -> int | None:
        return self._read(row, "rating", stars_of(self._cell(row, "rating")))

    def _read(self, row: Row, name: str, found: int | None) -> int | None:
        if found is None and self._said(row, name) not in {"", "-", "—", "N/A", "n/a", "null"}:
            self._unread[name] += 1
        return found


def _zone(heading: str, name: str) -> tzinfo:
    offset = offset_minutes(heading)
    if offset == 0:
        return UTC
    if offset is not None and abs(offset) < 24 * 60:
        return timezone(timedelta(minutes=offset))
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise BadInputError(f"--timezone {name!r} is none; write one like Europe/Kyiv") from None


def _medium(said: str) -> Medium | None:
    words = said.casefold().replace("/", " ").replace("_", " ").split()
    return next((_BY_NAME[word] for word in words if word in _BY_NAME), None)


def facts(intake: Intake, now: datetime, horizon: timedelta) -> dict[str, Any]:
    """What came of it, in numbers. ``history``: mentions too old to ring for."""
    return {
        "mentions": len(intake.mentions),
        "history": sum(mention.published_at < now - horizon for mention in intake.mentions),
        "rejected": len(intake.rejected),
        "repeated": intake.repeated,
    }
