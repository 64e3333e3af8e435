"""The record is the outbox: everybody whom an entry concerns is told once, and nobody else."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from tests import closing, factories
from tests.factories import make_task, moment, part
from tracker import access
from tracker.choices import EventKind, NotificationKind, Role, Telling
from tracker.models import (
    Assignment,
    Bookmark,
    Deputy,
    Event,
    Inspection,
    Notification,
    NotificationChoice,
    User,
    WebhookDelivery,
    WebhookTarget,
)
from tracker.operations import (
    amendments,
    annulment,
    assignments,
    bookmarks,
    entering,
    notifications,
    progress,
    tasks,
    telling,
)

ON = date(2022, 6, 1)
AT = moment(ON)
SAID = {"on": ON, "at": AT}


def tell(on=ON):
    return telling.tell_of_record(on=on, at=moment(on))


@pytest.fixture
def silence(db):
    """``silence()``: what was entered so far is told already."""

    def act():
        bookmarks.leave_record_at(bookmarks.end_of_record())

    act()
    return act


def told():
    """``{person: [kinds]}`` of everything that was told."""
    found: dict[str, list[str]] = {}
    for row in Notification.objects.order_by("pk"):
        found.setdefault(row.person.username, []).append(row.kind)
    return found


@pytest.fixture
def cast(office, editor, head, reader, acceptance, supervising, leader, other_editor, deactivated):
    """Everybody whom something may concern, and some whom nothing does."""


@pytest.fixture
def task(cast, water_bureau, silence):
    own = make_task(title="截污纳管", supervising_unit=water_bureau)
    silence()
    return own


@pytest.mark.usefixtures("cast", "silence")
def test_a_task_that_is_issued_is_told_to_those_who_report_for_its_unit():
    task = make_task(title="截污纳管")

    assert tell() == 2

    assert told() == {"editor": ["issued"], "head": ["issued"]}
    row = Notification.objects.first()
    assert row.text == f"{task.code} 截污纳管 was issued to 临江县. Sign for it."
    assert row.url == task.get_absolute_url()
    assert row.created_at == Event.objects.get(kind="issued").recorded_at


@pytest.mark.usefixtures("cast", "silence")
def test_nothing_is_told_twice():
    make_task()
    assert tell() == 2
    assert tell() == 0
    Bookmark.objects.update(position=0)
    tell()
    assert Notification.objects.count() == 2


@pytest.mark.usefixtures("cast", "silence")
def test_a_draft_tells_nobody_until_it_is_issued(office):
    draft = make_task(issued=False, on=ON)
    assert tell() == 0

    tasks.issue_task(actor=office, task_id=draft.pk, version=None, **SAID)

    tell()
    assert told() == {"editor": ["issued"], "head": ["issued"]}


def test_a_unit_that_is_added_later_is_told_and_no_other(task, office, other_county):
    assignments.add_unit(
        actor=office, task_id=task.pk, version=None, unit=other_county, is_lead=False, **SAID
    )
    tell()
    assert told() == {"other-editor": ["issued"]}


def test_what_a_removed_unit_did_is_told_to_nobody_of_it(task, office, editor, other_county):
    own = part(task)
    assignments.add_unit(
        actor=office, task_id=task.pk, version=None, unit=other_county, is_lead=False, **SAID
    )
    progress.complete_assignment(actor=office, assignment_id=own.pk, version=None, **SAID)
    assignments.remove_unit(actor=office, assignment_id=own.pk, version=None, note="移交", **SAID)
    tell()
    assert "editor" not in told()


def test_nobody_is_told_of_what_they_did_themselves(task, editor, head):
    progress.report_completion(
        actor=head, assignment_id=part(task).pk, version=None, note="完成", **SAID
    )
    tell()
    assert told() == {"office": ["to_confirm"], "acceptance": ["to_confirm"]}


def test_a_completion_is_told_of_when_it_comes_back_and_when_it_is_confirmed(task, office, head):
    own = {"assignment_id": part(task).pk, "version": None}
    progress.report_completion(actor=head, note="完成", **own, **SAID)
    progress.return_completion(actor=office, note="缺 监测\n数据", **own, **SAID)
    tell()
    back = Notification.objects.get(person__username="editor")
    assert back.kind == NotificationKind.COMPLETION_RETURNED
    assert back.text.endswith("is not completed yet: 缺 监测 数据")

    progress.report_completion(actor=head, note="完成", **own, **SAID)
    progress.return_completion(actor=office, note="缺" * 500, **own, **SAID)
    tell()
    assert Notification.objects.latest("pk").details["reason"] == "缺" * 199 + "…"

    Notification.objects.all().delete()
    progress.complete_assignment(actor=office, **own, **SAID)
    tell()
    assert told() == {"editor": ["completed"], "head": ["completed"]}


def steps(task, head, office, acceptance, silence):
    """The procedure of closure, one step at a time; what each made people be told."""
    factories.complete(task, on=closing.COMPLETED)
    silence()

    def after(step):
        Notification.objects.all().delete()
        tell(closing.FILED)
        return step, told()

    closure = closing.apply(task, head)
    yield after("applied")
    closing.send_back(closure, acceptance)
    yield after("returned")
    closure = closing.apply(task, head, on=closing.TAKEN)
    closing.take(closure, acceptance)
    silence()
    closing.decide(closure, acceptance)
    yield after("passed")
    notice = closing.publish(closure, office)
    row = closing.objection(notice, None)
    yield after("objection")
    closing.settle(row, office)
    closing.close(closure, office)
    yield after("closed")


def test_each_step_of_a_closure_is_told_to_those_who_go_on(task, head, office, acceptance, silence):
    found = dict(steps(task, head, office, acceptance, silence))
    assert found == {
        "applied": {"acceptance": ["to_accept"], "office": ["to_accept"]},
        "returned": {"editor": ["application_returned"], "head": ["application_returned"]},
        "passed": {"office": ["acceptance_passed"]},
        "objection": {
            "office": ["objection_received"],
            "editor": ["objection_received"],
            "head": ["objection_received"],
        },
        "closed": {"editor": ["closed"], "head": ["closed"]},
    }


def test_what_is_said_of_a_closure_leads_to_its_page(task, head, silence):
    factories.complete(task, on=closing.COMPLETED)
    silence()
    closure = closing.apply(task, head)
    tell(closing.FILED)
    assert {row.url for row in Notification.objects.all()} == {f"/closures/{closure.pk}/"}


def test_an_application_that_its_unit_takes_back_asks_nobody(task, head, silence):
    factories.complete(task, on=closing.COMPLETED)
    closure = closing.apply(task, head)
    silence()
    closing.withdraw(closure, head)
    assert tell(closing.FILED) == 0


def test_a_failed_acceptance_and_an_upheld_objection_come_back(
    task, head, office, acceptance, supervising, silence
):
    factories.complete(task, on=closing.COMPLETED)
    closure = closing.apply(task, head)
    closing.take(closure, acceptance)
    silence()
    closing.decide(closure, acceptance, passes=False)
    tell(closing.FILED)
    assert told() == {"editor": ["acceptance_failed"], "head": ["acceptance_failed"]}

    other = closing.completed_task(supervising_unit=task.supervising_unit)
    notice = closing.publish(closing.passed(other, head, acceptance), office)
    row = closing.objection(notice, office)
    silence()
    Notification.objects.all().delete()
    closing.settle(row, office, upheld=True)
    tell(closing.FILED)
    assert told() == dict.fromkeys(
        ("editor", "head", "acceptance", "supervising"), ["objection_upheld"]
    )


def test_numbers_in_what_citizens_object_are_not_told(head, office, acceptance, silence):
    notice = closing.publish(closing.passed(closing.completed_task(), head, acceptance), office)
    silence()
    row = closing.objection(notice, None, content="夜间直排，致电13800001111。")
    closing.settle(row, office, upheld=True, settlement="属实，已告知13800002222。")
    tell(closing.FILED)
    reasons = {told.details["reason"] for told in Notification.objects.filter(person=head)}
    assert reasons == {"", "属实，已告知138****2222。"}


def test_a_county_that_examines_first_is_told_first(
    task, head, county, county_office, office, acceptance, silence
):
    county.kind.code = "region"
    county.kind.save()
    Inspection.objects.update(county_accepts=True)
    factories.complete(task, on=closing.COMPLETED)
    silence()
    closure = closing.apply(task, head)
    tell(closing.FILED)
    assert told() == {"county-office": ["to_accept"]}

    Notification.objects.all().delete()
    closing.pre_accept(closure, county_office)
    tell(closing.FILED)
    assert told() == {
        "editor": ["pre_accepted"],
        "head": ["pre_accepted"],
        "acceptance": ["to_accept"],
        "office": ["to_accept"],
    }


def test_who_applied_on_behalf_is_not_asked_to_accept(task, office, silence):
    factories.complete(task, on=closing.COMPLETED)
    silence()
    closure = closing.apply(task, office)
    assert not access.may_accept(office, closure)
    tell(closing.FILED)
    assert told() == {"acceptance": ["to_accept"]}


def test_a_reopened_task_is_told_to_its_unit_and_to_who_oversees_it(task, office, silence):
    factories.complete(task)
    silence()
    progress.reopen_assignment(
        actor=office,
        assignment_id=part(task).pk,
        version=None,
        percent=60,
        reason="反弹",
        on=date(2022, 7, 2),
        at=moment(date(2022, 7, 2)),
    )
    tell(closing.FILED)
    assert told() == dict.fromkeys(("editor", "head", "acceptance", "supervising"), ["reopened"])
    assert Notification.objects.first().text.endswith("is taken up again (临江县): 反弹")


def test_a_later_deadline_is_told_to_the_units_that_are_at_it(task, office, other_county, county):
    assignments.add_unit(
        actor=office, task_id=task.pk, version=None, unit=other_county, is_lead=False, **SAID
    )
    progress.complete_assignment(
        actor=office, assignment_id=part(task, county).pk, version=None, **SAID
    )
    bookmarks.leave_record_at(bookmarks.end_of_record())
    amendments.extend_deadline(
        actor=office,
        task_id=task.pk,
        version=None,
        new_text="2024年6月底前",
        new_due_on=date(2024, 6, 30),
        reason="汛期停工",
        document_no="江整改〔2022〕3号",
        **SAID,
    )
    tell()
    assert told() == {"other-editor": ["extended"]}


@pytest.mark.usefixtures("cast", "silence")
def test_a_call_is_told_once_to_those_who_are_asked(county, other_county, office):
    make_task(units=[county])
    make_task(units=[county])
    factories.complete(make_task(units=[other_county]))
    bookmarks.leave_record_at(bookmarks.end_of_record())
    call = factories.make_round()

    tell()

    assert told() == {"editor": ["call_opened"], "head": ["call_opened"]}
    row = Notification.objects.first()
    assert row.text == f"{call.name} is open. Reports are due on 2022-06-25."
    assert row.url == call.get_absolute_url()


def test_what_was_annulled_before_it_was_told_tells_nobody(task, office, head):
    progress.report_completion(
        actor=head, assignment_id=part(task).pk, version=None, note="完成", **SAID
    )
    event = Event.objects.latest("sequence")
    annulment.annul(actor=office, event_id=event.pk, reason="误报", at=AT)
    assert tell() == 0


def test_what_is_annulled_later_is_taken_back_unless_somebody_read_it(
    task, office, head, acceptance
):
    progress.report_completion(
        actor=head, assignment_id=part(task).pk, version=None, note="完成", **SAID
    )
    event = Event.objects.latest("sequence")
    tell()
    Notification.objects.filter(person=acceptance).update(read_at=AT)

    annulment.annul(actor=office, event_id=event.pk, reason="误报", at=AT)
    tell()

    assert told() == {"acceptance": ["to_confirm"]}


@pytest.mark.usefixtures("cast", "silence")
def test_an_annulled_task_tells_nobody(office):
    task = make_task()
    event = task.events.get(kind=EventKind.CREATED)
    annulment.annul(actor=office, event_id=event.pk, reason="重复", at=AT)
    assert tell() == 0


@pytest.mark.usefixtures("cast", "silence")
def test_many_tasks_at_once_are_told_of_together():
    for number in range(1, 6):
        make_task(number=number)

    assert tell() == 2

    row = Notification.objects.get(person__username="editor")
    assert row.details["count"] == 5
    assert row.text.startswith("5 tasks, the first of them 2022s2-1 ")
    assert row.url == "/todo/"


@pytest.mark.usefixtures("cast")
def test_many_things_that_are_nothing_to_do_lead_to_the_list(silence, office):
    all_tasks = [make_task() for _number in range(4)]
    silence()
    for task in all_tasks:
        factories.complete(task, actor=office)
    tell()
    row = Notification.objects.get(person__username="editor")
    assert (row.kind, row.url) == ("completed", "/tasks/")


def test_a_long_record_is_read_in_pieces(task, office, head, monkeypatch):
    monkeypatch.setattr(telling, "CHUNK", 2)
    own = {"assignment_id": part(task).pk, "version": None}
    for _turn in range(3):
        progress.report_completion(actor=head, note="完成", **own, **SAID)
        progress.return_completion(actor=office, note="缺材料", **own, **SAID)
    tell()
    assert told()["editor"] == ["completion_returned"] * 3


@pytest.mark.usefixtures("cast", "silence")
def test_what_a_list_brought_along_as_completed_is_no_news():
    issue = factories.make_issue()
    plan = factories.make_plan(
        issue, 1, [factories.county()], completed_on=date(2022, 5, 1), closed_on=date(2022, 5, 20)
    )
    entering.enter_tasks(
        actor=None,
        inspection=issue.inspection,
        plans=[plan],
        on=factories.ISSUED,
        at=AT,
        issued=True,
        taken_over=True,
    )
    assert tell() == 0


def test_a_process_that_dies_leaves_everything_to_be_told(task, head, monkeypatch):
    progress.report_completion(
        actor=head, assignment_id=part(task).pk, version=None, note="完成", **SAID
    )
    whole = telling.tell_all

    def die(rows):
        whole(rows)
        raise RuntimeError

    monkeypatch.setattr(telling, "tell_all", die)
    with pytest.raises(RuntimeError):
        tell()
    assert not Notification.objects.exists()

    monkeypatch.setattr(telling, "tell_all", whole)
    assert tell() == 2


def test_of_two_that_read_the_same_one_tells(task, head, monkeypatch):
    progress.report_completion(
        actor=head, assignment_id=part(task).pk, version=None, note="完成", **SAID
    )
    whole = bookmarks.move_on

    def overtaken(name, **positions):
        assert whole(name, **positions)
        return whole(name, **positions)

    monkeypatch.setattr(bookmarks, "move_on", overtaken)
    assert tell() == 0
    assert not Notification.objects.exists()


def test_an_installation_without_a_bookmark_begins_at_the_end(task):
    Bookmark.objects.all().delete()
    assert tell() == 0
    assert Bookmark.objects.get().position == bookmarks.end_of_record()


@pytest.mark.usefixtures("cast", "silence")
def test_a_deputy_is_told_what_the_principal_would_be(editor, head, office, leader):
    given = {"given_by": office, "given_at": AT, "reason": "休假"}
    days = {"starts_on": ON, "ends_on": date(2022, 6, 10)}
    Deputy.objects.create(principal=editor, deputy=leader, **days, **given)
    some = factories.make_user(username="some")
    row = Deputy.objects.create(principal=head, deputy=some, is_for_all=False, **days, **given)
    make_task()
    tell()
    assert set(told()) == {"editor", "head", "leader"}

    row.memberships.set(head.memberships.all())
    make_task()
    tell()
    assert "some" in told()

    make_task()
    tell(on=date(2022, 6, 11))
    assert len(told()["leader"]) == 2


@pytest.mark.usefixtures("cast", "silence")
def test_who_chose_not_to_be_told_is_not_told(editor, head, office):
    task = make_task()
    bookmarks.leave_record_at(bookmarks.end_of_record())
    for person, kind in ((editor, "completed"), (head, "issued")):
        NotificationChoice.objects.create(person=person, kind=kind, way=Telling.NEITHER)
    factories.complete(task, actor=office)
    make_task()
    tell()
    assert told() == {"editor": ["issued"], "head": ["completed", "issued"]}


@pytest.mark.usefixtures("task")
def test_everybody_who_is_told_sees_the_task(office, county_office):
    """Whatever happens to tasks of several units, of the city, of a town."""
    town = factories.unit_of_code("shatian", "沙渚镇", factories.county())
    factories.make_user(Role.UNIT_EDITOR, town, "of-the-town")
    factories.make_user(Role.LEADER, factories.county(), "of-the-county")
    other = factories.unit_of_code("donghai", "望潮县", factories.city())
    for units in ([town], [town, other], [factories.city()]):
        task = make_task(units=units)
        for own in task.assignments.all():
            progress.report_completion(
                actor=office, assignment_id=own.pk, version=None, note="完成", **SAID
            )
    tell()
    for row in Notification.objects.all():
        code = row.details["task"].split()[0]
        person = User.objects.get(pk=row.person_id)
        assert access.visible_tasks(person).filter(code=code).exists(), row


def test_choices_are_kept_where_they_are_not_the_usual(editor):
    ways = notifications.ways_of(editor)
    assert ways[NotificationKind.CLOSED] == Telling.LIST
    assert ways[NotificationKind.ISSUED] == Telling.MAIL

    changed = {NotificationKind.CLOSED: Telling.NEITHER, NotificationKind.ISSUED: Telling.MAIL}
    notifications.choose(actor=editor, ways=changed, language="en")

    assert NotificationChoice.objects.get().kind == NotificationKind.CLOSED
    assert notifications.ways_of(editor)[NotificationKind.CLOSED] == Telling.NEITHER
    assert editor.daily_mail.language == "en"

    notifications.choose(actor=editor, ways={NotificationKind.CLOSED: Telling.LIST}, language="en")
    assert not NotificationChoice.objects.exists()


def test_what_came_back_cannot_be_switched_off(editor):
    with pytest.raises(ValidationError, match="stays in the list") as refusal:
        notifications.choose(
            actor=editor, ways={NotificationKind.REOPENED: Telling.NEITHER}, language="en"
        )
    assert list(refusal.value.error_dict) == ["reopened"]

    NotificationChoice.objects.create(person=editor, kind="reopened", way=Telling.NEITHER)
    assert notifications.ways_of(editor)[NotificationKind.REOPENED] == Telling.LIST


@pytest.mark.usefixtures("cast", "silence")
def test_a_task_of_several_units_is_one_task(office, county, other_county):
    """For a person of both, in the list and in a group."""
    both = factories.make_user(Role.UNIT_EDITOR, county, "both")
    both.memberships.create(role=Role.UNIT_EDITOR, unit=other_county)
    group = WebhookTarget.objects.create(
        name="群", format="wecom", url="https://qyapi.weixin.qq.com/", kinds=["issued", "extended"]
    )
    for number in (1, 2, 3):
        make_task(number=number, units=[county, other_county])
    tell()
    assert told()["both"] == ["issued"] * 6
    [line, *_others] = lines = WebhookDelivery.objects.get(target=group).message["lines"]
    assert "2022s2-1" in line
    assert len(lines) == 3

    Notification.objects.all().delete()
    own = Assignment.objects.first().task
    amendments.extend_deadline(
        actor=office,
        task_id=own.pk,
        version=None,
        new_text="2024年6月底前",
        new_due_on=date(2024, 6, 30),
        reason="汛期停工",
        document_no="江整改〔2022〕3号",
        **SAID,
    )
    tell()
    assert told()["both"] == ["extended"]

    Notification.objects.all().delete()
    for number in range(4, 9):
        make_task(number=number, units=[county, other_county])
    tell()
    assert Notification.objects.get(person=both).details["count"] == 5


@pytest.mark.usefixtures("cast", "silence")
@pytest.mark.parametrize("kind", [EventKind.CREATED, EventKind.ISSUED])
def test_a_task_that_is_taken_back_is_taken_out_of_the_list(office, editor, kind):
    task = make_task()
    other = make_task()
    tell()
    Notification.objects.filter(person=editor, key=f"issued:{part(task).pk}").update(read_at=AT)
    event = task.events.get(kind=kind)
    annulment.annul(actor=office, event_id=event.pk, reason="误下发", at=AT)

    tell()

    keys = Notification.objects.filter(key=f"issued:{part(task).pk}")
    assert [row.person for row in keys] == [editor]
    assert Notification.objects.filter(key=f"issued:{part(other).pk}").count() == 2


def test_a_unit_whose_part_is_taken_back_is_told_of_it_no_more(task, office, other_county):
    assignments.add_unit(
        actor=office, task_id=task.pk, version=None, unit=other_county, is_lead=False, **SAID
    )
    tell()
    event = task.events.filter(kind=EventKind.ASSIGNED).latest("sequence")
    annulment.annul(actor=office, event_id=event.pk, reason="误加", at=AT)
    tell()
    assert told() == {}
