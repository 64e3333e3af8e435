"""More rows than a sheet holds: wherever a workbook is asked for, one sentence and no file."""

import io
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.timezone import now

from tests import factories
from tests.callbooks import make_call
from tracker import background
from tracker.choices import ExportFault, JobState
from tracker.exporters.forms import FORMS, Order
from tracker.models import ExportJob
from tracker.operations import jobs
from tracker.xlsx import layout

SENTENCE = "too long for one sheet"


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture(autouse=True)
def tasks(inspection, county, other_county):
    factories.make_issue()
    factories.make_petition(county)
    units = ([county], [other_county], [county, other_county])
    return [factories.make_task(units=own) for own in units]


@pytest.fixture
def browser(client_of, office):
    return client_of(office)


@pytest.fixture
def few_rows(monkeypatch):
    monkeypatch.setattr(layout, "LAST_ROW", 2)


def told(response):
    return [str(message) for message in response.context["messages"]]


def refused(browser, address):
    """What the page says to which a refused download leads."""
    response = browser.get(address, follow=True)
    assert response.status_code == 200
    assert response.redirect_chain
    assert response["Content-Type"].startswith("text/html")
    return told(response)


@pytest.mark.usefixtures("few_rows")
@pytest.mark.parametrize(
    "address",
    [
        "/tasks/export/?batch=2022s2",
        "/tasks/export/?batch=2022s2&form=ledger",
        "/tasks/export/?batch=2022s2&form=ledger&by=unit",
        "/issues/export/?batch=2022s2",
        "/petitions/export/?batch=2022s2",
        "/tasks/working/?batch=2022s2",
        "/workbooks/ledger/?batch=2022s2&by=unit",
        *(f"/workbooks/{form}/?batch=2022s2" for form in FORMS if form != "monthly"),
    ],
)
def test_a_list_or_form_that_is_too_long_is_refused_in_a_sentence(browser, address):
    [message] = refused(browser, address)

    assert SENTENCE in message


@pytest.mark.usefixtures("few_rows")
@pytest.mark.parametrize("name", ["call-workbooks", "call-form", "call-workbook"])
def test_so_is_every_workbook_of_a_call(browser, editor, client_of, county, name):
    call = make_call()
    more = {"unit": county.code} if name == "call-workbook" else {}
    person = browser if name == "call-form" else client_of(editor)

    [message] = refused(person, reverse(name, kwargs={"pk": call.pk, **more}))

    assert SENTENCE in message


@pytest.mark.usefixtures("few_rows")
@pytest.mark.parametrize("is_by_unit", [False, True])
def test_in_the_background_the_job_fails_with_the_sentence_and_leaves_no_file(
    office, inspection, browser, is_by_unit
):
    order = Order(
        form="ledger",
        as_of=factories.DUE,
        inspection=inspection.pk,
        user=office.pk,
        at=now(),
        is_by_unit=is_by_unit,
        language="en",
    )

    background.begin(office, order, now())
    background.make_workbook.call(ExportJob.objects.get().pk)

    job = ExportJob.objects.get()
    assert (job.state, job.fault) == (JobState.FAILED, ExportFault.IMPOSSIBLE)
    assert SENTENCE in job.remark
    assert SENTENCE in browser.get(job.get_absolute_url()).content.decode()
    assert not [path for path in jobs.folder().glob("*") if path.is_file()]


@pytest.mark.usefixtures("few_rows")
def test_the_command_ends_with_the_sentence_and_writes_nothing(tmp_path):
    out = tmp_path / "ledger.xlsx"

    with pytest.raises(CommandError, match=SENTENCE):
        call_command("export_ledger", form="ledger", out=str(out), inspection="2022s2")

    assert list(tmp_path.iterdir()) == []


def test_a_zip_whose_second_workbook_is_too_long_is_no_zip(browser, monkeypatch):
    whole = browser.get("/workbooks/ledger/?batch=2022s2&by=unit")
    with zipfile.ZipFile(io.BytesIO(b"".join(whole.streaming_content))) as archive:
        assert len(archive.namelist()) == 2
    write, asked = layout.Layout.rows, []

    def rows(self):
        asked.append(self)
        if len(asked) > 2:
            raise layout.TooLarge
        return write(self)

    monkeypatch.setattr(layout.Layout, "rows", rows)

    assert SENTENCE in refused(browser, "/workbooks/ledger/?batch=2022s2&by=unit")[0]
