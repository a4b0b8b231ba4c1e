"""From the queue: read mentions, record each exactly once, assess the brands they concern."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tocsin.entry import bootstrap
from tocsin.entry.events import queued
from tocsin.entry.observability import EmfMetrics, logger
from tocsin.entry.settings import ScoreSettings


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    messages = queued(event)
    settings = ScoreSettings.from_env()
    report = bootstrap.score(settings, EmfMetrics(settings.client)).run(messages)
    logger.info(
        "scored",
        messages=len(messages),
        recorded=report.recorded,
        quarantined=report.quarantined,
        again=len(report.failed),
    )
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in report.failed]}
