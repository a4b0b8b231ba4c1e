"""Each minute: assess and sweep, look after the sources, remind of private complaints, let verdicts count."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tocsin.entry import bootstrap
from tocsin.entry.observability import EmfMetrics, logger
from tocsin.entry.settings import WatchSettings


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    settings = WatchSettings.from_env()
    reminded = 0
    try:
        report = bootstrap.watch(settings, EmfMetrics(settings.client)).run()
    finally:  # none may stop the others; what failed still ends the run as an error
        try:
            reminded = bootstrap.remind(settings).run()
        finally:
            try:
                bootstrap.reports(settings).resumed()
            finally:
                try:
                    bootstrap.verdicts(settings).run()
                finally:
                    if settings.agency_topic_arn:
                        bootstrap.pause_answers(settings).run()
    logger.info(
        "watched",
        assessed=report.assessed,
        escalated=report.escalated,
        swept=report.swept,
        sent=report.sent,
        ill=report.ill,
        reminded=reminded,
    )
    return report.model_dump(mode="json") | {"reminded": reminded}
