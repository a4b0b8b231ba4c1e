"""What we learn of a source over many looks; only needed when a look brings something new."""

from tocsin.domain.model import Frozen
from tocsin.domain.rhythm import Rhythm

LOOKS_TO_LEARN = 20
"""Looks with news after which a field that all their items had is one that is always there."""
POSTS_TO_LEARN = 100
"""And so many posts: one odd item must not look like a change of form."""
LOOKS_TO_MISS = 5
"""Looks with news, one after the other, without a field, before it is called gone."""
LOOKS_TO_FORGET = 200
"""As many again, and the new form is the form."""


class Form(Frozen):
    """Which fields every item of a source has: when one is gone, the source has changed its form."""

    usual: frozenset[str] | None = None
    looks: int = 0
    posts: int = 0
    misses: int = 0

    @property
    def learned(self) -> bool:
        return self.looks >= LOOKS_TO_LEARN and self.posts >= POSTS_TO_LEARN

    def after(self, fields: frozenset[str], posts: int) -> "Form":
        """After a look that held ``posts`` new ones and whose every item had ``fields``."""
        if self.usual is None or self.misses >= LOOKS_TO_FORGET:
            return Form(usual=fields, looks=1, posts=posts)
        if self.learned and not self.usual <= fields:
            return self.model_copy(update={"misses": self.misses + 1})
        looks, seen = min(self.looks + 1, LOOKS_TO_LEARN), min(self.posts + posts, POSTS_TO_LEARN)
        return Form(usual=self.usual if self.learned else self.usual & fields, looks=looks, posts=seen)

    def missing(self, fields: frozenset[str]) -> tuple[str, ...]:
        if self.usual is None or self.misses < LOOKS_TO_MISS:
            return ()
        return tuple(sorted(self.usual - fields))[:10]


class Memory(Frozen):
    """What is only needed when a look brought something new, and so is read and written only then."""

    rhythm: Rhythm = Rhythm()
    form: Form = Form()
    listened_for: str | None = None
    """``official.listening_for`` of the brands at the last look: when it changes, what is still shown is read again."""
