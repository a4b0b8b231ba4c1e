"""A mention as far as a mail may show it."""

from tocsin.domain.alert import AlertMention
from tocsin.domain.author_record import AuthorRecord
from tocsin.domain.brand import Brand
from tocsin.domain.complaint import private_number
from tocsin.domain.mention import Medium
from tocsin.domain.reading import ScoredMention
from tocsin.domain.voice import Voice, voices_of

EXCERPT = 280
PUBLIC_PARTS = frozenset({Voice.CUSTOMER, Voice.JOURNALIST, Voice.OUTLET, Voice.ACTIVIST, Voice.REGULATOR})
"""What an author may be called in a mail: whistle-blowers are protected, and who is guilty a person judges."""
PROBABLY = 0.6


def shown(scored: ScoredMention, brand: Brand | None = None, record: AuthorRecord | None = None) -> AlertMention:
    """Of private words nothing."""
    mention = scored.mention
    if mention.medium is Medium.PRIVATE:
        return AlertMention(
            title="",
            excerpt="",
            url=None,
            author=None,
            followers=None,
            published_at=mention.published_at,
            language="und",
            private=private_number(mention.id),
        )
    return AlertMention(
        title=mention.title or "",
        excerpt=mention.text[:EXCERPT],
        url=mention.url,
        author=mention.author.name or mention.author.handle,
        followers=mention.author.followers,
        published_at=mention.published_at,
        language=mention.language or scored.reading.language,
        voice=_part(scored, brand),
        before=record.mentions - 1 if record is not None and record.mentions else None,
    )


def _part(scored: ScoredMention, brand: Brand | None) -> Voice | None:
    found = voices_of(scored, brand=brand)
    probable = (one for one in found if one.confidence >= PROBABLY and not one.needs_human)
    return next((one.voice for one in probable if one.voice in PUBLIC_PARTS), None)
