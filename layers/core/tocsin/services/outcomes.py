"""What followed a reply or a statement, counted from the mentions that are kept."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tocsin.domain.case.approving import PUBLIC
from tocsin.domain.case.outcome import Followed
from tocsin.domain.case.texts import CaseText
from tocsin.domain.counters import Counts, total
from tocsin.domain.edited import first_of
from tocsin.domain.mention import Mention
from tocsin.domain.reading import ScoredMention, Sentiment
from tocsin.ports import CaseStore, MentionStore

AROUND = timedelta(hours=6)
LOOKED_AT = 1_000
"""Mentions after an answer that are read: the first ones say what it did."""
KNOWN_AFTER = 72.0
"""Hours for which a brand was watched before its usual share of negatives says anything."""


class Outcomes:
    def __init__(self, mentions: MentionStore, cases: CaseStore) -> None:
        self._mentions = mentions
        self._cases = cases

    def followed(self, brand: str, text: CaseText, scenario: str | None) -> Followed | None:
        """None of one that was not sent, or that is neither a reply nor for everybody."""
        if text.sent_at is None or text.measure_at is None:
            return None
        if text.mention_id is not None:
            return self._reply(brand, text, text.sent_at, text.measure_at)
        return self._statement(brand, text.sent_at, text.measure_at, scenario) if text.kind in PUBLIC else None

    def _reply(self, brand: str, text: CaseText, sent_at: datetime, until: datetime) -> Followed:
        answered = self._mentions.scored(brand, text.mention_id or "")
        later = self._mentions.written(brand, sent_at, until, LOOKED_AT)
        before, after = self._said(brand, sent_at - AROUND, sent_at), self._said(brand, sent_at, sent_at + AROUND)
        found = _of(answered.mention if answered else None, text, later)
        return found._replace(
            negative_before=before.negative, all_before=before.mentions,
            negative_after=after.negative, all_after=after.mentions,
        )  # fmt: skip

    def _statement(self, brand: str, sent_at: datetime, until: datetime, scenario: str | None) -> Followed:
        """The same hours of the next day: what is said changes with the hour."""
        times = ((sent_at - AROUND, sent_at), (until - AROUND, until))
        before, after = (self._said(brand, since, end) for since, end in times)
        of_matter = [self._of_matter(brand, since, end, scenario) for since, end in times] if scenario else [None, None]
        baseline = self._cases.brand_state(brand).baseline
        return Followed(
            negative_before=before.negative, all_before=before.mentions,
            negative_after=after.negative, all_after=after.mentions,
            matter_before=of_matter[0], matter_after=of_matter[1],
            usual=round(baseline.share * 100) if baseline.watched >= KNOWN_AFTER else None,
        )  # fmt: skip

    def _said(self, brand: str, since: datetime, until: datetime) -> Counts:
        """What a source had said before it was first heard counts as well: it was said then."""
        return total(minute.whole for minute in self._mentions.counts(brand, since, until))

    def _of_matter(self, brand: str, since: datetime, until: datetime, scenario: str) -> int:
        found = self._mentions.gravest(brand, since, until, LOOKED_AT)
        return sum(one.reading.negative and one.reading.scenario == scenario for one in found)


def _of(answered: Mention | None, text: CaseText, later: Iterable[ScoredMention]) -> Followed:
    thread = {
        one for one in (text.mention_id, text.url, answered and answered.url, answered and answered.thread) if one
    }
    theirs = _names(answered) if answered is not None else frozenset()
    replies, angry, kind, again, author_angry, author_kind = 0, 0, 0, 0, 0, 0
    rating: int | None = None
    for scored in later:
        mention = scored.mention
        if mention.id == text.mention_id or (text.sent_at and mention.published_at <= text.sent_at):
            continue  # the index knows minutes
        by_author = bool(theirs & _names(mention)) or (
            text.mention_id is not None and first_of(mention.id) == first_of(text.mention_id)
        )
        if by_author:
            again += 1
            author_angry += scored.reading.negative
            author_kind += scored.reading.sentiment is Sentiment.POSITIVE
            rating = mention.rating or rating
        elif thread & {mention.in_reply_to, mention.thread}:
            replies += 1
            angry += scored.reading.negative
            kind += scored.reading.sentiment is Sentiment.POSITIVE
    rated = answered.rating if answered is not None else None
    return Followed(replies, angry, kind, again, author_angry, author_kind, rated, rating)


def _names(mention: Mention) -> frozenset[tuple[str, str]]:
    """What an author is known by, where they wrote: a name alone is many people's."""
    author = mention.author
    found = (("id", author.id), ("handle", author.handle), ("url", author.url))
    place = mention.source.partition(":")[0]
    return frozenset((f"{place}/{kind}", value.casefold()) for kind, value in found if value)
