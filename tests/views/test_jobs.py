"""Large exports: asked for on a page, followed on another, fetched by whoever asked."""

from datetime import timedelta
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.utils.timezone import now
from django_tasks_db.models import DBTaskResult
from openpyxl import load_workbook

from tests.factories import DUE, make_export, make_task
from tracker import background
from tracker.choices import ExportFault, JobState
from tracker.exporters.forms import Order
from tracker.models import ExportJob, Membership, Worker
from tracker.operations import jobs
from tracker.views.jobs import SALT, answer


@pytest.fixture
def order(office, inspection):
    make_task()
    make_task()
    return Order(form="ledger", as_of=DUE, inspection=inspection.pk, user=office.pk, at=now())


@pytest.fixture
def small_limit(settings):
    settings.EXPORTS_AT_ONCE = 1


@pytest.fixture
def browser(open_as, office):
    return open_as(office)


@pytest.fixture
def served(db):
    return Worker.objects.create(name="one", started_at=now(), seen_at=now())


def asked(person, method="get", **headers):
    """A request for an export, as a view has it before it answers."""
    request = getattr(RequestFactory(headers={"host": "localhost", **headers}), method)("/x/")
    request.user = person
    request.session = {}
    request.htmx = False
    return request


def signed(order):
    return signing.dumps(order.as_json(), salt=SALT, compress=True)


def texts(response):
    return [str(message) for message in response.context["messages"]]


@pytest.mark.usefixtures("order")
def test_a_small_export_is_answered_at_once(browser):
    response = browser.get("/tasks/export/?batch=2022s2")

    assert load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert "2022s2" in unquote(response["Content-Disposition"])
    assert not ExportJob.objects.exists()


def test_an_export_that_breaks_is_no_download(order, office, monkeypatch):
    def fail(_order, file, progress=None):
        file.write(b"half")
        raise ValueError("a mistake")

    monkeypatch.setattr("tracker.exporters.forms.make", fail)
    with pytest.raises(ValueError, match="a mistake"):
        answer(asked(office), order)


@pytest.mark.usefixtures("small_limit")
def test_a_large_one_that_is_only_read_begins_nothing_and_asks(order, browser):
    response = browser.get("/tasks/export/", headers={"referer": "http://testserver/tasks/?q=x"})

    page = response.content.decode()
    assert "Exports of more than 1 rows" in page
    assert 'href="http://testserver/tasks/?q=x"' in page
    assert not ExportJob.objects.exists()
    begun = browser.post("/exports/start/", {"order": response.context["token"]})
    job = ExportJob.objects.get()
    assert begun.url == job.get_absolute_url()
    assert (job.total, job.state) == (2, JobState.QUEUED)
    assert DBTaskResult.objects.count() == 1


@pytest.mark.usefixtures("small_limit")
def test_the_way_back_never_leads_to_another_host(order, browser):
    response = browser.get("/tasks/export/", headers={"referer": "https://evil.example/"})

    assert response.context["back"] == "/"


@pytest.mark.usefixtures("small_limit")
def test_a_large_one_that_is_posted_begins(order, office):
    response = answer(asked(office, "post"), order)

    assert response.url == ExportJob.objects.get().get_absolute_url()


def test_nobody_is_answered_what_another_asked(order, editor, open_as):
    assert open_as(editor).post("/exports/start/", {"order": signed(order)}).status_code == 403
    with pytest.raises(PermissionDenied):
        answer(asked(editor), order)
    assert not ExportJob.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "eyJmb3JtIjoibGVkZ2VyIn0:1:abc"])
def test_an_order_that_was_altered_or_is_old_begins_nothing(browser, token):
    response = browser.post("/exports/start/", {"order": token}, follow=True)

    assert texts(response) == [
        "The page was open too long. Nothing was begun; ask for the workbook again."
    ]
    assert not ExportJob.objects.exists()


def test_pressing_twice_begins_one_export(order, browser):
    first, second = (browser.post("/exports/start/", {"order": signed(order)}) for _ in range(2))

    assert first.url == second.url
    assert ExportJob.objects.count() == 1


def test_too_many_at_once_are_refused_in_words(order, browser):
    for number in range(jobs.AT_ONCE):
        other = order.as_json() | {"query": f"q={number}"}
        token = signing.dumps(other, salt=SALT, compress=True)
        browser.post("/exports/start/", {"order": token})

    response = browser.post("/exports/start/", {"order": signed(order)}, follow=True)

    assert ExportJob.objects.count() == jobs.AT_ONCE
    [text] = texts(response)
    assert text.startswith("5 exports are under way already.")


@pytest.fixture
def waiting(order, office):
    return background.begin(office, order, now())


@pytest.mark.usefixtures("served")
def test_the_page_follows_an_export_that_is_under_way(waiting, browser):
    address = waiting.get_absolute_url()
    page = browser.get(address).content.decode()
    assert "Waiting for its turn" in page
    assert f'hx-get="{address}"' in page
    assert 'hx-trigger="every 2s"' in page

    ExportJob.objects.update(state=JobState.RUNNING, done=1, total=3, attempts=2, heartbeat=now())
    part = browser.get(address, headers={"hx-request": "true"}).content.decode()
    assert part.lstrip().startswith('<section class="panel" id="export"')
    assert 'value="33"' in part
    assert "1 of 3 rows" in part
    assert "begun 2 times" in part
    assert "csrfmiddlewaretoken" in part


def test_without_a_service_the_page_says_so_and_what_to_do(waiting, browser):
    page = browser.get(waiting.get_absolute_url()).content.decode()

    assert "The background service is not running" in page
    assert "manage.py worker" in page
    assert 'hx-trigger="every 20s"' in page


@pytest.mark.usefixtures("served")
def test_those_before_it_are_counted(waiting, open_as, order, leader):
    ExportJob.objects.update(queued_at=now() - timedelta(minutes=1))
    theirs = Order.from_json(order.as_json() | {"user": leader.pk})
    second = background.begin(leader, theirs, now())

    page = open_as(leader).get(second.get_absolute_url()).content.decode()

    assert "1 export is before it" in page


def test_an_export_is_cancelled_and_made_again(waiting, browser):
    address = waiting.get_absolute_url()

    page = browser.post(f"{address}cancel/", follow=True).content.decode()
    assert "Cancelled" in page
    assert "hx-trigger" not in page
    again = browser.post(f"{address}cancel/", follow=True)
    assert texts(again) == ["This export is finished already. Nothing was cancelled."]

    second = ExportJob.objects.get(pk=browser.post(f"{address}repeat/").url.split("/")[2])
    assert second != waiting
    assert second.params["query"] == waiting.params["query"]
    assert (second.state, second.digest) == (JobState.QUEUED, waiting.digest)
    assert second.params["at"] > waiting.params["at"]


def test_what_cannot_be_made_again_says_so(office, browser):
    job = make_export(office, at=now())

    response = browser.post(f"{job.get_absolute_url()}repeat/", follow=True)

    assert texts(response) == [
        "This cannot be made again as it was. Ask for it on the page of the list."
    ]
    assert ExportJob.objects.count() == 1


@pytest.fixture
def ready(office):
    return make_export(office, at=now())


def test_a_file_that_is_ready_is_fetched(ready, browser):
    page = browser.get(ready.get_absolute_url()).content.decode()
    assert "The file is ready" in page
    assert f'href="{ready.get_absolute_url()}file/"' in page

    response = browser.get(f"{ready.get_absolute_url()}file/")
    assert b"".join(response.streaming_content) == "江海市".encode()
    assert "整改台账.xlsx" in unquote(response["Content-Disposition"])
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("person", ["leader", "administrator", "editor", "stranger"])
def test_for_others_there_is_no_such_export(ready, request, open_as, person):
    other = open_as(request.getfixturevalue(person))
    address = ready.get_absolute_url()

    for path in ("", "file/"):
        assert other.get(address + path).status_code == 404
    for path in ("cancel/", "repeat/"):
        assert other.post(address + path).status_code == 404
    assert ready.name not in other.get("/exports/").content.decode()
    assert ready.name not in other.get("/notifications/").content.decode()
    assert ExportJob.objects.get().state == JobState.DONE


def test_who_sees_less_than_before_is_not_given_the_file(ready, office, browser, county):
    Membership.objects.filter(user=office).update(unit=county)

    response = browser.get(f"{ready.get_absolute_url()}file/", follow=True)

    assert texts(response) == [
        "This account sees less than when the file was made. Have it made again."
    ]


def test_who_sees_more_than_before_is_given_it(editor, open_as, city):
    job = make_export(editor, at=now())
    Membership.objects.create(user=editor, unit=city, role="leader")

    response = open_as(editor).get(f"{job.get_absolute_url()}file/")

    assert b"".join(response.streaming_content)


def test_a_file_that_is_not_kept_any_more_is_said_to_be(office, browser):
    job = make_export(office, at=now() - timedelta(days=8))

    page = browser.get(job.get_absolute_url()).content.decode()
    response = browser.get(f"{job.get_absolute_url()}file/", follow=True)

    assert "The file is not kept any more" in page
    assert texts(response) == ["There is no file to be fetched: it is not made, or not kept."]


def test_a_file_that_is_gone_from_the_disk_is_said_to_be(ready, browser, caplog):
    (jobs.folder() / ready.file).unlink()

    response = browser.get(f"{ready.get_absolute_url()}file/", follow=True)

    assert texts(response) == ["The file is gone from the server. Have it made again."]
    assert f"The file of export {ready.pk} cannot be read." in caplog.text


@pytest.mark.parametrize("fault", list(ExportFault))
def test_what_went_wrong_is_said_with_the_number_of_the_export(ready, browser, fault):
    ExportJob.objects.update(state=JobState.FAILED, fault=fault, file="")

    page = browser.get(ready.get_absolute_url()).content.decode()

    assert str(fault.label) in page
    assert f"(Export no. {ready.pk})" in page


def test_the_list_shows_one_s_own_with_their_files(ready, waiting, browser, leader):
    make_export(leader, at=now())

    response = browser.get("/exports/")

    assert [job.pk for job in response.context["page"]] == [waiting.pk, ready.pk]
    assert response.content.decode().count("/file/") == 1


def test_the_page_of_an_export_takes_few_queries(
    ready, waiting, browser, django_assert_max_num_queries
):
    for address in (ready.get_absolute_url(), waiting.get_absolute_url(), "/exports/"):
        with django_assert_max_num_queries(15):
            browser.get(address)
    with django_assert_max_num_queries(6):
        browser.get(waiting.get_absolute_url(), headers={"hx-request": "true"})
