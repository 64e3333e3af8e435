"""The cast: the places of a small city, and its people with what they may do."""

import os

import hypothesis
import pytest
from django.test import Client

from tests import factories
from tracker.choices import Role
from tracker.figures import kept

hypothesis.settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    database=None,
    # What an example leaves in the database, its own test takes back.
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
hypothesis.settings.register_profile(
    "search", hypothesis.settings.get_profile("repeatable"), derandomize=False
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture(autouse=True)
def _apart_from_the_machine(settings, tmp_path, monkeypatch):
    """Evidence goes to a folder of the test's own; nothing is kept in memory."""
    settings.MEDIA_ROOT = tmp_path / "evidence"
    settings.EXPORTS_ROOT = tmp_path / "exports"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(kept, "MOST", 0)


@pytest.fixture
def client_of():
    """``client_of(user)``: a browser in which somebody is logged in."""

    def open_browser(user, **options):
        client = Client(**options)
        client.force_login(user)
        return client

    return open_browser


@pytest.fixture
def city(db):
    return factories.city()


@pytest.fixture
def county(db):
    return factories.county()


@pytest.fixture
def town(county):
    """A town below the county."""
    return factories.unit_of_code("shatian", "沙渚镇", county)


@pytest.fixture
def other_county(city):
    return factories.unit_of_code("donghai", "望潮县", city)


@pytest.fixture
def bureau(db):
    """The department that accepts the tasks of the factories."""
    return factories.bureau()


@pytest.fixture
def water_bureau(city):
    """The department of the supervising person."""
    return factories.unit_of_code("water", "市水利局", city)


@pytest.fixture
def inspection(db):
    return factories.the_inspection()


@pytest.fixture
def office(city):
    return factories.make_user(Role.OFFICE, city, "office")


@pytest.fixture
def leader(city):
    return factories.make_user(Role.LEADER, city, "leader")


@pytest.fixture
def administrator(city):
    return factories.make_user(
        Role.ADMINISTRATOR, city, "administrator", is_staff=True, is_superuser=True
    )


@pytest.fixture
def auditor(city):
    return factories.make_user(Role.AUDITOR, city, "auditor")


@pytest.fixture
def editor(county):
    return factories.make_user(Role.UNIT_EDITOR, county, "editor")


@pytest.fixture
def head(county):
    return factories.make_user(Role.UNIT_HEAD, county, "head")


@pytest.fixture
def reader(county):
    return factories.make_user(Role.UNIT_READER, county, "reader")


@pytest.fixture
def county_office(county):
    """The rectification office of the county."""
    return factories.make_user(Role.OFFICE, county, "county-office")


@pytest.fixture
def other_editor(other_county):
    return factories.make_user(Role.UNIT_EDITOR, other_county, "other-editor")


@pytest.fixture
def acceptance(bureau):
    """Somebody of the department that accepts the tasks of the factories."""
    return factories.make_user(Role.ACCEPTANCE, bureau, "acceptance")


@pytest.fixture
def supervising(water_bureau):
    return factories.make_user(Role.SUPERVISING, water_bureau, "supervising")


@pytest.fixture
def stranger(city):
    """An account without any role."""
    return factories.make_user(username="stranger")


@pytest.fixture
def deactivated(county):
    """An editor of the county who has left."""
    return factories.make_user(Role.UNIT_EDITOR, county, "deactivated", is_active=False)
