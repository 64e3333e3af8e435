"""Files sent ahead one by one, forms that keep their files, and the pages that take them."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from tests import closing, factories
from tests.sending import as_it_stands
from tests.views.test_closures import TEXT as SAID
from tests.views.test_closures import decision
from tests.views.test_progress_verbs import TEXT, report_data
from tracker.models import Closure, Evidence, ProgressReport, StagedFile
from tracker.operations import annulment

DUE = date(2090, 1, 1)
STAGED = "/evidence/staged/"


def pdf(name="监测报告.pdf", more=""):
    return SimpleUploadedFile(name, f"%PDF-1.7 {name}{more}\n%%EOF\n".encode())


def program():
    return SimpleUploadedFile("setup.exe", b"MZ program")


@pytest.fixture
def task(county):
    return factories.make_task(units=[county], due_on=DUE)


@pytest.fixture
def part(task):
    return factories.part(task)


@pytest.fixture
def report_url(task):
    return f"/tasks/{task.code}/reports/new/"


def sent(browser, upload=None):
    answer = browser.post(STAGED, {"file": upload or pdf()})
    assert answer.status_code == 201, answer.content
    return answer.json()["id"]


class TestSendingAhead:
    def test_a_file_is_answered_with_its_key(self, open_as, editor):
        answer = open_as(editor).post(STAGED, {"file": pdf()})
        row = StagedFile.objects.get()
        assert answer.status_code == 201
        assert answer.json() == {"id": row.pk, "name": "监测报告.pdf", "size": row.size}
        assert row.owner == editor

    @pytest.mark.parametrize(
        ("upload", "status", "words"),
        [
            (program, 422, "setup.exe was not attached: only photos, PDF"),
            (lambda: SimpleUploadedFile("a.pdf", b"no pdf"), 422, "not what the name says"),
            (lambda: pdf(more="x" * 2000), 413, "larger than 0 MB"),
            (lambda: "", 400, "No file was sent"),
        ],
    )
    def test_one_that_cannot_be_kept_is_told_why(
        self, open_as, editor, settings, upload, status, words
    ):
        settings.EVIDENCE_MAX_BYTES = 1000
        answer = open_as(editor).post(STAGED, {"file": upload()})
        assert answer.status_code == status
        assert words in answer.json()["error"]
        assert not StagedFile.objects.exists()

    def test_too_much_on_one_day_is_too_large(self, open_as, editor, settings):
        settings.EVIDENCE_MAX_BYTES_PER_DAY = 10
        answer = open_as(editor).post(STAGED, {"file": pdf()})
        assert answer.status_code == 413
        assert "today" in answer.json()["error"]

    def test_who_attaches_nothing_is_refused(self, open_as, reader):
        assert open_as(reader).post(STAGED, {"file": pdf()}).status_code == 403

    def test_without_a_token_nothing_is_taken(self, client_of, editor):
        browser = client_of(editor, enforce_csrf_checks=True)
        assert browser.post(STAGED, {"file": pdf()}).status_code == 403

    def test_it_is_removed_by_who_sent_it_and_nobody_else(self, open_as, editor, head):
        key = sent(open_as(editor))
        url = f"{STAGED}{key}/remove/"
        assert open_as(head).post(url).status_code == 404
        assert open_as(editor).get(url).status_code == 405
        assert open_as(editor).post(url).status_code == 204
        assert not StagedFile.objects.exists()


class TestAReport:
    def test_takes_over_what_was_sent_ahead(self, open_as, editor, part, report_url):
        browser = open_as(editor)
        keys = [sent(browser), sent(browser, pdf("b.pdf"))]
        data = report_data(part, **{"documents-sent": keys})
        assert browser.post(report_url, data).status_code == 302
        report = ProgressReport.objects.get()
        assert [file.name for file in report.evidence.order_by("pk")] == ["监测报告.pdf", "b.pdf"]
        assert not StagedFile.objects.exists()

    def test_that_is_refused_keeps_what_came_with_it_and_names_what_is_wrong(
        self, open_as, editor, part, report_url
    ):
        browser = open_as(editor)
        key = sent(browser, pdf("先传的.pdf"))
        data = report_data(part, text="短", **{"documents-sent": [key]})
        answer = browser.post(report_url, data | {"documents": [pdf(), program()]})
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "setup.exe was not attached" in text
        again = as_it_stands(answer, "text")
        assert len(again["documents-sent"]) == 2
        for name in ("先传的.pdf", "监测报告.pdf"):
            assert name in text

        answer = browser.post(report_url, again | {"text": TEXT, "then": "send"})

        assert answer.status_code == 302
        names = {file.name for file in ProgressReport.objects.get().evidence.all()}
        assert names == {"先传的.pdf", "监测报告.pdf"}

    def test_that_is_whole_but_for_a_file_keeps_the_others(self, open_as, editor, part, report_url):
        browser = open_as(editor)
        answer = browser.post(report_url, report_data(part) | {"documents": [pdf(), program()]})
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "The other files and the text are kept." in text
        assert text.count("setup.exe was not attached") == text.count("are kept.")
        assert StagedFile.objects.get().name == "监测报告.pdf"
        assert not Evidence.objects.exists()

    def test_that_came_second_keeps_its_files(self, open_as, editor, head, part, report_url):
        first = report_data(part, text="甲" * 30)
        second = report_data(part, text="乙" * 30, percent=50)
        assert open_as(head).post(report_url, first).status_code == 302
        browser = open_as(editor)
        answer = browser.post(report_url, second | {"documents": [pdf()]})
        assert answer.status_code == 409
        again = as_it_stands(answer, "text") | {"then": "send"}
        assert browser.post(report_url, again).status_code == 302
        assert Evidence.objects.get().name == "监测报告.pdf"

    def test_kept_as_a_draft_keeps_its_files_for_a_day(self, open_as, editor, part, report_url):
        browser = open_as(editor)
        data = report_data(part, then="draft")
        answer = browser.post(report_url, data | {"documents": [pdf()]})
        shown = browser.get(answer.url)
        assert "Its files wait for it until tomorrow" in shown.content.decode()
        again = as_it_stands(shown, "text") | {"then": "send"}
        assert browser.post(answer.url, again).status_code == 302
        assert Evidence.objects.get().name == "监测报告.pdf"

    @pytest.mark.parametrize("key", ["999", "x", "9" * 25, "-1"])
    def test_a_file_that_is_gone_is_said_so(self, open_as, editor, part, report_url, key):
        answer = open_as(editor).post(report_url, report_data(part, **{"documents-sent": [key]}))
        assert answer.status_code == 422
        assert "no longer kept" in answer.content.decode()

    def test_nobody_attaches_what_another_sent(self, open_as, editor, head, part, report_url):
        key = sent(open_as(head))
        answer = open_as(editor).post(report_url, report_data(part, **{"documents-sent": [key]}))
        assert answer.status_code == 422
        assert "监测报告.pdf" not in answer.content.decode()
        assert StagedFile.objects.get().owner == head

    def test_takes_only_so_many_files_at_once(self, open_as, editor, part, report_url):
        files = [pdf(f"{n}.pdf") for n in range(21)]
        answer = open_as(editor).post(report_url, report_data(part) | {"documents": files})
        assert answer.status_code == 422
        assert "At most 20 files" in answer.content.decode()

    def test_that_cannot_keep_more_today_says_so(self, open_as, editor, part, report_url, settings):
        settings.EVIDENCE_MAX_BYTES_PER_DAY = 10
        data = report_data(part, text="短") | {"documents": [pdf()]}
        answer = open_as(editor).post(report_url, data)
        assert answer.status_code == 422
        assert "more than 0 MB today" in answer.content.decode()


class TestAMeasure:
    def test_is_ticked_off_with_files_and_has_a_page_of_them(
        self, open_as, editor, reader, task, django_assert_max_num_queries
    ):
        browser, today = open_as(editor), localdate().isoformat()
        url = f"/tasks/{task.code}/measures/1/"
        data = {"version": task.version, "on": today, "documents": [pdf()]}
        assert browser.post(f"{url}complete/", data).status_code == 302
        answer = browser.post(
            f"{url}files/new/", {"documents": [pdf("又一份.pdf")], "photo_kind": ""}, follow=True
        )
        text = answer.content.decode()
        assert "The files were attached." in text
        assert "监测报告.pdf" in text
        assert "又一份.pdf" in text
        assert f"{url}files/new/" in text
        others = open_as(reader)
        with django_assert_max_num_queries(15):
            seen = others.get(f"{url}files/").content.decode()
        assert "又一份.pdf" in seen
        assert "files/new/" not in seen
        assert "files/new/" not in browser.get(f"{url}files/?asof=2022-05-01").content.decode()
        page = browser.get(f"/tasks/{task.code}/").content.decode()
        assert "Files 2" in page
        assert "Files 2" not in browser.get(f"/tasks/{task.code}/?asof=2022-05-01").content.decode()
        about = browser.get(Evidence.objects.latest("pk").get_page_url()).content.decode()
        assert f"{url}files/" in about

    def test_needs_a_file_to_attach_one(self, open_as, editor, task):
        answer = open_as(editor).post(f"/tasks/{task.code}/measures/1/files/new/", {})
        assert answer.status_code == 422
        assert "Choose at least one file." in answer.content.decode()

    def test_without_files_says_so(self, open_as, reader, task):
        text = open_as(reader).get(f"/tasks/{task.code}/measures/1/files/").content.decode()
        assert "No file has been attached to this measure." in text
        assert open_as(reader).get(f"/tasks/{task.code}/measures/2/files/").status_code == 404


class TestAClosure:
    @pytest.fixture
    def completed(self, county, bureau):
        return closing.completed_task()

    def apply(self, browser, task, **more):
        own = factories.part(task)
        data = {
            "version": own.version,
            "self_checked_on": "2022-07-03",
            "self_check": SAID,
            "completion_text": SAID,
            "unit_head": "周向东",
            "on": "2022-07-04",
        }
        return browser.post(f"/tasks/{task.code}/closure/new/", data | more)

    def test_is_applied_for_with_files_that_a_refusal_keeps(self, open_as, editor, completed):
        browser = open_as(editor)
        answer = self.apply(browser, completed, unit_head="", documents=[pdf(), pdf("b.pdf")])
        assert answer.status_code == 422
        again = as_it_stands(answer, "self_check") | {"unit_head": "周向东"}
        assert browser.post(answer.request["PATH_INFO"], again).status_code == 302
        closure = Closure.objects.get()
        assert {file.name for file in closure.evidence.all()} == {"监测报告.pdf", "b.pdf"}
        page = browser.get(closure.get_absolute_url()).content.decode()
        assert "b.pdf" in page

    def test_is_decided_with_files_for_the_site_and_for_each_condition(
        self, open_as, editor, acceptance, completed
    ):
        self.apply(open_as(editor), completed, documents=[pdf("自查.pdf")])
        closure = closing.take(Closure.objects.get(), acceptance)
        browser = open_as(acceptance)
        url = f"/closures/{closure.pk}/decide/"
        assert "Files of the application that show it" in browser.get(url).content.decode()
        chosen = closure.evidence.get().pk
        files = {
            "measures_shown": [chosen],
            "standards_files": [pdf("监测.pdf")],
            "documents": [pdf("现场记录.pdf")],
        }
        data = decision(closure, **files)
        assert browser.post(url, data).status_code == 302
        found = {row.condition: list(row.evidence.all()) for row in closure.answers.all()}
        assert [file.pk for file in found["measures"]] == [chosen]
        assert [file.name for file in found["standards"]] == ["监测.pdf"]
        for user in (editor, acceptance):
            text = open_as(user).get(closure.get_absolute_url()).content.decode()
            for name in ("自查.pdf", "监测.pdf", "现场记录.pdf"):
                assert name in text
        line = open_as(editor).get(f"/tasks/{completed.code}/?show=files").content.decode()
        assert "现场记录.pdf" in line
        about = browser.get(Evidence.objects.latest("pk").get_page_url()).content.decode()
        assert closure.get_absolute_url() in about

    def test_the_files_of_a_decision_that_was_taken_back_are_the_acceptance_s_own(
        self, open_as, editor, acceptance, office, completed
    ):
        closure = closing.take(closing.apply(completed, editor), acceptance)
        data = decision(closure, documents=[pdf("现场记录.pdf")], standards_files=[pdf("监测.pdf")])
        assert open_as(acceptance).post(f"/closures/{closure.pk}/decide/", data).status_code == 302
        event = completed.events.get(kind="acceptance_passed")
        annulment.annul(
            actor=office, event_id=event.pk, reason="误填", at=factories.moment(closing.DECIDED)
        )
        row = Evidence.objects.latest("pk")
        for page in (closure.get_absolute_url(), f"/tasks/{completed.code}/?show=files"):
            text = open_as(editor).get(page).content.decode()
            assert "现场记录.pdf" not in text
            assert "监测.pdf" not in text
        assert open_as(editor).get(row.get_absolute_url()).status_code == 404
        answer = open_as(acceptance).get(row.get_absolute_url())
        assert answer.status_code == 200
        answer.close()

    def test_shows_photos_before_and_after_side_by_side(self, open_as, editor, completed):
        before = SimpleUploadedFile("前.png", factories.picture())
        after = SimpleUploadedFile("后.png", factories.picture(colour="green"))
        self.apply(open_as(editor), completed, documents=[before, after])
        rows = Evidence.objects.order_by("pk")
        assert len(rows) == 2
        for row, kind in zip(rows, ("before", "after"), strict=True):
            data = {"photo_kind": kind, "pair": ""}
            assert open_as(editor).post(f"/evidence/{row.pk}/kind/", data).status_code == 302
        text = open_as(editor).get(Closure.objects.get().get_absolute_url()).content.decode()
        pairs = text[text.index('id="pairs"') :]
        assert pairs.index(f"/evidence/{rows[0].pk}/small/") < pairs.index(
            f"/evidence/{rows[1].pk}/small/"
        )
