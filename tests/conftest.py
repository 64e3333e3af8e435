"""The cast: the places of a small city, and its people with what they may do."""

import os
from datetime import timedelta

import hypothesis
import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests import factories
from tracker.choices import Role
from tracker.figures import kept
from tracker.models import Deputy

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
def sector(city):
    """Somebody of a department that supervises a sector, and none of the tasks by name."""
    unit = factories.unit_of_code("weather", "市气象局", city)
    unit.sectors.add(factories.make_medium("air", "大气环境"))
    return factories.make_user(Role.SUPERVISING, unit, "sector")


@pytest.fixture
def two_roles(county, other_county):
    """An editor of the county who reads along in the other one."""
    user = factories.make_user(Role.UNIT_EDITOR, county, "two-roles")
    factories.grant(user, Role.UNIT_READER, other_county)
    return user


def _deputy(editor, username, starts_on):
    user = factories.make_user(username=username)
    Deputy.objects.create(
        principal=editor,
        deputy=user,
        starts_on=starts_on,
        ends_on=starts_on,
        reason="休假",
        given_by=editor,
        given_at=factories.moment(starts_on),
    )
    return user


@pytest.fixture
def deputy(editor):
    """Somebody without a role of their own who deputises for the editor today."""
    return _deputy(editor, "deputy", localdate())


@pytest.fixture
def former_deputy(editor):
    """Somebody who deputised for the editor until yesterday."""
    return _deputy(editor, "former-deputy", localdate() - timedelta(days=1))


@pytest.fixture
def moved(county):
    """An editor of the county who is about to leave it; see ``test_permissions``."""
    return factories.make_user(Role.UNIT_EDITOR, county, "moved")


@pytest.fixture
def stranger(city):
    """An account without any role."""
    return factories.make_user(username="stranger")


@pytest.fixture
def deactivated(county):
    """An editor of the county who has left."""
    return factories.make_user(Role.UNIT_EDITOR, county, "deactivated", is_active=False)
