"""Protects: real answers of real servers, given to whoever asks whether their posts are still there, erase none."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.corpus import NOW, files, pick, raw
from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.registry import Connectors
from tocsin.domain.sources import SourceUnit

SECRETS = {"youtube": {"api_key": "invented"}, "reddit": {"client_id": "app", "client_secret": "an invented one"}}


def gone_of(kind: str, ids: list[str], answer: Any) -> frozenset[str]:
    def said(asked: Asked) -> HttpReply:
        login = asked.path.endswith("access_token")
        return reply({"access_token": "a-token", "expires_in": 3600} if login else answer(asked))

    connector: Any = Connectors(ScriptedWeb(said), MemorySecrets(**SECRETS))[kind]  # type: ignore[arg-type]
    unit = SourceUnit(id="r", kind=kind, url="", every=timedelta(minutes=5), medium="", keyed=kind in SECRETS)
    found: frozenset[str] = connector.gone(unit, ids, NOW, timedelta(seconds=15)).gone
    return found


def skip_unless(found: list[str]) -> None:
    if not found:
        pytest.skip("it holds no such posts")


@pytest.mark.parametrize("path", files("youtube"))
def test_a_list_of_youtube_shows_what_is_there(path: Path) -> None:
    value = raw(path)
    wanted = lambda one: one.get("kind") in {"youtube#commentListResponse", "youtube#videoListResponse"}  # noqa: E731
    lists = list(pick(value, wanted))
    for listed in lists:
        ids = [f"youtube:{item['id']}" for item in listed["items"]]
        assert gone_of("youtube", ids, lambda _, listed=listed: listed) == frozenset()
        # AND one of them that the list does not hold, asked for by itself, is gone
        shorter = listed | {"items": listed["items"][1:]}
        alone = listed | {"items": []}
        answer = lambda asked, ids=ids, some=shorter, none=alone: none if "," not in asked.query["id"] else some  # noqa: E731
        if len(ids) > 1:
            assert gone_of("youtube", ids, answer) == {ids[0]}
    skip_unless([str(one) for one in lists])


@pytest.mark.parametrize("path", files("reddit"))
def test_of_reddits_things_those_without_author_or_words_are_gone(path: Path) -> None:
    things = {
        one["data"]["name"]: one
        for one in pick(raw(path), lambda one: one.get("kind") in {"t1", "t3"} and isinstance(one.get("data"), dict))
        if "name" in one["data"] and ("body" in one["data"] or "title" in one["data"])
    }
    skip_unless(list(things))
    listing = {"kind": "Listing", "data": {"children": list(things.values())}}
    empty = {
        f"reddit:{name}"
        for name, one in things.items()
        if one["data"].get("author") == "[deleted]"
        or (one["data"].get("body") or one["data"].get("selftext")) in {"[deleted]", "[removed]"}
        or one["data"].get("removed_by_category")
    }
    assert gone_of("reddit", [f"reddit:{name}" for name in things], lambda _: listing) == empty


@pytest.mark.parametrize("path", files("mastodon"))
def test_a_status_that_a_server_gives_is_there(path: Path) -> None:
    statuses = {
        one["uri"]: one
        for one in pick(raw(path), lambda one: "content" in one and isinstance(one.get("uri"), str) and "id" in one)
    }
    skip_unless(list(statuses))
    found = gone_of("mastodon", [f"mastodon:{uri}" for uri in statuses], lambda _: next(iter(statuses.values())))
    assert found == frozenset()
