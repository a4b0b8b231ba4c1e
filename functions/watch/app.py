"""Each minute: sweep alerts that nobody sent, assess what nobody assessed, let what has calmed down cool."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tocsin.entry import bootstrap
from tocsin.entry.observability import EmfMetrics, logger
from tocsin.entry.settings import WatchSettings


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    settings = WatchSettings.from_env()
    report = bootstrap.watch(settings, EmfMetrics(settings.client)).run()
    logger.info("watched", assessed=report.assessed, swept=report.swept, sent=report.sent)
    return report.model_dump(mode="json")
