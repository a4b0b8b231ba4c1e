"""A clean house for every test: no credentials but invented ones, no setting of the machine."""

import os
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from hypothesis import settings

# How long an example takes on a busy machine is no matter of a test: speed lives in `tocsin bench`.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

INVENTED = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture(autouse=True)
def _clean_environment() -> Iterator[None]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "TOCSIN_", "POWERTOOLS_"))}
    kept |= {key: value for key, value in os.environ.items() if key.startswith("TOCSIN_TEST_")}
    with patch.dict(os.environ, kept | INVENTED, clear=True):
        yield
