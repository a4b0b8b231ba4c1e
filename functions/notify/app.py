"""From the cases table's stream: deliver each alert as soon as it is written. From the agency's topic: ask for a pause
of posts."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from tocsin.entry import bootstrap
from tocsin.entry.events import outbox_id
from tocsin.entry.observability import logger
from tocsin.entry.pause_asks import of_the_agency, take_words
from tocsin.entry.settings import NotifySettings

processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    settings = NotifySettings.from_env()
    if of_the_agency(event):
        heard = take_words(bootstrap.pauses(settings), event, settings.agency_topic_arn)
        logger.info("words of the agency", asked=heard["asked"], taken=heard["taken"], answers=heard["answers"])
        return heard
    service = bootstrap.notify(settings)

    def deliver(record: DynamoDBRecord) -> None:
        try:
            status = service.deliver(outbox_id(record.raw_event))
        except Exception:
            logger.exception("delivery failed")  # the batch processor keeps an exception to itself
            raise
        logger.info("delivery", status=status)

    return process_partial_response(event=event, record_handler=deliver, processor=processor, context=context)
