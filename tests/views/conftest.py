import pytest


@pytest.fixture
def open_as(client_of):
    """``open_as(user)``: a browser of that user that reads English, the language of the code."""

    def open_browser(user):
        return client_of(user, headers={"accept-language": "en"})

    return open_browser
