"""From the receipts' topic: what became of mails, SMS and calls; a lost page takes another way at once."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tocsin.entry import bootstrap
from tocsin.entry.observability import logger
from tocsin.entry.receipts import receipts
from tocsin.entry.settings import ReceiptSettings


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    service = bootstrap.receipts(ReceiptSettings.from_env())
    known = [service.record(receipt) for receipt in receipts(event)]
    logger.info("recorded", receipts=len(known), known=sum(known))
    return {"receipts": len(known), "known": sum(known)}
