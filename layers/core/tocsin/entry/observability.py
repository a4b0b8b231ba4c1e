"""One logger and one metrics sink, shared by every entry point. Events are never logged: they hold people's words."""

import logging

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.logging import utils
from aws_lambda_powertools.metrics import MetricUnit

NAMESPACE = "Tocsin"

logger = Logger(use_rfc3339=True, log_uncaught_exceptions=True)

# The use-cases log by the standard library; their lines, with what stands in `extra`, go out in the same form.
logging.getLogger("tocsin")
utils.copy_config_to_registered_loggers(source_logger=logger, include={"tocsin"}, log_level=logging.INFO)


class EmfMetrics:
    """Metrics as log lines (CloudWatch embedded metric format): paid only in hours in which one is written."""

    def __init__(self, client: str) -> None:
        self._client = client

    def gauge(self, name: str, value: float) -> None:
        unit = MetricUnit.Seconds if name.endswith("Seconds") else MetricUnit.Count
        with single_metric(name=name, unit=unit, value=value, namespace=NAMESPACE) as metric:
            metric.add_dimension(name="client", value=self._client)
