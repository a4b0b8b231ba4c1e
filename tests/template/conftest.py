import pytest

from tests.template.transform import Template, load, transform


@pytest.fixture(scope="session")
def template() -> Template:
    """The template as written."""
    return load()


@pytest.fixture(scope="session")
def transformed(template: Template) -> Template:
    """The template as CloudFormation gets it."""
    return transform(template)
