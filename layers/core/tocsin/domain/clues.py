"""What a finding about voices and their spread rests on: a kind and what to fill in, so that each reader has it in
their own language (`web.insight_words`). A clue is a hint for a person of the agency and goes into no text that leaves.
"""

from enum import StrEnum
from typing import NamedTuple


class ClueKind(StrEnum):
    """In brackets what ``of`` holds: numbers as digits, words of others as they wrote them."""

    # who somebody may be
    SAYS = "says"
    """They say so of themselves (their words)."""
    REVIEWS = "reviews"
    FOLLOWERS = "followers"
    """(how many)"""
    LISTED_OUTLET = "listed_outlet"
    """(host)"""
    NEWS_SOURCE = "news_source"
    CALLED = "called"
    """(name)"""
    CALLED_LIKE = "called_like"
    """(rival, name)"""
    WRITES_FROM = "writes_from"
    """(host)"""
    SAME_AGAIN = "same_again"
    """(how many of their mentions, of how many)"""
    SAME_AGAIN_YOUNG = "same_again_young"
    """(how many of their mentions, of how many)"""
    ALL_NEGATIVE = "all_negative"
    """(how many of their mentions, of how many)"""
    ALL_NEGATIVE_INSULTS = "all_negative_insults"
    """(how many of their mentions, of how many)"""
    # what hides who they are
    NAMELESS = "nameless"
    DIGITS = "digits"
    DEFAULT_NAME = "default_name"
    """A name as platforms give it to whoever gives none (name)."""
    THROWAWAY = "throwaway"
    """The account calls itself one for a single use (name)."""
    NAME_HIDDEN = "name_hidden"
    """Instead of a name a letter or signs (name)."""
    BARE = "bare"
    """No picture, and no word of theirs about themselves."""
    UNFOLLOWED = "unfollowed"
    """Nobody follows the account."""
    NAMELESS_PLACE = "nameless_place"
    """A place where everybody writes without a name (host)."""
    CHANNEL = "channel"
    """It stands in the name of a channel, and no person signs it."""
    NO_HISTORY = "no_history"
    """Nothing was heard of them before this case."""
    # who acts together
    YOUNG = "young"
    """The account was so young (days)."""
    SAME_TEXT = "same_text"
    """(how many other authors wrote almost the same)"""
    SAME_LINK = "same_link"
    """(how many other authors lead to one address)"""
    BURST = "burst"
    """(how many of how many within ten minutes)"""
    EVEN = "even"
    """Evenly, as a clock does (minutes between two)."""
    SINGLE_TOPIC = "single_topic"
    """(how many of their mentions)"""
    WORDLESS = "wordless"
    """A rating without words (how many such, of how many ratings)."""
    YOUNG_AMONG = "young_among"
    """Younger than two months (how many of how many authors)."""
    SAME_TEXT_AMONG = "same_text_among"
    """(how many authors)"""
    SAME_LINK_AMONG = "same_link_among"
    """(how many authors)"""
    SINGLE_TOPIC_AMONG = "single_topic_among"
    """(how many of how many authors)"""
    # why the first post that we know may not be the first
    FIRST_KNOWN = "first_known"
    """Nothing speaks for an earlier one."""
    PASSES_ON = "passes_on"
    """It passes on somebody's words (the words that say so)."""
    ANSWERS_UNSEEN = "answers_unseen"
    """It answers a post that we have not heard."""
    ANSWERS_OURS = "answers_ours"
    """It stands under a post of the brand's own."""
    LEADS_TO = "leads_to"
    """It leads to another place (host)."""
    SAME_MINUTES = "same_minutes"
    """Others wrote almost the same within minutes (how many)."""
    BEFORE_US = "before_us"
    """It was there before we listened to its source."""
    LISTENING_BEGAN = "listening_began"
    """We began to listen shortly before it."""
    GONE = "gone"
    """The earliest was erased: this is the earliest that is left."""


class Clue(NamedTuple):
    kind: ClueKind
    of: tuple[str, ...] = ()


def clue(kind: ClueKind, *values: object) -> Clue:
    return Clue(kind, tuple(str(value) for value in values))
