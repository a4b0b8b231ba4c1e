"""Public: the pages by which people answer an alert, by their own signed link."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tocsin.entry import bootstrap
from tocsin.entry.observability import logger
from tocsin.entry.settings import AnswerSettings


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    answer = bootstrap.answer_site(AnswerSettings.from_env()).answer(event)
    logger.info("answered", route=event.get("routeKey"), status=answer["statusCode"])
    return answer
