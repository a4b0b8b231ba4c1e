"""Are the client's policies published, and do they say what a reader needs?"""

from collections.abc import Callable
from typing import NamedTuple

from tocsin.domain.client import Client
from tocsin.domain.errors import FetchError
from tocsin.domain.policies import PolicyKind
from tocsin.domain.policy_text import Lack, lacks
from tocsin.domain.readiness import found, named
from tocsin.domain.readiness_report import Check, Finding, Found, State


class PolicyFinding(NamedTuple):
    """``url``: None where the client's file names none of this kind. ``trouble``: why it could not be read; ``lacks``:
    what it does not say."""

    kind: PolicyKind
    url: str | None
    trouble: str | None = None
    lacks: tuple[Lack, ...] = ()

    @property
    def published(self) -> bool:
        return self.url is not None and self.trouble is None and not self.lacks


def published(client: Client, read: Callable[[str], str]) -> tuple[PolicyFinding, ...]:
    """Every address of the file, and one finding more for a kind that has none. ``read``: the text of a page, or
    FetchError."""
    seen = []
    for policy in client.policies:
        try:
            text = read(policy.url)
        except FetchError as error:
            seen.append(PolicyFinding(policy.kind, policy.url, error.reason))
        else:
            seen.append(PolicyFinding(policy.kind, policy.url, lacks=lacks(policy.kind, text)))
    named = {policy.kind for policy in client.policies}
    return (*seen, *(PolicyFinding(kind, None) for kind in PolicyKind if kind not in named))


def finding_of(one: PolicyFinding) -> Finding:
    """As `tocsin ready` tells and keeps it."""
    if one.url is None:
        return found(Check.POLICIES, State.WANTING, Found.POLICY_UNNAMED, one.kind)
    if one.trouble is not None:
        return found(Check.POLICIES, State.WANTING, Found.POLICY_UNREAD, one.kind, one.url, one.trouble)
    if one.lacks:
        return found(Check.POLICIES, State.WANTING, Found.POLICY_LACKS, one.kind, one.url, named(one.lacks))
    return found(Check.POLICIES, State.OK, Found.POLICY, one.kind, one.url)
