"""The pages on which units report and the office answers."""

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate
from PIL import Image

from tests import factories
from tests.sending import as_it_stands
from tracker.models import Evidence, Judgement, ProgressReport
from tracker.operations import evidence, progress

DUE = date(2090, 12, 31)
ON = "2022-09-01"
TEXT = "土建主体已经完成，二沉池满水试验合格，设备安装过半。"


def photo(name="现场.jpg", size=(40, 30)):
    content = io.BytesIO()
    Image.new("RGB", size, "teal").save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


@pytest.fixture
def task(county):
    return factories.make_task(units=[county], number=19, due_on=DUE)


@pytest.fixture
def part(task):
    return factories.part(task)


@pytest.fixture
def report_url(task):
    return f"/tasks/{task.code}/reports/new/"


def report_data(part, **values):
    return {"version": part.version, "on": ON, "text": TEXT, "percent": 40} | values


def report_completion(part, actor, on=date(2022, 8, 1)):
    progress.report_completion(
        actor=actor,
        assignment_id=part.pk,
        version=None,
        on=on,
        at=factories.moment(on),
        note="全部完成",
    )
    part.refresh_from_db()


STEPS = {
    "acknowledge": ({}, "acknowledged"),
    "report-completion": ({"note": "管网全部通水"}, "completion_reported"),
    "complete": ({"note": "现场核实"}, "completed"),
    "return-completion": ({"note": "缺监测报告"}, "completion_returned"),
    "reopen": ({"percent": 60, "reason": "问题反弹"}, "reopened"),
}
MAY = {
    "acknowledge": {"office", "editor", "county_office"},
    "report-completion": {"office", "editor", "county_office"},
    "complete": {"office", "acceptance", "county_office"},
    "return-completion": {"office", "acceptance", "county_office"},
    "reopen": {"office", "county_office"},
}


def prepare(step, part, office):
    """Bring the part to where the step may follow."""
    if step == "return-completion":
        report_completion(part, office)
    if step == "reopen":
        factories.complete(part.task, date(2022, 8, 1))
        part.refresh_from_db()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("who", ["office", "editor", "acceptance", "county_office", "reader"])
def test_each_step_is_taken_by_those_who_may(request, open_as, office, part, step, who):
    prepare(step, part, office)
    data, kind = STEPS[step]
    browser = open_as(request.getfixturevalue(who))
    url = f"/tasks/{part.task.code}/units/linjiang/{step}/"
    before = part.task.events.count()
    allowed = who in MAY[step]
    assert browser.get(url).status_code == (200 if allowed else 403)
    response = browser.post(url, {"version": part.version, "on": ON, **data})
    assert response.status_code == (302 if allowed else 403)
    assert part.task.events.count() == before + allowed
    if allowed:
        assert part.task.events.order_by("-sequence").first().kind == kind


@pytest.mark.parametrize("step", [*STEPS, "judge"])
def test_another_unit_and_a_unit_without_part_find_nothing(
    open_as, other_editor, office, other_county, part, step
):
    url = f"/tasks/{part.task.code}/units/linjiang/{step}/"
    assert open_as(other_editor).get(url).status_code == 404
    assert open_as(other_editor).post(url, {}).status_code == 404
    elsewhere = f"/tasks/{part.task.code}/units/donghai/{step}/"
    assert open_as(office).get(elsewhere).status_code == 404


@pytest.mark.parametrize("step", ["report-completion", "complete", "return-completion", "reopen"])
def test_the_second_of_two_is_told_and_keeps_what_was_typed(open_as, office, editor, part, step):
    prepare(step, part, office)
    stale = part.version
    factories.make_round(on=date(2022, 8, 1))
    progress.judge_progress(
        actor=office,
        assignment_id=part.pk,
        call=part.task.inspection.rounds.get(),
        judgement="behind",
        suggested="",
        reason="",
        on=date(2022, 7, 1),
        at=factories.moment(date(2022, 8, 2)),
    )
    data, _kind = STEPS[step]
    url = f"/tasks/{part.task.code}/units/linjiang/{step}/"
    browser = open_as(office)
    response = browser.post(url, {"version": stale, "on": ON, **data})
    assert response.status_code == 409
    [row] = response.context["conflict"].rows
    assert "Judged: behind" in row.theirs
    for value in data.values():
        assert str(value) in row.yours
        assert str(value) in response.content.decode()
    again = {**data, "on": ON, "version": response.context["form"].data["version"]}
    assert browser.post(url, again).status_code == 302


def test_a_step_that_cannot_follow_is_refused_in_words(open_as, office, part):
    url = f"/tasks/{part.task.code}/units/linjiang/reopen/"
    data = {"version": part.version, "on": ON, "percent": 50, "reason": "反弹"}
    response = open_as(office).post(url, data)
    assert response.status_code == 422
    assert "反弹" in response.content.decode()
    assert response.context["form"].non_field_errors()


def test_completing_today_moves_only_today(open_as, office, part):
    url = f"/tasks/{part.task.code}/units/linjiang/complete/"
    browser = open_as(office)
    form = browser.get(url).context["form"]
    assert form["on"].value() == localdate()
    data = {"version": part.version, "on": localdate().isoformat()}
    assert browser.post(url, data).status_code == 302
    part.refresh_from_db()
    assert part.completed_on == localdate()
    assert not part.task.events.get(kind="completed").is_backfilled


def test_a_back_dated_completion_says_that_figures_change(open_as, office, part):
    url = f"/tasks/{part.task.code}/units/linjiang/complete/"
    data = {"version": part.version, "on": ON}
    response = open_as(office).post(url, data, follow=True)
    [message] = response.context["messages"]
    assert "2022-09-01" in str(message)
    assert part.task.events.get(kind="completed").is_backfilled


def test_a_reported_completion_counts_from_the_reported_day(open_as, office, editor, part):
    report_completion(part, editor)
    url = f"/tasks/{part.task.code}/units/linjiang/complete/"
    browser = open_as(office)
    shown = browser.get(url)
    assert "2022-08-01" in shown.content.decode()
    assert "on" not in shown.context["form"].fields
    assert browser.post(url, {"version": part.version, "on": "2022-12-12"}).status_code == 302
    part.refresh_from_db()
    assert part.completed_on == date(2022, 8, 1)


def test_a_return_needs_its_reason(open_as, office, editor, part):
    report_completion(part, editor)
    url = f"/tasks/{part.task.code}/units/linjiang/return-completion/"
    data = {"version": part.version, "on": ON, "note": " "}
    assert open_as(office).post(url, data).status_code == 422


def test_a_reopening_may_set_a_new_deadline(open_as, office, part):
    factories.complete(part.task, date(2022, 8, 1))
    part.refresh_from_db()
    url = f"/tasks/{part.task.code}/units/linjiang/reopen/"
    data = {"version": part.version, "on": ON, "percent": 50, "reason": "反弹"}
    early = open_as(office).post(url, data | {"new_due_on": "2080-01-01"})
    assert early.status_code == 422
    assert "2090-12-31" in str(early.context["form"].errors)
    done = open_as(office).post(url, data | {"new_due_on": "2095-01-01"})
    assert done.status_code == 302
    part.task.refresh_from_db()
    assert part.task.due_on == date(2095, 1, 1)


def test_the_judgement_is_suggested_with_its_grounds(open_as, office, county):
    task = factories.make_task(units=[county], number=5, due_on=date(2023, 1, 1))
    factories.make_round(on=localdate() - timedelta(days=60))
    url = f"/tasks/{task.code}/units/linjiang/judge/"
    browser = open_as(office)
    shown = browser.get(url).context
    assert shown["suggestion"].judgement == "behind"
    assert shown["suggestion"].ground == "overdue"
    call = task.inspection.rounds.get()
    data = {"call": call.pk, "judgement": "on_schedule", "on": localdate().isoformat()}
    data["version"] = factories.part(task).version
    assert browser.post(url, data).status_code == 422
    assert browser.post(url, data | {"reason": "现场已完工"}).status_code == 302
    judged = Judgement.objects.get()
    assert (judged.judgement, judged.suggested) == ("on_schedule", "behind")


def test_nothing_speaks_against_a_task_that_keeps_up(open_as, office, part):
    shown = open_as(office).get(f"/tasks/{part.task.code}/units/linjiang/judge/")
    assert shown.context["suggestion"].judgement == "on_schedule"
    assert "new" in shown.content.decode()


def test_the_second_of_two_who_judge_is_told_what_the_first_said(
    open_as, office, supervising, county, water_bureau
):
    task = factories.make_task(units=[county], due_on=DUE, supervising_unit=water_bureau)
    call = factories.make_round(on=date(2022, 8, 1))
    url = f"/tasks/{task.code}/units/linjiang/judge/"
    first, second = open_as(supervising), open_as(office)
    seen, also_seen = (as_it_stands(browser.get(url)) for browser in (first, second))
    words = {"judgement": ["behind"], "reason": ["现场停工"]}
    assert first.post(url, seen | words).status_code == 302

    words = {"judgement": ["on_schedule"], "reason": ["已经复工"]}
    conflict = second.post(url, also_seen | words)

    assert conflict.status_code == 409
    assert conflict.context["conflict"].person == supervising
    [row] = conflict.context["conflict"].rows
    assert "Judged: behind" in row.theirs
    assert "现场停工" in row.theirs
    assert "Judgement: on schedule" in row.yours
    assert Judgement.objects.get().judgement == "behind"
    again = as_it_stands(conflict)
    assert (again["judgement"], again["reason"]) == (["on_schedule"], ["已经复工"])
    assert second.post(url, again).status_code == 302
    assert [row.judgement for row in call.judgements.order_by("pk")] == ["behind", "on_schedule"]


@pytest.mark.parametrize("who", ["editor", "reader", "leader"])
def test_units_do_not_judge_themselves(request, open_as, part, who):
    url = f"/tasks/{part.task.code}/units/linjiang/judge/"
    assert open_as(request.getfixturevalue(who)).get(url).status_code == 403


@pytest.mark.parametrize(
    ("who", "status"),
    [("editor", 302), ("head", 302), ("office", 302), ("reader", 403), ("leader", 403)],
)
def test_a_report_is_sent_by_the_unit_or_the_office(
    request, open_as, task, part, report_url, who, status
):
    browser = open_as(request.getfixturevalue(who))
    assert browser.get(report_url).status_code == (200 if status == 302 else 403)
    assert browser.post(report_url, report_data(part)).status_code == status
    task.refresh_from_db()
    assert task.percent == (40 if status == 302 else 0)


def test_another_unit_cannot_report(open_as, other_editor, part, report_url):
    for url in (report_url, f"{report_url}?unit=linjiang"):
        assert open_as(other_editor).get(url).status_code == 404
        assert open_as(other_editor).post(url, report_data(part)).status_code == 404


def test_a_report_with_files_and_ticks_is_kept(open_as, editor, task, part, report_url):
    measure = task.measures.get()
    pdf = SimpleUploadedFile("记录.pdf", b"%PDF-1.4\n%%EOF\n")
    data = report_data(
        part, measures_done=[measure.pk], photos=photo(), documents=[photo("二.jpg"), pdf]
    )
    assert open_as(editor).post(report_url, data).status_code == 302
    report = ProgressReport.objects.get()
    assert sorted(report.evidence.values_list("name", flat=True)) == [
        "二.jpg",
        "现场.jpg",
        "记录.pdf",
    ]
    measure.refresh_from_db()
    assert measure.completed_on == date(2022, 9, 1)
    text = open_as(editor).get(f"/reports/{report.pk}/").content.decode()
    assert TEXT in text
    assert "记录.pdf" in text


def test_too_few_words_and_an_unexplained_fall_are_refused(open_as, editor, part, report_url):
    browser = open_as(editor)
    short = browser.post(report_url, report_data(part, text="快好了"))
    assert short.status_code == 422
    assert browser.post(report_url, report_data(part)).status_code == 302
    part.refresh_from_db()
    fall = report_data(part, percent=30, on="2022-09-02")
    refused = browser.post(report_url, fall)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["fall_reason"]
    assert refused.context["form"].says_late
    assert TEXT in refused.content.decode()
    assert browser.post(report_url, fall | {"fall_reason": "核减"}).status_code == 302


def test_a_report_for_a_day_before_is_compared_with_that_day(open_as, editor, part, report_url):
    browser = open_as(editor)
    assert browser.post(report_url, report_data(part)).status_code == 302
    part.refresh_from_db()
    before = report_data(part, percent=30, on="2022-08-31")
    assert browser.post(report_url, before).status_code == 302
    part.refresh_from_db()
    unsaid = browser.post(report_url, report_data(part, percent=30, on=""))
    assert list(unsaid.context["form"].errors) == ["on", "fall_reason"]


REFUSED = {
    "a page that calls itself a photo": lambda: SimpleUploadedFile("a.jpg", b"<html><script>"),
    "an empty file": lambda: SimpleUploadedFile("empty.jpg", b""),
    "a program behind two endings": lambda: SimpleUploadedFile("a.jpg.exe", b"MZ\x90\x00"),
    "a page behind two endings": lambda: SimpleUploadedFile("a.html.jpg", b"<!doctype html>"),
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("picker", ["photos", "documents"])
def test_a_refused_file_is_named_and_the_text_is_kept(
    open_as, editor, part, report_url, what, picker
):
    upload = REFUSED[what]()
    data = report_data(part, difficulties="设备晚到", **{picker: [photo("好.jpg"), upload]})
    response = open_as(editor).post(report_url, data)
    assert response.status_code == 422
    [named, kept] = response.context["form"].errors[picker]
    assert upload.name in named
    assert "kept" in kept
    text = response.content.decode()
    assert TEXT in text
    assert "设备晚到" in text
    assert not ProgressReport.objects.exists()
    assert not Evidence.objects.exists()


def test_a_file_that_is_too_large_is_refused(open_as, editor, part, report_url, settings):
    settings.EVIDENCE_MAX_BYTES = 500
    response = open_as(editor).post(report_url, report_data(part, documents=photo(size=(400, 300))))
    assert response.status_code == 422
    assert not Evidence.objects.exists()


def test_too_many_files_are_refused(open_as, editor, part, report_url):
    files = [photo(f"{number}.jpg", (2, 2)) for number in range(21)]
    response = open_as(editor).post(report_url, report_data(part, documents=files))
    assert list(response.context["form"].errors) == ["documents"]


def test_a_draft_is_its_authors_alone_and_counts_nowhere(
    open_as, editor, head, office, task, part, report_url
):
    browser = open_as(editor)
    unfinished = report_data(part, text="写了一半", percent="", then="draft")
    assert browser.post(report_url, unfinished).status_code == 302
    draft = ProgressReport.objects.get()
    assert draft.status == "draft"
    assert "写了一半" in browser.get(report_url).content.decode()
    assert "写了一半" not in open_as(head).get(report_url).content.decode()
    address = f"/reports/{draft.pk}/"
    assert browser.get(address).status_code == 200
    for user in (head, office):
        assert open_as(user).get(address).status_code == 404
    task.refresh_from_db()
    assert task.percent == 0
    assert browser.post(report_url, report_data(part)).status_code == 302
    assert ProgressReport.objects.get().status == "submitted"


def test_files_sent_with_a_draft_are_said_to_wait(open_as, editor, part, report_url):
    data = report_data(part, then="draft", documents=photo())
    response = open_as(editor).post(report_url, data, follow=True)
    [message] = response.context["messages"]
    assert "Its files wait for it" in str(message)
    assert not Evidence.objects.exists()


def test_somebody_of_several_units_chooses_one(open_as, office, county, other_county):
    task = factories.make_task(units=[county, other_county], number=7, due_on=DUE)
    url = f"/tasks/{task.code}/reports/new/"
    browser = open_as(office)
    shown = browser.get(url)
    assert [row.unit for row in shown.context["possible"]] == [county, other_county]
    assert browser.post(url, {"text": TEXT}).url == url
    part = factories.part(task, other_county)
    assert browser.post(f"{url}?unit=donghai", report_data(part)).status_code == 302
    part.refresh_from_db()
    assert part.percent == 40
    assert factories.part(task, county).percent == 0


def test_a_post_cannot_name_another_unit_or_author(open_as, editor, office, other_county, county):
    task = factories.make_task(units=[county, other_county], number=7, due_on=DUE)
    part, foreign = factories.part(task, county), factories.part(task, other_county)
    extra = {
        "unit": "donghai",
        "assignment": foreign.pk,
        "author": office.pk,
        "status": "accepted",
        "completed_on": ON,
        "event": 1,
    }
    url = f"/tasks/{task.code}/reports/new/"
    assert open_as(editor).post(url, report_data(part, **extra)).status_code == 302
    report = ProgressReport.objects.get()
    assert (report.assignment, report.author, report.status) == (part, editor, "submitted")
    foreign.refresh_from_db()
    assert foreign.percent == 0
    assert open_as(editor).post(f"{url}?unit=donghai", report_data(foreign)).status_code == 403


def test_a_measure_of_another_task_cannot_be_ticked(open_as, editor, county, part, report_url):
    other = factories.make_task(units=[county], number=8, due_on=DUE)
    data = report_data(part, measures_done=[other.measures.get().pk])
    assert open_as(editor).post(report_url, data).status_code == 422
    assert other.measures.get().completed_on is None


def test_two_reports_at_once_lose_nothing(open_as, editor, head, part, report_url):
    first = report_data(part, text="甲" * 30)
    assert open_as(head).post(report_url, first).status_code == 302
    second = report_data(part, text="乙" * 30, percent=50)
    browser = open_as(editor)
    response = browser.post(report_url, second | {"documents": photo()})
    assert response.status_code == 409
    text = response.content.decode()
    assert "甲" * 30 in text
    assert "乙" * 30 in text
    assert ProgressReport.objects.count() == 1
    assert not Evidence.objects.exists()
    again = second | {"version": response.context["form"].data["version"]}
    assert browser.post(report_url, again).status_code == 302
    assert ProgressReport.objects.count() == 2


def test_quantities_are_asked_where_progress_is_counted(open_as, editor, county):
    task = factories.make_task(
        units=[county], number=9, due_on=DUE, quantity_target=200, quantity_unit="公里"
    )
    url = f"/tasks/{task.code}/reports/new/"
    browser = open_as(editor)
    assert "Of 200 公里 in all." in browser.get(url).content.decode()
    part = factories.part(task)
    assert browser.post(url, report_data(part, quantity_done="120.5")).status_code == 302
    assert ProgressReport.objects.get().quantity_done == 120.5


def test_the_last_report_stands_beside_the_form(open_as, editor, task, part, report_url):
    factories.make_report(task, 10, text="上个月的进展", files=[evidence.check(photo())])
    shown = open_as(editor).get(report_url)
    assert "上个月的进展" in shown.content.decode()
    assert shown.context["form"]["text"].value() is None


def test_a_report_is_seen_by_those_who_see_its_task(open_as, reader, leader, other_editor, task):
    report = factories.make_report(task, 10)
    url = f"/reports/{report.pk}/"
    assert open_as(reader).get(url).status_code == 200
    assert open_as(leader).get(url).status_code == 200
    assert open_as(other_editor).get(url).status_code == 404


def test_where_reports_count_a_reported_completion_is_one(open_as, editor, county):
    inspection = factories.make_inspection(completion_basis="reported")
    task = factories.make_task(inspection, [county], number=3, due_on=DUE)
    part = factories.part(task)
    url = f"/tasks/{task.code}/units/linjiang/report-completion/"
    browser = open_as(editor)
    assert "counts as completed from that day" in browser.get(url).content.decode()
    data = {"version": part.version, "on": ON, "note": "管网全部通水"}
    assert browser.post(url, data).status_code == 302
    part.refresh_from_db()
    assert part.completed_on == date(2022, 9, 1)
