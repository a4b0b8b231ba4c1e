"""The agency's own settings: infra/agency.yaml, or the options of a command."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, ValidationError

from tocsin.domain.client import Email
from tocsin.domain.model import Frozen
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import load_yaml
from tocsin_local.paths import ROOT

FILE = ROOT / "infra" / "agency.yaml"


def _sender_id(value: str) -> str:
    if value and not re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9]{1,11}", value):
        raise ValueError(f"{value!r} must be 1 to 11 letters and digits with at least one letter, or empty")
    return value


class Agency(Frozen):
    """None: not said, so a client's stack keeps what it was deployed with. Empty: taken away."""

    sender_email: Email | None = None
    operator_email: Email | Literal[""] | None = None
    sms_sender_id: Annotated[str, AfterValidator(_sender_id)] | None = None
    inbound_domain: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")] | None = None
    """A domain that SES receives mail for: a client's address is its slug there."""
    inbound_rule_set: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")] | None = None
    answer_domain: Annotated[str, StringConstraints(pattern=r"^([a-z0-9-]+(\.[a-z0-9-]+)+)?$")] | None = None
    """A short domain of its own: under a client's slug there, people answer alerts. Empty for AWS's address."""
    region: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] | None = None
    log_retention_days: Annotated[int, Field(ge=1)] | None = None
    permissions_boundary: str | None = None
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
            f"infra/agency.yaml or option: {problem['loc'][0]}: {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors(include_url=False)
            if problem["type"] != "literal_error"  # the empty address, said again after what an address must be
        ]
        raise BadInputError("\n".join(lines)) from None
