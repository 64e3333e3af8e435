"""The permission table: every address × everybody of the cast.

What is outside somebody's sight answers 404, exactly as if it did not exist; a step somebody may
not take answers 403; nothing that is refused changes a row.
"""

import re

import pytest
from django.apps import apps
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.pages import CAST, OTHERWISE, OUTSIDE, PAGES, World, all_addresses, let_go
from tracker.models import Assignment, Event, EventHead, Issue, Petition, Task, Unit, User

POSTING = [page for page in PAGES if page.posts]
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def open_as(request, client_of):
    """``open_as("editor")``: a browser of somebody of the cast."""

    def browser(who, **options):
        if who == "anonymous":
            return Client(**options)
        user = request.getfixturevalue(who)
        opened = client_of(user, **options)
        if who == "moved":
            factories.make_handover(user, factories.make_user(), user.memberships.get().unit)
        return opened

    return browser


def everything():
    """How many rows there are of everything the product keeps, and how often they changed."""
    counts = {
        model.__name__: model.objects.count()
        for model in apps.get_app_config("tracker").get_models()
    }
    head = EventHead.objects.get()
    versions = [
        model.objects.aggregate(total=Sum("version"))["total"]
        for model in (Task, Assignment, Unit, Issue, Petition)
    ]
    passwords = sorted(User.objects.values_list("password", flat=True))
    return counts, head.sequence, head.digest, versions, passwords


def test_every_address_is_in_the_table():
    table = {page.name for page in PAGES} | OTHERWISE
    named = {name for name, _route in all_addresses() if not name.startswith("admin:")}
    assert named == table


@pytest.mark.parametrize("who", CAST)
def test_everybody_finds_what_they_may_see_and_nothing_else(who, world, open_as):
    browser = open_as(who)
    wrong = {}
    for page in PAGES:
        for side, address in page.addresses(world):
            if page.name == "account_logout" and who not in OUTSIDE:
                continue
            answer = browser.get(address)
            let_go(answer)
            if answer.status_code != page.expected(who, side):
                wrong[page.name, side] = (answer.status_code, page.expected(who, side))
            if answer.status_code == 302:
                assert answer.url.startswith(reverse("account_login")), page.name
    assert wrong == {}


@pytest.mark.parametrize("who", CAST)
def test_what_is_refused_changes_nothing(who, world, open_as):
    browser = open_as(who)
    before = everything()
    wrong = {}
    for page in POSTING:
        for side, address in page.addresses(world):
            expected = page.expected(who, side)
            if expected in (200, 405):
                continue
            status = browser.post(address, {"on": "2022-06-02", "note": "x"}).status_code
            if status != expected:
                wrong[page.name, side] = (status, expected)
    assert wrong == {}
    assert everything() == before


def test_nothing_is_accepted_without_the_token_of_a_form(world, open_as):
    browser = open_as("office", enforce_csrf_checks=True)
    before = everything()
    for page in POSTING:
        for _side, address in page.addresses(world):
            assert browser.post(address, {}).status_code == 403, page.name
    assert browser.post(reverse("set_language"), {"language": "en"}).status_code == 403
    assert everything() == before


def test_pages_that_only_show_refuse_to_be_posted_to(world, open_as):
    browser = open_as("office")
    before = everything()
    for page in PAGES:
        if not page.posts and page.name != "round":
            for _side, address in page.addresses(world):
                assert browser.post(address, {}).status_code == 405, page.name
    assert everything() == before


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_no_page_knows_other_methods(method, world, open_as):
    browser = open_as("office")
    before = everything()
    for page in PAGES:
        for side, address in page.addresses(world):
            status = getattr(browser, method)(address).status_code
            form_again = {200} if page.name == "account_change_password" else set()
            unknown = {404} if page.expected("office", side) == 404 else set()
            assert status in {403, 405, 422} | form_again | unknown, (page.name, status)
    assert everything() == before


def test_what_is_foreign_looks_as_if_it_did_not_exist(world, open_as):
    """Byte for byte, for every address that names something."""
    browser = open_as("editor")
    for page in PAGES:
        if not isinstance(page.sees, dict):
            continue
        nothing = {
            key: value + 10_000 if isinstance(value, int) else f"no-such-{key}"
            for key, value in world.sides["theirs"].items()
        }
        foreign = reverse(page.name, kwargs=page.where(world, world.sides["theirs"]))
        missing = reverse(page.name, kwargs=page.where(world, nothing))
        answers = [browser.get(address) for address in (foreign, missing)]
        assert [answer.status_code for answer in answers] == [404, 404], page.name
        bodies = [TOKEN.sub(b"", answer.content) for answer in answers]
        assert bodies[0] == bodies[1], page.name


def test_a_foreign_part_is_not_reached_through_one_s_own_task(world, open_as):
    ours, theirs = world.sides["ours"], world.sides["theirs"]
    browser = open_as("head")
    for name, kwargs in [
        ("reach-milestone", {"code": ours["code"], "pk": theirs["milestone"]}),
        ("report-completion", {"code": ours["code"], "unit": theirs["unit"]}),
        ("acknowledge-task", {"code": ours["code"], "unit": theirs["unit"]}),
    ]:
        address = reverse(name, kwargs=kwargs)
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"on": "2022-06-02"}).status_code == 404


def admin_addresses(world):
    """Addresses of the back office, each with some object that is there."""
    keys = {
        name: model.objects.values_list("pk", flat=True).first() or 1
        for name, model in apps.get_app_config("tracker").models.items()
    }
    for name, route in all_addresses():
        own = name.removeprefix("admin:")
        if own == name or "simple_history" in name or own in ("", "view_on_site"):
            continue
        kwargs = {}
        if "object_id" in route:
            kwargs["object_id"] = keys[own.split("_")[1]]
        if "user_id" in route:
            kwargs["user_id"] = keys["user"]
        if "target_id" in route:
            kwargs["target_id"] = keys["webhooktarget"]
        if own == "app_list":
            kwargs["app_label"] = "tracker"
        yield own, reverse(name, kwargs=kwargs)


@pytest.mark.parametrize("who", sorted(set(CAST) - {"administrator"}))
def test_the_back_office_is_the_administrator_s_alone(who, world, open_as):
    browser = open_as(who)
    before = everything()
    for name, address in admin_addresses(world):
        if name in ("logout", "password_change"):
            continue
        for ask in (browser.get, browser.post):
            assert ask(address).status_code == (302 if who in OUTSIDE else 404), name
    assert everything() == before


def test_the_administrator_looks_at_everything_and_removes_nothing(world, open_as):
    browser = open_as("administrator")
    head = EventHead.objects.get().digest
    for name, address in admin_addresses(world):
        if name.endswith("_changelist") or name == "index":
            assert browser.get(address).status_code == 200, name
        if name.endswith("_delete"):
            assert browser.post(address, {"post": "yes"}).status_code in (302, 403), name
    assert EventHead.objects.get().digest == head
    assert Event.objects.count() == EventHead.objects.get().sequence


def test_the_database_of_a_fresh_install_has_no_accounts(db):
    assert not User.objects.exists()
