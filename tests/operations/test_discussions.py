"""Questions and answers on a task: who reads, asks, answers and is told, and what is refused."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from tests import factories
from tests.factories import make_answer, make_question, make_task, moment, part
from tracker import access
from tracker.choices import Addressee, NotificationKind, Role
from tracker.figures.todo import Act, to_do
from tracker.models import Answer, Deputy, Event, Evidence, Notification, Question
from tracker.operations import assignments, discussions
from tracker.operations.integrity import Check

AT = moment(date(2022, 6, 1))
TODAY = date(2022, 6, 3)
CAST = (
    *("office", "leader", "administrator", "auditor", "editor", "head", "reader"),
    *("county_office", "other_editor", "acceptance", "supervising", "stranger", "deactivated"),
)


@pytest.fixture
def task(county, bureau, water_bureau):
    return make_task(units=[county], acceptance_unit=bureau, supervising_unit=water_bureau)


@pytest.fixture
def shared(county, other_county, bureau, water_bureau):
    return make_task(
        units=[county, other_county], acceptance_unit=bureau, supervising_unit=water_bureau
    )


@pytest.fixture
def cast(request, client_of):
    return {name: request.getfixturevalue(name) for name in CAST}


@pytest.fixture
def refused():
    """``refused(step, words, field)``: the step is refused so and nothing is written."""

    def check(step, words, field=None, error=ValidationError):
        before = list(Question.objects.values()), list(Answer.objects.values())
        with pytest.raises(error, match=words) as refusal, transaction.atomic():
            step()
        if field:
            assert list(refusal.value.message_dict) == [field]
        assert (list(Question.objects.values()), list(Answer.objects.values())) == before
        assert not Notification.objects.filter(created_at=moment(date(2022, 7, 1))).exists()

    return check


def told(user):
    rows = user.notifications.exclude(kind__startswith="export").order_by("pk")
    return [(row.kind, row.details["person"], row.url) for row in rows]


def names(people):
    return {person.username for person in people}


# Who reads.


def test_a_question_to_one_unit_is_not_known_to_other_units_of_the_task(
    shared, county, cast, other_county
):
    question = make_question(shared, unit=county)
    sees = {name for name, user in cast.items() if question in access.visible_questions(user)}
    assert sees == {
        *("office", "leader", "administrator", "auditor", "editor", "head", "reader"),
        *("county_office", "acceptance", "supervising"),
    }
    open_to_all = make_question(shared, part=None)
    assert open_to_all in access.visible_questions(cast["other_editor"])
    assert open_to_all not in access.visible_questions(cast["stranger"])


def test_who_asked_goes_on_seeing_the_question_and_a_reader_of_the_sector_sees_it(
    shared, county, other_county, supervising
):
    medium = shared.issue.medium
    sector = factories.unit_of_code("forestry", "市林业局", factories.city())
    sector.sectors.add(medium)
    of_sector = factories.make_user(Role.SUPERVISING, sector)
    both = factories.make_user(Role.LEADER, county)
    question = make_question(shared, both, unit=county)
    both.memberships.all().delete()
    other = factories.make_user(Role.UNIT_READER, other_county)
    for user, sees in ((of_sector, True), (other, False)):
        assert access.visible_questions(user).filter(pk=question.pk).exists() == sees
    other_asker = factories.make_user(Role.UNIT_EDITOR, other_county)
    Question.objects.update(author=other_asker)
    assert access.visible_questions(other_asker).get() == question


@pytest.mark.parametrize("which", ["task", "shared"])
def test_those_can_be_mentioned_who_see_it_and_nobody_else(request, which, cast, office, county):
    task = request.getfixturevalue(which)
    sector = factories.unit_of_code("forestry", "市林业局", factories.city())
    sector.sectors.add(task.issue.medium)
    cast["sector"] = factories.make_user(Role.SUPERVISING, sector, "sector")
    sees = {
        name
        for name, user in cast.items()
        if access.visible_tasks(user).filter(pk=task.pk).exists()
    }
    offered = names(access.possible_mentions(office, task))
    assert offered == {cast[name].username for name in sees}
    own = part(task, county)
    question = make_question(task, office, unit=county)
    reads = {user.username for user in cast.values() if question in access.visible_questions(user)}
    assert names(access.possible_mentions(office, task, own)) == reads


def test_of_a_draft_only_the_office_knows(cast, office, refused):
    draft = make_task(issued=False)
    assert names(access.possible_mentions(office, draft)) == {"office"}
    refused(lambda: make_question(draft, office), "not issued")


def test_a_deputy_is_mentioned_and_told_on_the_days_of_it(task, office, editor, county):
    deputy = factories.make_user(username="deputy")
    held = Deputy.objects.create(
        principal=editor,
        deputy=deputy,
        starts_on=TODAY,
        ends_on=TODAY,
        reason="休假",
        given_by=editor,
        given_at=AT,
    )
    assert "deputy" not in names(access.possible_mentions(office, task))
    office.today = TODAY
    assert "deputy" in names(access.possible_mentions(office, task))
    held.is_for_all = False
    held.save()
    assert "deputy" not in names(access.possible_mentions(office, task))
    held.memberships.set(editor.memberships.all())
    make_question(task, office)
    assert [kind for kind, _who, _url in told(deputy)] == [NotificationKind.ASKED]


# Who asks whom.


def test_who_oversees_asks_the_units_and_units_ask_the_office(shared, county, other_county, cast):
    def asked(name):
        return [
            (row.addressee, row.part.unit.code if row.part else "")
            for row in access.possible_addresses(cast[name], shared)
        ]

    units = [("units", county.code), ("units", other_county.code)]
    assert asked("office") == [*units, ("units", "")]
    for name in ("leader", "acceptance", "supervising"):
        assert asked(name) == [*units, ("office", ""), ("units", "")]
    assert asked("editor") == [("office", county.code), ("units", "")]
    assert asked("county_office") == [("office", county.code), ("units", "")]
    for name in ("reader", "auditor", "administrator", "stranger"):
        assert asked(name) == []
        assert not access.may_ask(cast[name], shared)


def test_the_office_of_a_place_that_holds_all_of_it_asks_its_unit(task, county_office, county):
    found = access.possible_addresses(county_office, task)
    assert [row.addressee for row in found] == [Addressee.UNITS, Addressee.OFFICE]


def test_a_leader_of_the_county_asks_about_its_part(shared, county):
    leader = factories.make_user(Role.LEADER, county)
    assert access.may_ask(leader, shared)
    assert access.Address(Addressee.UNITS, part(shared, county)) in access.possible_addresses(
        leader, shared
    )


@pytest.mark.parametrize("who", ["reader", "auditor", "administrator", "other_editor", "stranger"])
def test_others_only_read(who, request, task, office, refused):
    user = request.getfixturevalue(who)
    question = make_question(task, office)
    refused(lambda: make_question(task, user), "may not do that", None, PermissionDenied)
    refused(lambda: make_answer(question, user), "may not do that", None, PermissionDenied)


def test_another_unit_does_not_answer_what_it_does_not_see(shared, county, other_editor, refused):
    question = make_question(shared, unit=county)
    assert access.may_ask(other_editor, shared)
    refused(lambda: make_answer(question, other_editor), "may not", None, PermissionDenied)


def test_nobody_asks_in_a_direction_that_is_not_theirs(
    shared, editor, county, other_county, refused
):
    refused(lambda: make_question(shared, editor, unit=county), "cannot be asked", "to")
    foreign = part(shared, other_county)
    refused(
        lambda: make_question(shared, editor, addressee=Addressee.OFFICE, part=foreign),
        "cannot be asked",
        "to",
    )


# Asking, and who is told.


def test_a_question_says_who_asked_as_whom_and_when_and_tells_the_unit(
    task, office, editor, head, reader, county
):
    question = make_question(task, office, text=" 管网何时通水？\n")
    assert (question.text, question.author, question.written_at) == ("管网何时通水？", office, AT)
    assert question.unit == factories.city()
    assert str(question) == "管网何时通水？"
    url = f"/tasks/{task.code}/questions/#q{question.pk}"
    assert question.get_absolute_url() == url
    for user in (editor, head):
        assert told(user) == [(NotificationKind.ASKED, str(office), url)]
        assert user.notifications.get().details["task"] == f"{task.code} {task.title}"
    assert told(reader) == told(office) == []


def test_a_question_to_the_office_tells_those_who_run_the_task(
    task, shared, editor, office, county_office, supervising, county
):
    make_question(task, editor, addressee=Addressee.OFFICE)
    assert len(told(office)) == len(told(county_office)) == 1
    assert told(supervising) == []
    make_question(shared, editor, unit=county, addressee=Addressee.OFFICE)
    assert (len(told(office)), len(told(county_office))) == (2, 1)


def test_a_question_to_all_tells_every_unit(shared, office, editor, other_editor):
    make_question(shared, office, part=None)
    assert len(told(editor)) == len(told(other_editor)) == 1


def test_who_is_mentioned_is_told_once_and_the_author_never(task, office, editor, leader, head):
    question = make_question(task, office, mentions=[editor, leader, office])
    assert set(question.mentions.all()) == {editor, leader, office}
    for user in (editor, leader):
        assert [kind for kind, *_rest in told(user)] == [NotificationKind.MENTIONED]
    assert [kind for kind, *_rest in told(head)] == [NotificationKind.ASKED]
    assert told(office) == []


def test_nobody_is_mentioned_who_does_not_see_it(
    task, shared, office, other_editor, stranger, county, editor, refused
):
    for person in (other_editor, stranger):
        refused(
            lambda person=person: make_question(task, office, mentions=[person]),
            f"{person}.*does not see",
            "mentions",
        )
    refused(
        lambda: make_question(shared, office, unit=county, mentions=[other_editor]),
        "does not see",
        "mentions",
    )
    question = make_question(shared, office, unit=county)
    refused(
        lambda: make_answer(question, editor, mentions=[editor, other_editor]),
        f"{other_editor}.*does not see",
        "mentions",
    )


def test_a_text_says_something_and_is_not_longer_than_can_be_kept(task, office, refused):
    refused(lambda: make_question(task, office, text=" \n"), "Write what", "text")
    refused(lambda: make_question(task, office, text="长" * 2001), "2000.*2001", "text")
    assert len(make_question(task, office, text="长" * 2000).text) == 2000
    question = Question.objects.get()
    refused(lambda: make_answer(question, text=""), "Write what", "text")


def test_a_file_of_the_task_can_be_named_and_no_other(task, office, editor, refused):
    own, foreign = (
        Evidence.objects.create(
            task=row, name="监测报告.pdf", size=1, uploaded_by=editor, uploaded_at=AT
        )
        for row in (task, make_task())
    )
    refused(lambda: make_question(task, office, evidence=foreign), "another task", "evidence")
    question = make_question(task, office, evidence=own)
    assert make_answer(question, editor, evidence=own).evidence == own


def test_what_is_sent_twice_is_kept_once(task, office, editor):
    first, second = (make_question(task, office) for _time in range(2))
    assert first == second
    answers = [make_answer(first, editor) for _time in range(2)]
    assert answers[0] == answers[1]
    assert len(told(editor)) == len(told(office)) == 1


# Answering.


def test_an_answer_tells_the_asker_and_who_answered_before(task, office, editor, head, leader):
    question = make_question(task, office)
    answer = make_answer(question, editor)
    assert str(answer) == "七月底通水。"
    assert answer.get_absolute_url() == question.get_absolute_url()
    assert [kind for kind, *_rest in told(office)] == [NotificationKind.ANSWERED]
    make_answer(question, head, text="补充：已通水。", mentions=[leader])
    assert [kind for kind, *_rest in told(editor)] == ["asked", "answered"]
    assert [kind for kind, *_rest in told(leader)] == ["mentioned"]
    assert [kind for kind, *_rest in told(head)] == ["asked"]


def test_who_no_longer_sees_the_task_is_not_told(task, office, editor):
    question = make_question(task, office)
    make_answer(question, editor)
    editor.memberships.all().delete()
    make_answer(question, office, text="收到。")
    assert [kind for kind, *_rest in told(editor)] == ["asked"]


def test_the_asker_s_own_addition_is_no_answer(task, office, editor):
    question = make_question(task, office)
    make_answer(question, office, text="请尽快。")
    assert Question.objects.unanswered().get() == question
    answer = make_answer(question, editor)
    assert not Question.objects.unanswered().exists()
    discussions.take_back(actor=editor, remark=answer, at=AT)
    assert Question.objects.unanswered().get() == question


def test_a_settled_question_is_taken_up_again_before_it_is_answered(
    task, office, editor, head, county_office, refused
):
    question = make_question(task, office)
    refused(
        lambda: discussions.settle(actor=editor, question_id=question.pk, at=AT),
        "Who asked",
        None,
        PermissionDenied,
    )
    for _time in range(2):
        settled = discussions.settle(actor=county_office, question_id=question.pk, at=AT)
    assert (settled.is_settled, settled.settled_by) == (True, county_office)
    refused(lambda: make_answer(question, editor), "Take it up again")
    refused(
        lambda: discussions.reopen(actor=head, question_id=question.pk),
        "Who asked",
        None,
        PermissionDenied,
    )
    for _time in range(2):
        again = discussions.reopen(actor=office, question_id=question.pk)
    assert (again.is_settled, again.settled_by) == (False, None)
    make_answer(question, editor)


def test_open_questions_come_first_and_of_them_those_that_wait(task, office, editor):
    def ask(text, hours):
        return make_question(task, office, text=text, at=AT + timedelta(hours=hours))

    settled, answered, old, new, back = (
        ask(text, hours) for hours, text in enumerate(["甲", "乙", "丙", "丁", "戊"])
    )
    make_answer(answered, editor)
    discussions.settle(actor=office, question_id=settled.pk, at=AT)
    discussions.take_back(actor=office, remark=back, at=AT)
    assert list(Question.objects.in_order()) == [new, old, answered, back, settled]


# Correcting and taking back.


def test_a_text_is_corrected_by_its_author_for_a_quarter_of_an_hour(task, office, editor, refused):
    question = make_question(task, office)
    late, soon = AT + timedelta(minutes=15, seconds=1), AT + timedelta(minutes=15)

    def correct(actor, at, text="管网何时全部通水？"):
        return discussions.correct(actor=actor, remark=question, text=text, at=at)

    refused(lambda: correct(editor, soon), "Its author", None, PermissionDenied)
    refused(lambda: correct(office, late), "within 15 minutes")
    refused(lambda: correct(office, soon, " "), "Write what", "text")
    same = correct(office, soon, question.text)
    assert same.corrected_at is None
    corrected = correct(office, soon)
    assert (corrected.text, corrected.corrected_at) == ("管网何时全部通水？", soon)
    assert question.history.latest().prev_record.text == "管网何时通水？"


def test_what_is_taken_back_is_kept_and_nobody_is_told_of_it_any_more(
    task, office, editor, head, refused
):
    question = make_question(task, office)
    answer = make_answer(question, editor)
    head.notifications.update(read_at=AT)
    taken = discussions.take_back(actor=office, remark=question, at=AT)
    assert (taken.taken_back_at, taken.text) == (AT, "管网何时通水？")
    assert (len(told(editor)), len(told(head))) == (0, 1)
    refused(
        lambda: discussions.take_back(actor=office, remark=question, at=AT), "taken back already"
    )
    refused(lambda: discussions.correct(actor=office, remark=question, text="x", at=AT), "already")
    refused(lambda: make_answer(question, editor), "taken back by its author")
    refused(
        lambda: discussions.take_back(actor=head, remark=answer, at=AT),
        "Its author",
        None,
        PermissionDenied,
    )
    discussions.take_back(actor=editor, remark=answer, at=AT)
    assert told(office) == []


def test_only_auditors_read_what_was_taken_back(cast):
    assert {name for name in CAST if access.may_read_taken_back(cast[name])} == {"auditor"}


# What waits for whom.


def waiting(user):
    found = to_do(user, day=TODAY).items
    return [item.subject.text for item in found if item.act == Act.ANSWER]


def test_what_nobody_answered_waits_for_those_who_are_asked(
    shared, office, editor, head, reader, other_editor, county, supervising, auditor
):
    own = make_question(shared, office, unit=county, text="甲", mentions=[supervising, auditor])
    every = make_question(shared, supervising, part=None, text="乙")
    up = make_question(shared, editor, unit=county, addressee=Addressee.OFFICE, text="丙")
    assert waiting(editor) == waiting(head) == ["甲", "乙"]
    assert waiting(other_editor) == ["乙"]
    assert waiting(office) == ["丙"]
    assert waiting(supervising) == ["甲"]
    assert waiting(reader) == waiting(auditor) == []
    [item] = [row for row in to_do(head, day=TODAY).items if row.subject == own]
    assert item.part == own.part
    make_answer(own, editor)
    assert waiting(head) == ["乙"]
    assert waiting(supervising) == []
    discussions.settle(actor=supervising, question_id=every.pk, at=AT)
    discussions.take_back(actor=editor, remark=up, at=AT)
    assert waiting(head) == waiting(other_editor) == waiting(office) == []


def test_a_unit_that_was_taken_off_is_asked_nothing_any_more(
    shared, office, editor, county, other_county
):
    make_question(shared, office, unit=county)
    on = date(2022, 6, 2)
    assignments.remove_unit(
        actor=office,
        assignment_id=part(shared, county).pk,
        version=None,
        note="职责调整",
        on=on,
        at=moment(on),
    )
    assert waiting(editor) == []


# Apart from the record.


def test_nothing_of_it_is_in_the_record(task, office, editor):
    before = Event.objects.count()
    question = make_question(task, office)
    discussions.take_back(actor=editor, remark=make_answer(question, editor), at=AT)
    discussions.settle(actor=office, question_id=question.pk, at=AT)
    assert Event.objects.count() == before
    assert list(Check().faults()) == []
