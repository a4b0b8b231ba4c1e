"""The agency's own settings: infra/agency.yaml, or the options of a command."""

from typing import Annotated

from pydantic import Field, StringConstraints, ValidationError

from tocsin.domain.client import Email
from tocsin.domain.model import Frozen
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import load_yaml
from tocsin_local.paths import ROOT

FILE = ROOT / "infra" / "agency.yaml"


class Agency(Frozen):
    """Everything here may be left out; ``sender_email`` must then be given when a client is deployed."""

    sender_email: Email | None = None
    operator_email: Email | None = None
    sms_sender_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{0,11}$")] = ""
    region: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] | None = None
    log_retention_days: Annotated[int, Field(ge=1)] = 30
    permissions_boundary: str = ""
    tags: Annotated[dict[str, str], Field(default_factory=dict)]


def load_agency(**given: object) -> Agency:
    """``given``: options of the command, which go before the file. Raise BadInputError."""
    found = load_yaml(str(FILE)) if FILE.is_file() else {}
    if not isinstance(found, dict):
        raise BadInputError("infra/agency.yaml: must be a mapping of keys like sender_email, region")
    try:
        return Agency.model_validate({**found, **{key: value for key, value in given.items() if value is not None}})
    except ValidationError as error:
        lines = [
            f"infra/agency.yaml or option: {'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
            for problem in error.errors(include_url=False)
        ]
        raise BadInputError("\n".join(lines)) from None
