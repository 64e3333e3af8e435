"""Names of files in forms: none that the reader may not see, none that is not in the record."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from tests import closing
from tests.factories import (
    complete,
    make_report,
    make_task,
    make_user,
    moment,
    picture,
    unit_of_code,
)
from tests.made import book_of, texts_of
from tracker import access
from tracker.choices import Role
from tracker.exporters.parts import Attempt
from tracker.models import Evidence, Inspection
from tracker.operations import annulment, evidence

SECRET = "secret-waiting.png"
ON = date(2022, 6, 1)
READERS = ("other_editor", "acceptance", "leader", "office", "editor", None)


def file(name):
    return evidence.check(SimpleUploadedFile(name, picture()))


@pytest.fixture
def closure(county, other_county, editor, other_editor, head, office, bureau):
    """The other county applied; in the county one report waits, and one was annulled."""
    task = make_task(number=19, title="截污纳管", units=[county, other_county])
    wrong = make_report(task, 10, ON, unit=county, actor=head, files=[file("annulled.png")])
    at = moment(closing.COMPLETED)
    annulment.annul(actor=office, event_id=wrong.event_id, reason="录错", at=at)
    make_report(task, 20, ON, unit=county, actor=head, files=[file("sent.png")])
    complete(task, unit=other_county, on=closing.COMPLETED)
    closure = closing.apply(task, other_editor, unit=other_county)
    Inspection.objects.update(reports_signed=True)
    waiting = make_report(task, 40, unit=county, on=ON, actor=editor, files=[file(SECRET)])
    assert waiting.event is None
    return closure


def person(request, name):
    return request.getfixturevalue(name) if name else None


@pytest.mark.parametrize("form", ["ledger", "closure"])
@pytest.mark.parametrize("who", READERS)
def test_a_form_names_files_of_the_record_alone(request, closure, inspection, form, who):
    order = {"user": person(request, who), "inspection": inspection}
    if who and form == "closure":
        order["selected"] = (closure.assignment.task_id,)
    text = "\n".join(texts_of(sheet) for sheet in book_of(form, **order))

    assert "sent.png" in text
    assert SECRET not in text
    assert "annulled.png" not in text


@pytest.mark.parametrize("who", READERS[:-1])
def test_the_application_names_files_of_the_record_alone(request, client_of, closure, who):
    browser = client_of(person(request, who), headers={"accept-language": "en"})
    page = browser.get(f"/closures/{closure.pk}/application/").content.decode()
    answer = browser.get(f"/closures/{closure.pk}/documents/application/")
    document = Document(BytesIO(b"".join(answer.streaming_content)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]

    for text in (page, "\n".join(cells)):
        assert "sent.png" in text
        assert SECRET not in text
        assert "annulled.png" not in text


def test_a_file_that_waits_is_not_named_even_where_the_application_rests_on_it(
    closure, other_editor, inspection
):
    closure.evidence.set(Evidence.objects.all())

    names = [row.name for row in Attempt(closure, closing.APPLIED, user=other_editor).files]
    selected = (closure.assignment.task_id,)
    book = book_of("closure", user=other_editor, inspection=inspection, selected=selected)

    assert names == ["sent.png"]
    assert SECRET not in "\n".join(texts_of(sheet) for sheet in book)


def test_files_of_tasks_out_of_sight_are_not_in_the_record_of_a_person(closure, city):
    somebody = make_user(Role.UNIT_EDITOR, unit_of_code("haimen", "海湾区", city))

    assert not access.recorded_evidence(somebody).exists()
    assert [row.name for row in access.recorded_evidence(None)] == ["sent.png"]
