"""One logger and one metrics sink, shared by every entry point. Events are never logged: they hold people's words."""

import logging
import os

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.logging import utils
from aws_lambda_powertools.metrics import MetricUnit

NAMESPACE = "Tocsin"

logger = Logger(use_rfc3339=True, log_uncaught_exceptions=True)
metrics = Metrics(namespace=NAMESPACE)

utils.copy_config_to_registered_loggers(source_logger=logger, include={"tocsin"}, log_level=logging.INFO)


class EmfMetrics:
    """Metrics as log lines (CloudWatch embedded metric format): paid only in hours in which one is written."""

    def gauge(self, name: str, value: float) -> None:
        metrics.add_dimension(name="client", value=os.environ.get("CLIENT", "unknown"))
        metrics.add_metric(name=name, unit=MetricUnit.NoUnit, value=value)
