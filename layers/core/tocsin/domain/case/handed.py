"""What an alert hands over of a case's plan: which one, why, and the steps of the first hour."""

from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.people import Role


class HandedStep(Frozen):
    """``who``: a person's name, or None where whoever has ``role`` does it. ``at``: by when."""

    words: str
    at: UtcDatetime
    who: str | None = None
    role: Role | None = None


class Handed(Frozen):
    """``title``: None for the general plan. ``why``: facts as ``name=value``. ``guess``: no person has said which
    scenario it is. ``steps``: open ones, the most urgent first."""

    title: str | None
    cited: str
    guess: bool
    why: tuple[str, ...]
    steps: tuple[HandedStep, ...]
    never: tuple[str, ...]
