"""The e-mail says it all without images, scripts or trust in anything from outside."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings

from tests.unit.web.samples import ALERTS, AT, LANGUAGES, alert, mention
from tocsin.domain.alert import Alert, AlertStory
from tocsin.domain.client import Language
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind
from tocsin.domain.voice import Voice
from tocsin.web.mail import PALETTES, render_email

VOID = {"meta", "br"}


class Page(HTMLParser):
    """Collects links, tags and texts, and insists that every tag is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def links(self) -> list[str]:
        return [value or "" for name, value in self.attributes if name in {"href", "src", "background", "action"}]


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(ALERTS)
def test_any_alert_is_a_sound_and_harmless_mail(any_alert: Alert) -> None:
    # GIVEN anything from outside, hostile text too WHEN the mail is made
    mail = render_email(any_alert)
    page = Page(mail.html)
    # THEN its tags are ours and closed, its links are web links, its subject is one line, and Gmail will not cut it
    assert page.tags <= {
        "html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "p", "h1", "h2", "span", "a",
        "strong", "br",
    }  # fmt: skip
    assert not any(name.startswith("on") for name, _ in page.attributes)
    assert all(re.match(r"https?://[\x21-\x7e]+$", link) for link in page.links())
    assert mail.subject == " ".join(mail.subject.split())
    assert mail.subject.isprintable() or "\u200c" in mail.subject or "\u200d" in mail.subject
    assert len(mail.html.encode()) < 100_000
    for hidden in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200b\x00\x1b":
        assert hidden not in mail.html + mail.text


def test_hostile_words_are_shown_and_not_obeyed() -> None:
    # GIVEN a mention that tries to be markup WHEN the mail is made THEN it is read as text, in both parts
    bad = '<img src=x onerror=alert(1)> "quoted" {{ 7*7 }} %(brand)s'
    mail = render_email(alert(brand=bad, mentions=(mention(title=bad, author=bad, language='"><b>'),)))
    page = Page(mail.html)
    assert "img" not in page.tags
    assert page.text.count(bad) >= 3
    assert bad in mail.text


def test_a_header_cannot_be_smuggled_through_the_subject() -> None:
    # GIVEN a brand with line breaks WHEN the subject is made THEN it is one line
    mail = render_email(alert(brand="Aurora\r\nBcc: everybody@example.com\u2028X"))
    assert mail.subject == "КРИЗА · Aurora Bcc: everybody@example.com X: 47 критиків за 60 хвилин"


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en", "CRISIS · Аврора: 47 critics in 60 minutes"),
        ("uk", "КРИЗА · Аврора: 47 критиків за 60 хвилин"),
        ("es", "CRISIS · Аврора: 47 voces críticas en 60 minutos"),
    ],
)
def test_the_subject_is_level_brand_and_one_fact(language: Language, subject: str) -> None:
    # GIVEN a crisis WHEN told in each language THEN the lock screen shows all that decides whether to get up
    assert render_email(alert(language=language)).subject == subject


def test_both_parts_hold_what_a_person_needs() -> None:
    # GIVEN a crisis WHEN the mail is made THEN each part has fact, time, reasons, mention, host, clocks, people, case
    mail = render_email(alert())
    for part in (Page(mail.html).text, " ".join(mail.text.split())):
        for words in (
            "КРИЗА", "Аврора", "78", "47 негативних згадок бренду «Аврора» за 60 хвилин", "22 листопада 2026, 03:14",
            "зазвичай — близько 3", "близько 138 400 людей", "Діти в лікарні після тістечок", "Поділ сьогодні",
            "84 300 підписників", "02:37", "t.me", "до 03:24", "до 03:29", "до 04:14", "Олена Коваль (SMS, е-пошта)",
            "aurora-1", "Europe/Kyiv, UTC+2",
        ):  # fmt: skip
            assert words in part.replace("\u00a0", " "), words
    assert 'lang="uk"' in mail.html
    assert mail.text.isprintable() is False  # it has lines
    assert "<" not in mail.text


def test_reasons_stand_by_weight_with_bars_made_of_cells() -> None:
    # GIVEN reasons in any order WHEN shown THEN the weightiest first, each with a bar that needs no image
    html = render_email(alert()).html
    assert html.index("зазвичай") < html.index("Аудиторія")
    assert re.findall(r'class="bar" width="(\d+)%"', html) == ["34", "6"]


def test_no_image_script_or_remote_thing() -> None:
    # GIVEN any mail WHEN its source is read THEN opening it tells nobody and needs nothing from the network
    html = render_email(alert(mentions=())).html
    assert not re.search(r"<(img|script|link|iframe|object|video)|url\(|@import|https?://(?!www\.w3\.org/)", html)


def test_it_adapts_to_phones_darkness_and_outlook() -> None:
    # GIVEN any mail WHEN its source is read THEN it has the rules for each, and its size does not depend on them
    html = render_email(alert()).html
    for rule in ("prefers-color-scheme: dark", "max-width: 480px", "<!--[if mso]>", 'name="viewport"', "[data-ogsc]"):
        assert rule in html
    assert all('role="presentation"' in tag for tag in re.findall(r"<table [^>]*>", html))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_drill_is_unmistakable(language: Language) -> None:
    # GIVEN a test at crisis WHEN the mail is made THEN subject, preheader, head and foot say so, and nothing ticks
    mail = render_email(alert(kind=AlertKind.TEST, language=language))
    word = {"en": "TEST", "uk": "ТЕСТ", "es": "PRUEBA"}[language]
    banner = {"en": "only a drill", "uk": "лише навчання", "es": "solo un simulacro"}[language]
    page = Page(mail.html).text
    assert mail.subject.startswith(f"{word}, ")
    assert page.count(banner) >= 3
    assert f"{word} · " in page
    assert mail.text.count(banner) == 2
    assert PALETTES["test"].strong in mail.html
    assert PALETTES["crisis"].strong not in mail.html
    assert "03:24" not in page


def test_good_news_is_told_as_such() -> None:
    # GIVEN a case that is over WHEN the mail is made THEN it says how long it took, and shouts nothing
    over = alert(
        kind=AlertKind.RESOLVED, level=Level.CALM, reasons=(), opened_at=AT - timedelta(hours=31), language="en",
        negative=2, total=19, mentions=(), others=(),
    )  # fmt: skip
    mail = render_email(over)
    page = Page(mail.html).text
    assert mail.subject == "RESOLVED · Аврора: calm again after 31 hours"
    assert "Аврора is calm again after 31 hours (20 November, 20:14 – 22 November, 03:14)." in page
    assert "Nobody else: you are the only one who was told." in page
    assert "CRISIS" not in page
    assert "<a " not in mail.html


def test_a_case_closed_by_hand_is_not_called_calm() -> None:
    # GIVEN a case that a person closed while the index was high WHEN told THEN closed, not calm
    mail = render_email(alert(kind=AlertKind.RESOLVED, language="en"))
    assert mail.subject == "RESOLVED · Аврора: closed after 16 minutes"
    assert "calm" not in mail.text


def test_an_unsafe_link_is_named_and_not_offered() -> None:
    # GIVEN a mention whose link hides its host WHEN shown THEN the reader learns why there is none
    mail = render_email(alert(mentions=(mention(url="https://bank.example@evil.example/"),), language="en"))
    assert "evil.example" not in mail.html + mail.text
    assert "The link looked unsafe and was removed." in Page(mail.html).text


def test_an_untitled_post_is_not_shown_twice() -> None:
    # GIVEN a post without a title, and one whose title is its own beginning WHEN shown THEN the words stand once
    for title in ("", "Моїй доньці"):
        post = mention(title=title, excerpt="Моїй доньці 6 років", author=None, followers=None)
        page = Page(render_email(alert(mentions=(mention(url=None), post))).html).text
        assert page.count("Моїй доньці") == 1
        assert "автора не вказано" in page


def test_a_crowd_is_counted_and_not_listed() -> None:
    # GIVEN fifty people who were told WHEN shown THEN a dozen names and how many more
    mail = render_email(alert(others=alert().others * 50))
    assert "і ще 38 людей" in Page(mail.html).text


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tone", PALETTES)
def test_every_colour_can_be_read(tone: str) -> None:
    # GIVEN a palette WHEN its contrast is measured (WCAG 2, 1.4.3) THEN 4.5:1 for each pair that carries text
    palette = PALETTES[tone]
    assert _contrast(palette.strong, "#ffffff") >= 4.5
    assert _contrast(palette.strong, "#f4f6f7") >= 4.5
    assert _contrast(palette.soft, "#1a1d20") >= 4.5
    assert _contrast(palette.soft, "#24282c") >= 4.5


def test_the_worst_case_stays_whole_in_gmail() -> None:
    # GIVEN everything as long as it can be, in letters that escape longest WHEN made THEN Gmail does not cut it
    long = "'" * 3_000
    url = "https://e.example/?" + "&" * 1_900
    worst = mention(title=long, excerpt="\\" + long, author=long, url=url, language="uk")
    mail = render_email(
        alert(
            brand=long, client_name=long, incident_id=long, mentions=(worst,) * 9, reasons=alert().reasons * 9,
            others=(alert().others[0].model_copy(update={"name": long}),) * 50, level=Level.SEVERE,
        )
    )  # fmt: skip
    assert len(mail.html.encode()) < 100_000


def test_the_story_is_told_in_one_line_however_hostile_its_title() -> None:
    # GIVEN a story with markup and a line break in its title WHEN the mail is made THEN it stands there, disarmed
    story = AlertStory(title="<b>Bad</b> cakes\nBcc: x", size=31, since=AT - timedelta(hours=2))
    mail = render_email(alert(language="en", timezone="UTC", story=story))
    assert "The largest story: “<b>Bad</b> cakes Bcc: x” (31 mentions since 21 November, 23:14)." in mail.text
    assert "<b>Bad" not in mail.html
    # AND a title of nothing leaves no empty quotes, and what is over tells no story
    for changes in ({"story": story.model_copy(update={"title": " \n"})}, {"story": story, "kind": AlertKind.RESOLVED}):
        assert "largest story" not in render_email(alert(language="en", **changes)).text


@pytest.mark.parametrize(
    ("language", "part"), [("en", "probably a customer"), ("uk", "імовірно, клієнт"), ("es", "probablemente cliente")]
)
def test_a_mention_says_what_its_author_probably_is(language: Language, part: str) -> None:
    # GIVEN a mention by a customer, and one by somebody whose part is nobody's business
    mail = render_email(alert(language=language, mentions=(mention(voice=Voice.CUSTOMER), mention(voice=Voice.TROLL))))
    # WHEN the mail is made THEN the first says so, once
    assert mail.text.count(part) == 1
    assert mail.html.count(part) == 1


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "3 earlier criticisms"), ("uk", "раніше критичних згадок: 3"), ("es", "3 críticas anteriores")],
)
def test_a_mention_says_how_often_its_author_did_so_before(language: Language, said: str) -> None:
    # GIVEN one who did so before, one for the first time, and one of whom nothing is known
    ones = (mention(before=3), mention(before=0), mention(before=None))
    # WHEN the mail is made THEN only of the first it is said
    text = render_email(alert(language=language, mentions=ones)).text.replace("\u00a0", " ")
    assert text.count(said) == 1
    assert text.count(said.replace("3", "0")) == 0
