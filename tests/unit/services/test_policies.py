"""Protects: a policy counts as published when its page can be read and says what a reader needs, in each language; and
our own templates do."""

from typing import cast

import pytest

from tests.support.samples import client
from tocsin.adapters.http_guard import GuardedHttp, HttpReply
from tocsin.adapters.page_text import page_text
from tocsin.domain.errors import FetchError
from tocsin.domain.policies import PolicyKind
from tocsin.domain.policy_text import Lack, lacks
from tocsin.services.policies import published
from tocsin_cli.plan import POLICIES, policy_template

LANGUAGES = ("en", "uk", "es")
FILLED = {
    "contact": "https://brand.example/c or help@brand.example",
    "hours": "4",
    "weekend_hours": "12",
    "phone": "+380 44 123 45 67",
    "site": "brand.example",
    "date": "2026-11-01",
    "counts": "spam 12",
}
PAGES = {"communication": "https://brand.example/contact", "moderation": "https://brand.example/rules"}


class Answer:
    """Whatever is asked for, this page answers."""

    def __init__(self, html: str) -> None:
        self._html = html

    def get(self, url: str, *_: object) -> HttpReply:
        return HttpReply(status=200, headers={"content-type": "text/html"}, body=self._html.encode(), url=url)


def page_of(html: str) -> str:
    return page_text("https://brand.example/rules", cast(GuardedHttp, Answer(html)))


def filled(kind: PolicyKind, language: str) -> str:
    text = policy_template(kind, language, "Aurora")
    for name, value in FILLED.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@pytest.mark.parametrize("kind", PolicyKind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_template_filled_in_says_all_that_is_looked_for(kind: PolicyKind, language: str) -> None:
    text = filled(kind, language)
    assert "{" not in text
    assert lacks(kind, text) == ()


def test_there_are_no_other_templates() -> None:
    assert {path.name for path in POLICIES.glob("*.md")} == {
        f"{kind}.{language}.md" for kind in PolicyKind for language in LANGUAGES
    }


@pytest.mark.parametrize(
    ("kind", "text", "missing"),
    [
        (PolicyKind.COMMUNICATION, "Welcome!", (Lack.EMPTY,)),
        (PolicyKind.COMMUNICATION, "We like to hear from you. " * 20, (Lack.WHERE, Lack.WHEN)),
        (PolicyKind.COMMUNICATION, "Write to help@brand.example whenever you like. " * 10, (Lack.WHEN,)),
        (PolicyKind.MODERATION, "We keep this place friendly for everybody. " * 10, (Lack.WHAT, Lack.STAYS)),
        (PolicyKind.MODERATION, "Spam and threats are removed at once, as is what we dislike. " * 8, (Lack.STAYS,)),
    ],
)
def test_what_a_reader_would_miss_is_named(kind: PolicyKind, text: str, missing: tuple[Lack, ...]) -> None:
    assert lacks(kind, text) == missing


@pytest.mark.parametrize(
    "when",
    [
        "We answer within one working day.",
        "An answer comes by the next business day.",
        "Відповідаємо протягом робочого дня.",
        "Відповідь надійде упродовж двох робочих днів.",
        "Відповідаємо за 4 год.",
        "Respondemos en un día laborable.",
        "Contestamos en dos horas.",
    ],
)
def test_an_answers_time_is_found_in_hours_days_and_working_days(when: str) -> None:
    assert lacks(PolicyKind.COMMUNICATION, f"Write to help@brand.example. {when} " * 10) == ()


@pytest.mark.parametrize(
    "when", ["We answer soon.", "Відповідаємо швидко, за вашим зверненням.", "Contestamos pronto."]
)
def test_a_promise_of_soon_is_no_time(when: str) -> None:
    assert lacks(PolicyKind.COMMUNICATION, f"Write to help@brand.example. {when} " * 10) == (Lack.WHEN,)


def test_each_address_is_read_and_a_kind_without_one_is_found_wanting() -> None:
    of = client(policies=[{"kind": "communication", "url": PAGES["communication"]}])
    found = published(of, lambda _: filled(PolicyKind.COMMUNICATION, "uk"))
    assert [(one.kind, one.published) for one in found] == [
        (PolicyKind.COMMUNICATION, True),
        (PolicyKind.MODERATION, False),
    ]


def test_a_page_that_cannot_be_read_says_why() -> None:
    of = client(policies=[{"kind": kind, "url": url} for kind, url in PAGES.items()])

    def read(url: str) -> str:
        raise FetchError("it answers with status 404")

    found = published(of, read)
    assert {one.trouble for one in found} == {"it answers with status 404"}
    assert not any(one.published for one in found)


@pytest.mark.parametrize("kind", PolicyKind)
@pytest.mark.parametrize("words", ["1", "персональн", "за одн", "+1", "робоч", "@a-"])
def test_a_hostile_page_is_read_to_its_end(kind: PolicyKind, words: str) -> None:
    """In a time that grows with its length: the morning's mail waits for it."""
    assert lacks(kind, words * (1_000_000 // len(words)))


@pytest.mark.parametrize("markup", ["<script>", "<!--", "<head ", "<style><", "<noscript "])
def test_markup_that_never_ends_is_read_to_its_end(markup: str) -> None:
    assert len(page_of(markup * (1_000_000 // len(markup)))) <= 1_000_000


def test_what_a_browser_hides_is_not_read() -> None:
    page = (
        "<html><head><title>Title</title><meta name=x content=y><style>p {}</style></head><body><!-- hidden -->"
        "<script>var a = 1</script><noscript>Scripts!</noscript><template>later</template><p>We answer</p>"
        "<p>in 4 hours</p></body></html>"
    )
    assert page_of(page) == "We answer\nin 4 hours"
