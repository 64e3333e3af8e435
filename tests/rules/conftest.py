import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _in_english():
    """Refusals are compared in the language they are written in."""
    with translation.override("en"):
        yield
