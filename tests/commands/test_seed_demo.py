"""The demonstration is what it is said to be, on each of its days, and holds together."""

import html
import json
import re
from datetime import UTC, date, datetime
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from tracker.choices import EventKind, Role, ShownStatus
from tracker.figures.closures import queue
from tracker.figures.summary import summary
from tracker.management.commands.seed_demo import PASSWORD
from tracker.models import (
    Closure,
    Event,
    Evidence,
    Inspection,
    Membership,
    Objection,
    OrgMember,
    Petition,
    ProgressReport,
    PublicNotice,
    Task,
    User,
)
from tracker.operations import progress
from tracker.operations.integrity import Check

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("seed_demo")]

LATER = datetime(2025, 10, 9, 2, tzinfo=UTC)
"""A morning after the demonstration ends."""

MD5 = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demonstration, made once and taken back at the end: what it printed, and its files."""
    folder = tmp_path_factory.mktemp("seeded") / "evidence"
    printed = StringIO()
    with (
        override_settings(MEDIA_ROOT=folder, PASSWORD_HASHERS=MD5),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        call_command("seed_demo", stdout=printed)
        yield SimpleNamespace(folder=folder, printed=printed.getvalue())
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def demo(seeded, settings):
    """The demonstration with its files; what a test does to it is taken back."""
    settings.MEDIA_ROOT = seeded.folder
    return seeded


def figures(day, inspection="2022s2"):
    printed = StringIO()
    call_command(
        "figures",
        inspection=inspection,
        as_of=date.fromisoformat(day),
        format="json",
        stdout=printed,
    )
    return json.loads(printed.getvalue())


def counts(day, *names, inspection="2022s2"):
    found = figures(day, inspection)
    return tuple(found[name] for name in names)


def the_part(code):
    """A task in the hands of one unit: that unit's part of it."""
    return Task.objects.get(code=code).assignments.get()


def complete(code, on, at=LATER):
    return progress.complete_assignment(
        actor=User.objects.get(username="office"),
        assignment_id=the_part(code).pk,
        version=None,
        on=on,
        at=at,
    )


def test_the_figures_of_the_end_of_october_2023_are_those_announced():
    found = figures("2023-10-31")
    buckets = ("total", "completed", "closed", "overdue", "behind", "on_schedule")
    assert [found[name] for name in buckets] == [43, 32, 27, 1, 3, 7]
    assert found["completion_rate"] == 0.7442
    assert found["petitions"]["total"] == found["petitions"]["closed"] == 259


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2022-04-17", (0, 0, 0, 0, 0)),
        ("2022-04-30", (45, 0, 0, 0, 0)),
        ("2022-12-31", (44, 15, 5, 0, 3)),
        ("2023-06-30", (43, 24, 17, 0, 3)),
        ("2023-09-30", (43, 30, 24, 0, 4)),
        ("2024-12-31", (43, 39, 39, 0, 0)),
        ("2025-09-30", (43, 41, 40, 0, 0)),
    ],
)
def test_other_days_have_other_figures(day, expected):
    assert counts(day, "total", "completed", "closed", "overdue", "behind") == expected


def test_the_second_inspection_has_figures_of_its_own():
    found = counts("2025-09-30", "total", "completed", "closed", "behind", inspection="2024c3")
    assert found == (12, 5, 2, 2)


def test_the_buckets_add_up_on_the_last_day_of_every_month():
    inspection = Inspection.objects.get(code="2022s2")
    for call in inspection.rounds.all():
        found = summary(inspection, None, call.period_to).buckets
        parts = found.completed + found.on_schedule + found.behind + found.overdue
        assert parts == found.total, call.name


def test_one_more_completion_counts_on_its_day_and_not_on_the_day_before():
    before = counts("2023-10-30", "completed", "on_schedule", "behind", "overdue")
    complete("2022s2-27", date(2023, 10, 31))
    found = figures("2023-10-31")
    assert found["completed"] == 33
    assert found["on_schedule"] + found["behind"] + found["overdue"] == 10
    assert counts("2023-10-30", "completed", "on_schedule", "behind", "overdue") == before


def test_a_completion_entered_afterwards_changes_the_past_and_is_marked():
    day = date(2023, 10, 31)
    moment_before = datetime(2025, 10, 8, tzinfo=UTC)
    complete("2022s2-27", date(2023, 5, 12))
    entry = Event.objects.order_by("sequence").last()
    assert (entry.kind, entry.is_backfilled) == (EventKind.COMPLETED, True)
    assert counts("2023-10-31", "completed") == (33,)
    assert counts("2023-05-11", "completed")[0] + 1 == counts("2023-05-12", "completed")[0]
    tasks = Task.objects.filter(inspection__code="2022s2")
    known_then = tasks.as_of(day, known_at=moment_before)
    done = (ShownStatus.AWAITING_CLOSURE, ShownStatus.CLOSED)
    assert sum(task.shown in done for task in known_then) == 32


def test_everything_is_as_it_was_entered(seeded):
    check = Check()
    assert list(check.faults()) == []
    assert check.checked["task"] == 57
    assert check.checked["evidence"] == 6


def test_entries_were_made_one_after_the_other_and_by_somebody():
    entries = Event.objects.order_by("sequence").values_list("recorded_at", "actor", "unit__code")
    moments = [moment for moment, _actor, _unit in entries]
    assert moments == sorted(moments)
    nobody = [unit for _moment, actor, unit in entries if actor is None]
    assert nobody == ["jianghai"]  # Before the city there is, nobody has an account.


def test_the_late_entry_of_task_30_is_marked():
    entry = Event.objects.get(task__code="2022s2-30", kind=EventKind.COMPLETION_REPORTED)
    assert entry.effective_on == date(2023, 6, 28)
    assert entry.recorded_at.date() == date(2023, 7, 10)
    assert entry.is_backfilled


def test_units_report_for_themselves_where_they_have_somebody():
    own = ProgressReport.objects.filter(assignment__unit__code="wangchao")
    assert {report.author.username for report in own} == {"editor"}


def test_progress_falls_once_and_with_a_reason():
    [fall] = ProgressReport.objects.exclude(fall_reason="")
    assert fall.assignment.task.code == "2022s2-26"
    assert (fall.percent_before, fall.percent) == (44, 39)


def test_the_list_was_amended_extended_and_taken_up_again():
    kinds = (EventKind.WITHDRAWN, EventKind.MERGED, EventKind.EXTENDED, EventKind.REOPENED)
    found = Event.objects.filter(kind__in=kinds).order_by("effective_on")
    assert [(entry.kind, entry.task.code) for entry in found] == [
        ("extended", "2022s2-28"),
        ("merged", "2022s2-45"),
        ("withdrawn", "2022s2-44"),
        ("reopened", "2022s2-15"),
        ("extended", "2022s2-15"),
    ]


def test_every_stage_of_closure_can_be_seen():
    office = User.objects.get(username="office")
    day = date(2025, 10, 9)
    found = {
        (str(row.group), row.task.code, row.unit.code, row.closure and row.closure.stage)
        for code in ("2022s2", "2024c3")
        for row in queue(office, Inspection.objects.get(code=code), day).rows
    }
    assert found == {
        ("to_accept", "2022s2-31", "lanwan", "applied"),
        ("to_accept", "2024c3-12", "eco-bureau", "under_acceptance"),
        ("in_notice", "2024c3-3", "qiaolin", "in_notice"),
        ("to_close", "2022s2-31", "wangchao", "in_notice"),
        ("returned", "2024c3-5", "linjiang", "returned"),
    }
    notices = PublicNotice.objects.order_by("begins_on").values_list("begins_on", "ends_on")
    assert list(notices) == [
        (date(2025, 8, 27), date(2025, 9, 9)),
        (date(2025, 9, 18), date(2025, 9, 30)),
    ]
    assert Objection.objects.open().get().notice.closure.assignment.task.code == "2024c3-3"
    decided = Closure.objects.exclude(decided_by=None)
    assert all(row.decided_by != row.applied_by for row in decided)


def test_reports_carry_pictures():
    assert all(row.is_image and "示意图" in row.name for row in Evidence.objects.all())
    assert Evidence.objects.values("report").distinct().count() == 6


def test_every_petition_has_a_finding_and_an_outcome():
    assert not Petition.objects.filter(truth="").exists()
    assert not Petition.objects.filter(outcome="").exists()


def test_every_inspection_is_marked_as_a_demonstration_and_has_a_leading_group():
    assert set(Inspection.objects.values_list("is_demonstration", flat=True)) == {True}
    assert OrgMember.objects.values("inspection").distinct().count() == 2


def test_the_accounts_are_printed_and_let_their_people_in(seeded):
    for name in ("office", "leader", "editor", "acceptance", "administrator"):
        assert f"  {name} " in seeded.printed
    assert PASSWORD in seeded.printed
    people = User.objects.all()
    assert all(user.check_password(PASSWORD) for user in people)
    assert not any(user.must_change_password for user in people)
    held = set(Membership.objects.values_list("role", flat=True))
    assert held == set(Role.values)


def test_a_second_demonstration_is_refused():
    entries = Event.objects.count()
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("seed_demo", stdout=StringIO())
    assert Event.objects.count() == entries


def test_if_empty_only_prints_the_accounts(seeded):
    entries = Event.objects.count()
    printed = StringIO()
    call_command("seed_demo", if_empty=True, stdout=printed)
    assert printed.getvalue() == seeded.printed
    assert Event.objects.count() == entries


def test_the_accounts_of_a_demonstration_are_not_promised_elsewhere():
    Inspection.objects.update(is_demonstration=False)
    printed = StringIO()
    call_command("seed_demo", if_empty=True, stdout=printed)
    assert PASSWORD not in printed.getvalue()


PAGES = [
    "/",
    "/?batch=2022s2&asof=2023-10-31",
    "/tasks/?batch=2022s2",
    "/tasks/?batch=2022s2&asof=2023-10-31&status=overdue,behind&q=污水",
    "/tasks/2022s2-26/",
    "/tasks/2022s2-31/?asof=2023-10-31",
    "/tasks/new/",
    "/issues/?batch=2022s2",
    "/issues/2022s2-9/",
    "/units/",
    "/units/wangchao/",
    "/rounds/?batch=2022s2",
    "/petitions/?batch=2022s2",
    "/programmes/",
    "/imports/",
]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("username", ["office", "leader", "editor", "acceptance"])
def test_no_page_makes_more_than_15_queries(client, username, address):
    client.force_login(User.objects.get(username=username))
    client.get("/")  # The first page of a session also writes down when it began.
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
    assert response.status_code < 500
    assert len(asked) <= 15, [query["sql"][:150] for query in asked.captured_queries]


def test_every_number_of_the_overview_is_that_of_the_list_behind_it(client):
    client.force_login(User.objects.get(username="office"))
    for query in ("?batch=2022s2&asof=2023-10-31", "?batch=2022s2", "?batch=2024c3"):
        page = client.get(f"/{query}").content.decode()
        links = re.findall(r'href="([^"]+)" data-count="(\d+)"', page)
        assert len(links) > 20
        for address, count in links:
            rows = client.get(html.unescape(address)).context["table"].paginator.count
            assert rows == int(count), address
