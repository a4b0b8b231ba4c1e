"""Protects: what is said on GitHub in issues, pull requests, discussions and their comments, in each of its shapes.

Answers are written by us from the documented shape (docs.github.com/rest, /graphql, /webhooks).
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.github import Connector, parse
from tocsin.domain.brand import Brand
from tocsin.domain.errors import FetchError, Trouble
from tocsin.domain.mention import Medium, Post
from tocsin.domain.source_kinds.forums import GithubSource
from tocsin.domain.source_state import Pull, SourceState

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
BRAND = Brand(name="Acme", terms=("acme", "acme foods"))
SEARCH = next(iter(GithubSource(kind="github").units((BRAND,))))
REPO = next(iter(GithubSource(kind="github", repos=("Acme/App",), token=True).units((BRAND,))))


def iso(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def issue(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": 9_000 + number,
        "number": number,
        "html_url": f"https://github.com/Acme/App/issues/{number}",
        "url": f"https://api.github.com/repos/Acme/App/issues/{number}",
        "title": f"Bug {number}",
        "body": "It **burns** &amp; smokes",
        "user": {"login": "ann", "id": 7, "html_url": "https://github.com/ann"},
        "comments": 2,
        "reactions": {"total_count": 5, "+1": 3, "-1": 1, "confused": 1, "heart": 0},
        "created_at": iso(NOW - timedelta(minutes=number)),
        "updated_at": iso(NOW - timedelta(minutes=number)),
    } | more


def comment(native: int, number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": native,
        "html_url": f"https://github.com/Acme/App/issues/{number}#issuecomment-{native}",
        "body": f"me too {native}",
        "user": None,
        "created_at": iso(NOW - timedelta(minutes=3)),
        "updated_at": iso(NOW - timedelta(minutes=3)),
    } | more


def read(value: Any) -> tuple[tuple[Post, ...], tuple[str, ...]]:
    parsed = parse(json.dumps(value).encode(), fetched_at=NOW)
    return parsed.posts, parsed.warnings


def found(*rows: Any, **more: Any) -> dict[str, Any]:
    return {"total_count": len(rows), "incomplete_results": False, "items": list(rows)} | more


def test_an_issue_says_all_it_has() -> None:
    (post,), warnings = read(found(issue(1)))
    assert warnings == ()
    assert (post.id, post.url) == ("github:acme/app#1", "https://github.com/Acme/App/issues/1")
    assert (post.title, post.text) == ("Bug 1", "It **burns** & smokes")
    assert post.published_at == NOW - timedelta(minutes=1)
    assert (post.author.id, post.author.handle, post.author.url) == ("7", "ann", "https://github.com/ann")
    assert (post.engagement.likes, post.engagement.replies, post.engagement.views) == (3, 2, None)
    assert (post.in_reply_to, post.thread, post.medium) == (None, "github:acme/app#1", Medium.FORUM)


def test_a_body_that_is_null_and_an_account_that_is_gone_are_unknown() -> None:
    (post,), warnings = read([issue(1, body=None, user=None, reactions=None, comments=None)])
    assert (post.text, post.author.handle, post.engagement.likes, post.engagement.replies) == ("", None, None, None)
    assert warnings == ()


def test_comments_and_reviews_join_what_they_answer() -> None:
    url = "https://github.com/Acme/App/pull/5"
    posts, warnings = read(
        [
            comment(11),
            {"id": 12, "html_url": f"{url}#discussion_r12", "body": "a", "in_reply_to_id": 10, "created_at": iso(NOW)},
            {"id": 13, "html_url": f"{url}#pullrequestreview-13", "body": "", "submitted_at": iso(NOW)},
        ]
    )
    assert [post.id for post in posts] == ["github:acme/app#1/issuecomment-11", "github:acme/app#5/discussion_r12"]
    assert posts[0].url == "https://github.com/Acme/App/issues/1#issuecomment-11"
    assert (posts[0].in_reply_to, posts[0].thread) == ("github:acme/app#1", "github:acme/app#1")
    assert posts[1].in_reply_to == "github:acme/app#5/discussion_r10"
    assert warnings == ("item 3 is skipped: it is a comment or review without words",)


def test_a_webhook_holds_the_issue_and_the_comment() -> None:
    event = {"action": "created", "issue": issue(1), "comment": comment(11), "repository": {"html_url": "https://x.io"}}
    posts, _ = read(event)
    assert [post.id for post in posts] == ["github:acme/app#1", "github:acme/app#1/issuecomment-11"]


def test_a_pull_request_has_one_id_in_a_search_and_by_itself() -> None:
    url = "https://github.com/Acme/App/pull/5"
    in_search = issue(5, html_url=url, pull_request={"html_url": url, "url": "https://api.github.com/x"})
    by_itself = {"id": 1, "html_url": url, "title": "T", "body": "b", "user": {"login": "a"}, "created_at": iso(NOW)}
    assert read(found(in_search))[0][0].id == read(by_itself)[0][0].id == "github:acme/app#5"


def test_graphql_gives_the_same_ids() -> None:
    node = {
        "url": "https://github.com/Acme/App/discussions/8",
        "title": "Ideas",
        "bodyText": "acme",
        "author": {"login": "ann"},
        "createdAt": iso(NOW),
        "comments": {"totalCount": 1, "nodes": []},
        "reactions": {"totalCount": 2},
    }
    (post,), _ = read({"data": {"search": {"nodes": [node]}}})
    assert (post.id, post.author.handle, post.author.url) == ("github:acme/app#8", "ann", "https://github.com/ann")
    assert (post.engagement.likes, post.engagement.replies, post.published_at) == (2, 1, NOW)


def test_incomplete_results_are_said() -> None:
    posts, warnings = read(found(issue(1), incomplete_results=True))
    assert len(posts) == 1
    assert "incomplete" in warnings[0]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (found(), "without results"),
        (
            {"message": "Validation Failed", "errors": [{"field": "q", "code": "missing"}]},
            "Validation Failed; q missing",
        ),
        ({"login": "ann", "id": 7, "html_url": "https://github.com/ann"}, "user profiles"),
        ([{"full_name": "Acme/App", "html_url": "https://github.com/Acme/App"}], "repositories"),
    ],
)
def test_what_holds_no_posts_says_what_it_is(value: Any, said: str) -> None:
    posts, warnings = read(value)
    assert posts == ()
    assert said in " ".join(warnings)


def look(web: ScriptedWeb, unit: Any = SEARCH, cursor: str | None = None, now: datetime = NOW) -> Pull:
    secrets = MemorySecrets(github={"token": "t0ken"})
    state = SourceState(source_id="g", cursor=cursor)
    return Connector(web, secrets).pull(unit, state, now, timedelta(seconds=20))  # type: ignore[arg-type]


def test_a_search_asks_for_issues_and_for_pull_requests() -> None:
    web = ScriptedWeb(lambda _: reply(found(issue(1))))
    pull = look(web)
    asked = [one.query["q"] for one in web.asked]
    window = "created:2026-10-25T12:00:00Z..2026-11-01T12:00:00Z"
    assert asked == [f'("acme" OR "acme foods") is:issue {window}', f'("acme" OR "acme foods") is:pr {window}']
    assert web.asked[0].private == {}
    assert (pull.calls, pull.again) == (2, False)


def test_more_than_an_answer_holds_is_walked_down() -> None:
    def answer(asked: Asked) -> HttpReply:
        first = asked.query["q"].endswith(iso(NOW))
        return reply(found(issue(4 if first else 9), total_count=2 if first else 1))

    web = ScriptedWeb(answer)
    pull = look(web)
    assert {post.id for post in pull.posts} == {"github:acme/app#4", "github:acme/app#9"}
    assert web.asked[1].query["q"].endswith(f"..{iso(NOW - timedelta(minutes=4))}")


class Repository:
    """A repository's issues and comments, oldest change first, as ``since`` wants."""

    def __init__(self, issues: list[dict[str, Any]], comments: list[dict[str, Any]]) -> None:
        self.rows = {"issues": issues, "comments": comments}
        self.web = ScriptedWeb(self.answer)

    def answer(self, asked: Asked) -> HttpReply:
        assert asked.private == {"Authorization": "Bearer t0ken"}
        rows = self.rows[asked.path.rpartition("/")[2]]
        new = sorted(
            (row for row in rows if row["updated_at"] >= asked.query["since"]), key=lambda row: row["updated_at"]
        )
        return reply(new[: int(asked.query["per_page"])])


def test_a_repository_gives_its_issues_and_comments_without_a_gap() -> None:
    fake = Repository([issue(number) for number in range(1, 251)], [comment(number) for number in range(1, 40)])
    heard: set[str] = set()
    cursor, again = None, True
    while again:
        pull = look(fake.web, REPO, cursor)
        heard |= {post.id for post in pull.posts}
        cursor, again = pull.cursor, pull.again
    assert len(heard) == 250 + 39
    asked = len(fake.web.asked)
    fake.rows["comments"].append(comment(99, created_at=iso(NOW), updated_at=iso(NOW)))
    pull = look(fake.web, REPO, cursor)
    assert len(fake.web.asked) == asked + 2
    assert "github:acme/app#1/issuecomment-99" in {post.id for post in pull.posts}
    assert "t0ken" not in pull.model_dump_json()


def test_a_limit_between_two_calls_keeps_what_was_read_and_waits() -> None:
    def answer(asked: Asked) -> HttpReply:
        if asked.path.endswith("/comments"):
            return reply({"message": "You have exceeded a secondary rate limit"}, 403, retry_after="120")
        return reply([issue(1)])

    web = ScriptedWeb(answer)
    pull = look(web, REPO)
    assert (len(pull.posts), pull.again) == (1, False)
    with pytest.raises(FetchError, match="wait"):
        look(web, REPO, pull.cursor, NOW + timedelta(seconds=100))


@pytest.mark.parametrize(
    ("answer", "trouble", "retry_after"),
    [
        (reply({"message": "secondary rate limit"}, 403, retry_after="60"), Trouble.THROTTLED, 60.0),
        (
            reply(
                {"message": "API rate limit exceeded"},
                403,
                x_ratelimit_remaining="0",
                x_ratelimit_reset=str(int(NOW.timestamp()) + 90),
            ),
            Trouble.THROTTLED,
            90.0,
        ),
        (reply({"message": "You have triggered an abuse detection mechanism"}, 403), Trouble.THROTTLED, 60.0),
        (reply({"message": "slow"}, 429), Trouble.THROTTLED, 60.0),
        (reply({"message": "Resource not accessible by integration"}, 403), Trouble.POLICY, None),
        (reply({"message": "Bad credentials"}, 401), Trouble.AUTH, None),
        (reply({"message": "Validation Failed"}, 422), Trouble.FORMAT, None),
        (reply({"message": "Issues are disabled for this repo"}, 410), Trouble.GONE, None),
        (reply({"message": "odd"}), Trouble.FORMAT, None),
    ],
)
@pytest.mark.parametrize("unit", [SEARCH, REPO], ids=["search", "repo"])
def test_refusals_are_told_apart(unit: Any, answer: HttpReply, trouble: Trouble, retry_after: float | None) -> None:
    with pytest.raises(FetchError) as error:
        look(ScriptedWeb(lambda _: answer), unit)
    assert (error.value.trouble, error.value.retry_after) == (trouble, retry_after)
    assert "t0ken" not in str(error.value)


def test_what_was_recorded_without_its_page_has_the_same_id() -> None:
    bare_issue, bare_comment = issue(1), comment(11)
    del bare_issue["html_url"], bare_comment["html_url"]
    bare_comment["issue_url"] = "https://api.github.com/repos/Acme/App/issues/1"
    posts, _ = read([bare_issue, bare_comment])
    assert [post.id for post in posts] == ["github:acme/app#1", "github:acme/app#1/issuecomment-11"]
