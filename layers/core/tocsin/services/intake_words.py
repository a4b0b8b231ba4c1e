"""Whether what the desk writes in a private thread may go there."""

from tocsin.domain.client import Client
from tocsin.domain.complaint import Complaint
from tocsin.domain.errors import TocsinError
from tocsin.domain.linter import Draft, Fault, Finding, Kind, accusations, check

EARNEST = frozenset({Fault.PROMISE, Fault.UNVERIFIED})
"""What an answer to one person may hold, and a text for all may not."""


class WordsError(TocsinError):
    """An answer of the desk that makes it worse. ``accuses``: it is not taken however often it is sent."""

    def __init__(self, findings: tuple[Finding, ...], *, accuses: bool) -> None:
        super().__init__("the linter finds something in this answer")
        self.findings = findings
        self.accuses = accuses


def check_words(client: Client, complaint: Complaint, text: str, *, anyway: bool) -> None:
    """Who complains in private may show the answer to everybody. Numbers and promises belong there, and are not held
    against it. Raise WordsError."""
    rivals = client.rivals(complaint.brand)
    if accused := accusations(text, rivals):
        raise WordsError(accused, accuses=True)
    draft = Draft(text=text, language=complaint.language, kind=Kind.REPLY, rivals=rivals)
    found = tuple(one for one in check(draft).findings if one.fault not in EARNEST)
    if found and not anyway:
        raise WordsError(found, accuses=False)
