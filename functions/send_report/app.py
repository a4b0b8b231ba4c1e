"""Each morning by the client's clock: how ready it is, policies included; then what shadow or a pause has kept silent;
on Mondays, how the week went."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tocsin.entry import bootstrap
from tocsin.entry.observability import logger
from tocsin.entry.settings import ReportSettings


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    settings = ReportSettings.from_env()
    try:
        bootstrap.readiness(settings).run()
    finally:  # the mail tells of the last look rather than not at all; what failed still ends the run as an error
        result = bootstrap.reports(settings).morning()
    logger.info("reported", kind=result.kind, sent=result.sent)
    return result.model_dump(mode="json")
