"""The entry point of fetching, in the layer: the functions of keyed kinds bring no file of their own to the cloud."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tocsin.entry import bootstrap
from tocsin.entry.observability import logger
from tocsin.entry.settings import FetchSettings


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    report = bootstrap.fetch(FetchSettings.from_env()).run()
    for look in report.looks:
        if look.reason or look.warnings:
            logger.warning("source", source=look.source_id, reason=look.reason, skipped=len(look.warnings))
    for again in report.rechecked:
        if again.reason:
            logger.warning("recheck", source=again.source_id, reason=again.reason)
    logger.info("fetched", sources=len(report.looks), mentions=report.mentions, started=report.dispatched)
    return report.model_dump(mode="json")
