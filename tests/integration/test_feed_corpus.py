"""Protects: feeds as strangers' servers really send them, and feeds made to break readers.

Reads ../shared beside the repository and skips where that is absent; nothing of it is copied here.
"""

import csv
import html
import re
import time
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tocsin.adapters.sources.feeds import parse_feed
from tocsin.domain.errors import ParseError
from tocsin.domain.mention import Post

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
INDEX = CORPUS / "feeds" / "INDEX.tsv"
_HEADER = re.compile(rb"Header:\s*Content-[Tt]ype:\s*([^\r\n]+)")
_MARKUP = re.compile(r"</?(?:p|div|span|a|br|img|script|style|strong|em|li|table)\b[^<>]*>", re.IGNORECASE)
_MOJIBAKE = re.compile("Ã[\u0080-\u00bf©¨¤¶¼]|â€[™œ“”]|Ð[\u0080-\u00bf°µ¾]")


def rows() -> list[dict[str, str]]:
    if not INDEX.exists():
        return []
    with INDEX.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


ROWS = rows()
needs_corpus = pytest.mark.skipif(not ROWS, reason="../shared/corpus/feeds is not beside this repository")
NOT_FEEDS = {"rss-parser__unrecognized.rss"}
"""Among the feeds found in the wild: a page that says where the feed has gone."""


def read(row: dict[str, str]) -> tuple[tuple[Post, ...], tuple[str, ...]]:
    body = (CORPUS / row["file"]).read_bytes()
    header = _HEADER.search(body[:1_000])  # feedparser's tests carry the response header in a comment
    content_type = header[1].decode().strip() if header else None
    return parse_feed(
        body, url="https://feed.example/feed.xml", content_type=content_type, medium="news", fetched_at=NOW
    )


def of(folder: str) -> list:
    chosen = [row for row in ROWS if row["file"].startswith(f"feeds/{folder}/")]
    return [pytest.param(row, id=Path(row["file"]).name) for row in chosen]


@needs_corpus
@pytest.mark.parametrize("row", of("wild"))
def test_every_item_in_the_wild_is_a_post_or_a_warning(row: dict[str, str]) -> None:
    if Path(row["file"]).name in NOT_FEEDS:
        with pytest.raises(ParseError, match="web page"):
            read(row)
        return
    found, warnings = read(row)
    assert len(found) + len([warning for warning in warnings if warning.startswith("item ")]) >= int(row["items"] or 0)
    assert [post.id for post in found] == [post.id for post in read(row)[0]]
    assert len({post.id for post in found}) == len(found)


@needs_corpus
@pytest.mark.parametrize("row", of("wild"))
def test_what_a_person_reads_is_clean(row: dict[str, str]) -> None:
    if Path(row["file"]).name in NOT_FEEDS:
        pytest.skip("not a feed")
    # Two of the sites garble their own words before they send them.
    own_words = html.unescape(html.unescape((CORPUS / row["file"]).read_bytes().decode("utf-8", "replace")))
    for post in read(row)[0]:
        assert not _MARKUP.search(post.title or ""), post.title
        garbled = _MOJIBAKE.search(post.words)
        assert not garbled or garbled[0] in own_words, post.words[:200]
        assert not re.search(r"&(?:amp|lt|gt|nbsp|#\d+);", post.title or ""), post.title
        assert post.url is None or post.url.startswith(("http://", "https://"))


@needs_corpus
@pytest.mark.parametrize("row", of("broken") + of("spec"))
def test_torture_is_survived_quickly_and_in_little_memory(row: dict[str, str]) -> None:
    parse_feed(b"<rss version='2.0'/>", url="", content_type=None, medium=None, fetched_at=NOW)  # libraries are loaded
    tracemalloc.start()
    started = time.process_time()
    try:
        found, warnings = read(row)
    except ParseError:
        found, warnings = (), ()
    finally:
        seconds, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert len(found) + len(warnings) >= int(row["items"] or 0)
    assert seconds < 2
    assert peak < 50_000_000
