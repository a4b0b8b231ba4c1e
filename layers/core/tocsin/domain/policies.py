"""What the brand says in public of how it answers and moderates."""

from enum import StrEnum

from tocsin.domain.fields import WebUrl
from tocsin.domain.model import Frozen


class PolicyKind(StrEnum):
    COMMUNICATION = "communication"
    """Where to turn, and when an answer comes."""
    MODERATION = "moderation"
    """What is removed from the brand's own pages, and why."""


class Policy(Frozen):
    """Where one is published."""

    kind: PolicyKind
    url: WebUrl
