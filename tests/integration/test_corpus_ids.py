"""Protects: a recording read again, on another day, gives the same posts under the same ids, whatever its source."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.corpus import NOW, files
from tocsin.adapters.sources.registry import parser
from tocsin.domain.errors import ParseError

FOLDERS = {
    "appstore": "appstore",
    "bluesky": "bluesky",
    "feeds/broken": "rss",
    "feeds/spec": "rss",
    "feeds/wild": "rss",
    "github": "github",
    "google_business": "googlebusiness",
    "googleplay": "googleplay",
    "mastodon": "mastodon",
    "meta_graph": "facebook",
    "reddit": "reddit",
    "x_twitter": "x",
    "youtube": "youtube",
}
RECORDINGS = [
    pytest.param(kind, *case.values, id=f"{folder}-{case.id}", marks=case.marks)
    for folder, kind in FOLDERS.items()
    for case in files(folder)
    if not isinstance(case.values[0], Path) or case.values[0].is_file()
]


@pytest.mark.parametrize(("kind", "path"), RECORDINGS)
def test_a_second_reading_gives_the_same_ids(kind: str, path: Path) -> None:
    read = parser(kind)
    try:
        first = read(path.read_bytes(), fetched_at=NOW, url="https://source.example/feed")
    except ParseError:
        with pytest.raises(ParseError):
            read(path.read_bytes(), fetched_at=NOW + timedelta(days=3), url="https://source.example/feed")
        return
    again = read(path.read_bytes(), fetched_at=NOW + timedelta(days=3), url="https://source.example/feed")
    ids = [post.id for post in first.posts]
    assert ids == [post.id for post in again.posts]
    assert not [one for one, times in Counter(ids).items() if times > 1]
