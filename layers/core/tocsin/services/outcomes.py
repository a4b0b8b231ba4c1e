"""What followed an answer, counted from the mentions that are kept."""

from collections.abc import Iterable
from datetime import timedelta

from tocsin.domain.case.outcome import Followed
from tocsin.domain.case.texts import CaseText
from tocsin.domain.mention import Mention
from tocsin.domain.reading import ScoredMention, Sentiment
from tocsin.ports import MentionStore

AROUND = timedelta(hours=6)
LOOKED_AT = 1_000
"""Mentions after an answer that are read: the first ones say what it did."""


class Outcomes:
    def __init__(self, mentions: MentionStore) -> None:
        self._mentions = mentions

    def followed(self, brand: str, text: CaseText) -> Followed | None:
        """None of one that was not sent, or answers nothing."""
        if text.sent_at is None or text.mention_id is None or text.measure_at is None:
            return None
        answered = self._mentions.scored(brand, text.mention_id)
        later = self._mentions.written(brand, text.sent_at, text.measure_at, LOOKED_AT)
        before = self._negatives(brand, text, -AROUND)
        after = self._negatives(brand, text, AROUND)
        found = _of(answered.mention if answered else None, text, later)
        return found._replace(
            negative_before=before[0], all_before=before[1], negative_after=after[0], all_after=after[1]
        )

    def _negatives(self, brand: str, text: CaseText, span: timedelta) -> tuple[int, int]:
        assert text.sent_at is not None  # noqa: S101 - followed has asked
        since, until = sorted((text.sent_at, text.sent_at + span))
        counts = [minute.whole.counts for minute in self._mentions.counts(brand, since, until)]
        return sum(one.negative for one in counts), sum(one.mentions for one in counts)


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
        by_author = bool(theirs & _names(mention))
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
