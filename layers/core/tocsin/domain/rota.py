"""Who is on duty: a weekly rota with swaps and holidays, in the local time of those who keep it."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tocsin.domain.client import Client
    from tocsin.domain.people import Responder


def on_duty(client: "Client", at: datetime) -> "tuple[Responder, ...]":
    """Everybody whom a rota of the client's file puts on duty at ``at``, in the order of the rotas."""
    raise NotImplementedError
