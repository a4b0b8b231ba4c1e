"""From the cases table's stream: deliver each alert as soon as it is written."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from tocsin.entry import bootstrap
from tocsin.entry.events import outbox_id
from tocsin.entry.observability import logger
from tocsin.entry.settings import NotifySettings

processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    service = bootstrap.notify(NotifySettings.from_env())

    def deliver(record: DynamoDBRecord) -> None:
        try:
            status = service.deliver(outbox_id(record.raw_event))
        except Exception:
            logger.exception("delivery failed")  # the batch processor keeps an exception to itself
            raise
        logger.info("delivery", status=status)

    return process_partial_response(event=event, record_handler=deliver, processor=processor, context=context)
