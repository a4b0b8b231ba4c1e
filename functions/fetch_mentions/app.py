"""Each minute: look at the sources that are due, send what names a brand to the queue."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tocsin.entry import bootstrap
from tocsin.entry.observability import logger
from tocsin.entry.settings import FetchSettings


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    report = bootstrap.fetch(FetchSettings.from_env()).run()
    for look in report.looks:
        if look.reason or look.warnings:
            logger.warning("source", source=look.source_id, reason=look.reason, skipped=len(look.warnings))
    logger.info("fetched", sources=len(report.looks), mentions=report.mentions)
    return report.model_dump(mode="json")
