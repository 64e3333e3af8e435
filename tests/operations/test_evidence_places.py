"""Files of measures, applications and acceptances: each says where it belongs, and who reads it."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import closing, factories
from tracker import access
from tracker.choices import Condition, Role
from tracker.models import Event, Evidence
from tracker.operations import annulment, closures, evidence, integrity, measures

ON = date(2022, 6, 1)
AT = factories.moment(ON)


def file(name="报告.pdf", about=""):
    content = f"%PDF-1.7 {name}\n%%EOF\n".encode()
    return replace(evidence.check(SimpleUploadedFile(name, content)), about=about)


def entry_of(row):
    return Event.objects.get(kind="evidence_added", details__after__evidence=row.pk)


def faults():
    return list(integrity.Check().faults())


@pytest.fixture
def task(county):
    return factories.make_task(units=[county])


@pytest.fixture
def measure(task):
    return task.measures.get()


def complete(measure, actor, *files):
    return measures.complete_measure(
        actor=actor, measure_id=measure.pk, version=None, files=files, on=ON, at=AT
    )


def attach(measure, actor, *files, on=ON):
    return measures.attach_to_measure(
        actor=actor, measure_id=measure.pk, files=files, on=on, at=factories.moment(on)
    )


class TestOfAMeasure:
    def test_they_come_with_its_completion(self, task, measure, editor):
        complete(measure, editor, file())
        row = Evidence.objects.get()
        assert (row.task, row.measure) == (task, measure)
        assert row.step.kind == "measure_completed"
        after = entry_of(row).details["after"]
        assert after["measure"] == measure.pk
        assert "closure" not in after
        assert faults() == []

    def test_or_later(self, measure, editor, office):
        complete(measure, editor)
        [row] = attach(measure, editor, file())
        assert (row.measure, row.step) == (measure, None)
        complete(measure, office, file("又一份.pdf"))
        assert Evidence.objects.latest("pk").step is None
        assert faults() == []

    def test_by_its_units_and_the_office_alone(self, measure, reader, acceptance, other_editor):
        for actor in (reader, acceptance, other_editor):
            with pytest.raises(PermissionDenied):
                attach(measure, actor, file())
        assert not Evidence.objects.exists()

    def test_not_without_a_file(self, measure, editor):
        with pytest.raises(ValidationError, match="Choose at least one file"):
            attach(measure, editor)

    def test_not_to_one_that_was_annulled(self, task, measure, editor, office):
        added = measures.add_measure(
            actor=office, task_id=task.pk, version=None, values={"text": "多余"}, on=ON, at=AT
        )
        event = Event.objects.get(kind="measure_added", details__after__measure=added.pk)
        annulment.annul(actor=office, event_id=event.pk, reason="填错", at=AT)
        with pytest.raises(ValidationError, match="was annulled"):
            attach(added, editor, file())

    def test_not_beside_a_closure_and_again_after_its_return(self, editor, acceptance):
        task = closing.completed_task()
        measure, day = task.measures.get(), closing.TAKEN
        attach(measure, editor, file("之前.pdf"), on=closing.COMPLETED)
        closure = closing.apply(task, editor)

        for step in (
            lambda: attach(measure, editor, file(), on=day),
            lambda: complete(measure, editor, file()),
        ):
            with pytest.raises(ValidationError, match="on its way to closure"):
                step()
        measure.refresh_from_db()
        assert measure.completed_on is None
        assert Evidence.objects.count() == 1

        closing.send_back(closure, acceptance)
        attach(measure, editor, file(), on=day)
        assert Evidence.objects.count() == 2

    def test_a_row_that_says_another_measure_than_the_record_is_found(self, task, measure, editor):
        [row] = attach(measure, editor, file())
        Evidence.objects.filter(pk=row.pk).update(measure=None)
        [fault] = faults()
        assert fault.how == f"it belongs to measure None, by the record to {measure.pk}"


class TestOfAnApplication:
    def test_they_belong_to_it_beside_those_chosen(self, editor):
        task = closing.completed_task()
        [chosen] = attach(task.measures.get(), editor, file("旧.pdf"), on=closing.COMPLETED)
        closure = closing.apply(task, editor, evidence=[chosen], files=[file("新.pdf")])
        new = Evidence.objects.latest("pk")
        assert (new.closure, new.step.kind) == (closure, "applied")
        assert entry_of(new).details["after"]["closure"] == closure.pk
        assert list(closure.evidence.order_by("pk")) == [chosen, new]
        assert faults() == []

    def test_a_refused_one_leaves_nothing(self, editor):
        task = closing.completed_task()
        with pytest.raises(ValidationError):
            closing.apply(task, editor, unit_head="", files=[file()])
        assert not Evidence.objects.exists()


@pytest.fixture
def taken(editor, acceptance):
    task = closing.completed_task()
    [row] = attach(task.measures.get(), editor, file("旧.pdf"), on=closing.COMPLETED)
    return closing.take(closing.apply(task, editor, evidence=[row]), acceptance)


class TestOfAnAcceptance:
    def test_they_belong_to_the_decision_and_its_conditions(self, taken, acceptance):
        old = taken.evidence.get()
        closing.decide(
            taken,
            acceptance,
            shown={Condition.MEASURES: [old]},
            files=[file("现场.pdf"), file("监测.pdf", about="standards")],
        )
        site, proof = Evidence.objects.order_by("pk")[1:]
        assert {row.closure for row in (site, proof)} == {taken}
        assert {row.step.kind for row in (site, proof)} == {"acceptance_passed"}
        assert entry_of(proof).details["after"]["about"] == "standards"
        assert "about" not in entry_of(site).details["after"]
        found = {row.condition: list(row.evidence.all()) for row in taken.answers.all()}
        assert found["measures"] == [old]
        assert found["standards"] == [proof]
        assert found["alike"] == []
        assert list(taken.evidence.all()) == [old]
        assert faults() == []

    def test_a_file_of_another_task_shows_nothing(self, taken, acceptance, editor):
        other = factories.make_task(units=[factories.county()])
        [foreign] = attach(other.measures.get(), editor, file("别处.pdf"))
        with pytest.raises(ValidationError, match="another task"):
            closing.decide(taken, acceptance, shown={Condition.MEASURES: [foreign]})
        assert taken.answers.count() == 0

    def test_a_refused_decision_leaves_nothing(self, taken, acceptance):
        with pytest.raises(ValidationError):
            closing.decide(taken, acceptance, team_leader="", files=[file()])
        assert Evidence.objects.count() == 1

    def test_the_unit_reads_them_once_it_is_decided_and_not_when_that_is_taken_back(
        self, taken, acceptance, editor, leader, office, county_office
    ):
        closing.decide(taken, acceptance, files=[file("现场.pdf")])
        row = Evidence.objects.latest("pk")

        def reads(user):
            return access.visible_evidence(user).filter(pk=row.pk).exists()

        everybody = (editor, county_office, acceptance, leader, office)
        assert all(reads(user) for user in everybody)
        event = Event.objects.get(kind="acceptance_passed")
        annulment.annul(
            actor=office, event_id=event.pk, reason="误填", at=factories.moment(closing.DECIDED)
        )
        assert [reads(user) for user in everybody] == [False, False, True, True, True]
        closing.decide(taken, acceptance)
        assert not reads(editor)

    def test_a_second_decision_says_anew_what_shows_each_answer(self, taken, acceptance, office):
        closing.decide(taken, acceptance, files=[file(about="standards")])
        event = Event.objects.get(kind="acceptance_passed")
        annulment.annul(
            actor=office, event_id=event.pk, reason="误填", at=factories.moment(closing.DECIDED)
        )
        closing.decide(taken, acceptance, shown={Condition.MEASURES: list(taken.evidence.all())})
        found = {row.condition: row.evidence.count() for row in taken.answers.all()}
        assert (found["measures"], found["standards"]) == (1, 0)


def test_a_report_that_waits_shows_its_files_to_nobody_above(county, editor, office, leader, head):
    task = factories.make_task(units=[county])
    type(task.inspection).objects.update(reports_signed=True)
    report = factories.make_report(task, 20, ON, actor=editor, files=[file()])
    row = report.evidence.get()
    assert row.step is None

    def reads(user):
        return access.visible_evidence(user).filter(pk=row.pk).exists()

    supervisor = factories.make_user(Role.SUPERVISING, task.acceptance_unit)
    assert [reads(user) for user in (editor, head, office, leader, supervisor)] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_closures_still_ask_who_may(editor, taken):
    with pytest.raises(PermissionDenied):
        closures.decide_acceptance(
            actor=editor,
            closure_id=taken.pk,
            version=None,
            passes=True,
            answers=closing.ALL_MET,
            desk_finding="x",
            field_finding="x",
            field_checked_on=closing.DECIDED,
            team_leader="x",
            team_members="",
            opinion="x",
            files=[file()],
            **closing.said(closing.DECIDED),
        )
    assert Evidence.objects.count() == 1
