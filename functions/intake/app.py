"""Public: private complaints, their threads by signed link, signed hooks; and e-mails that the desk forwards."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tocsin.entry import bootstrap
from tocsin.entry.inbound_mail import is_mail, receive
from tocsin.entry.observability import logger
from tocsin.entry.settings import IntakeSettings


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    settings = IntakeSettings.from_env()
    if is_mail(event):
        mentions = receive(bootstrap.inbound(settings), event)
        logger.info("mail", mentions=mentions)
        return {"mentions": mentions}
    answer = bootstrap.site(settings).answer(event)
    logger.info("answered", route=event.get("routeKey"), status=answer["statusCode"])
    return answer
