"""The page of what waits for a person."""

from datetime import timedelta

from django.utils.timezone import localdate, now

from tests import factories
from tracker.choices import Role

URL = "/todo/"


def test_a_late_report_stands_first_with_the_way_to_it(open_as, editor):
    today = localdate()
    begun = today - timedelta(days=40)
    task = factories.make_task(on=begun - timedelta(days=30))
    new = factories.make_task(on=begun)
    factories.make_round(
        on=begun, period_from=begun, period_to=today, due_on=today - timedelta(days=1), at=now()
    )

    page = open_as(editor).get(URL)

    groups = [(name, len(lines)) for name, _label, lines in page.context["groups"]]
    assert groups == [("overdue", 2), ("later", 2)]
    text = page.content.decode()
    for own in (task, new):
        assert f"/tasks/{own.code}/reports/new/?unit={editor.memberships.get().unit.code}" in text
        assert f"/tasks/{own.code}/units/{editor.memberships.get().unit.code}/acknowledge/" in text
    assert text.index("Overdue") < text.index("To be done")


def test_nothing_to_do_is_said(open_as, editor):
    page = open_as(editor).get(URL).content.decode()

    assert "Nothing waits for this account" in page


def test_the_page_is_always_of_today(open_as, editor):
    page = open_as(editor).get(f"{URL}?asof=2022-06-01").content.decode()

    assert "always as of today" in page


def test_a_list_and_a_call_are_named(open_as, office):
    today = localdate()
    batch = factories.make_foreign_list()
    task = factories.make_task(on=today - timedelta(days=60))
    factories.make_report(task, 10, on=today - timedelta(days=50))
    call = factories.make_round(
        on=today - timedelta(days=40),
        period_from=today - timedelta(days=40),
        period_to=today - timedelta(days=1),
        due_on=today - timedelta(days=1),
        at=now(),
    )

    page = open_as(office).get(URL).content.decode()

    assert batch.file_name in page
    assert call.name in page
    assert call.get_absolute_url() in page


def test_a_long_list_takes_no_more_queries(open_as, county, django_assert_max_num_queries):
    head = factories.make_user(Role.UNIT_HEAD, factories.city())
    factories.make_round(on=localdate() - timedelta(days=5), due_on=localdate(), at=now())
    for _number in range(12):
        factories.make_task(units=[county], on=localdate() - timedelta(days=60))
    browser = open_as(head)

    with django_assert_max_num_queries(15):
        page = browser.get(URL)

    assert len(page.context["todo"].items) >= 12
