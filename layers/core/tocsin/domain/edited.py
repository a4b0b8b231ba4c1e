"""A rating that its author changes in place is a new word of theirs: a mention of its own, beside what they said first.

Its id is made of the first one's and of both ratings, so that it counts once however often it is brought; whoever goes
back and forth between the same two ratings is heard the first time.
"""

import re
from datetime import datetime

from tocsin.domain.mention import Post

STARS = range(1, 6)
LONGEST_ID = 200
_MARK = "~"
_EDITED = re.compile(r"~[1-5][1-5]$")


def edited(post: Post, before: int, since: datetime | None) -> Post:
    """``before``: the rating that it had. Its time is the one that the source gives for it where that lies after the
    last look, ``since``; many sources only ever tell when the first one was written."""
    said = f"{_MARK}{before}{post.rating}"
    moved = since is not None and since < post.published_at <= post.fetched_at
    return post.model_copy(
        update={
            "id": f"{post.id[: LONGEST_ID - len(said)]}{said}",
            "published_at": post.published_at if moved else post.fetched_at,
            "in_reply_to": post.id,
        }
    )


def first_of(mention_id: str) -> str:
    """The id under which it was first heard; of what nobody has changed its own."""
    return _EDITED.sub("", mention_id)
