"""Tasks with everything that belongs into their file, and zips made of them."""

import zipfile
from datetime import UTC, date, datetime
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile

from tests import closing
from tests.factories import complete, make_report, make_task, picture
from tracker.exporters.case_zip import NAME
from tracker.exporters.forms import Order, make
from tracker.operations.evidence import check

DAY = date(2023, 10, 31)
AT = datetime(2023, 11, 1, 1, tzinfo=UTC)
PDF = b"%PDF-1.4 \n%%EOF"


def upload(name="监测报告.pdf", content=PDF):
    return check(SimpleUploadedFile(name, content))


def a_task(unit, actor, accepter, office, **values):
    """A task of one unit: reported on with files, closed, an objection to its notice dismissed."""
    task = make_task(units=[unit], title="截污纳管", **values)
    make_report(
        task,
        percent=40,
        unit=unit,
        actor=actor,
        text="管网已接通四成。",
        contact_name="李敏",
        contact_phone="13812345678",
        files=[upload(), upload("现场.png", picture())],
    )
    complete(task, unit=unit, on=closing.COMPLETED)
    closure = closing.passed(task, actor, accepter)
    notice = closing.publish(closure, office)
    row = closing.objection(notice, office, content="夜间直排，请致电13800001111。")
    closing.settle(row, office, settlement="经现场复核，未发现直排。复核电话13800002222")
    closing.close(closure, office)
    task.refresh_from_db()
    return task


def order_of(task, user, as_of=DAY, **more):
    return Order(
        form=NAME,
        as_of=as_of,
        inspection=task.inspection_id,
        selected=(task.pk,),
        user=user.pk,
        at=AT,
        **more,
    )


def zip_of(task, user, as_of=DAY, progress=None, **more):
    """The zip that somebody gets of a task."""
    file = BytesIO()
    make(order_of(task, user, as_of, **more), file, progress)
    return zipfile.ZipFile(BytesIO(file.getvalue()))


def names_in(archive, chapter):
    """The names in one folder of a zip, without the folder."""
    names = [name for name in archive.namelist() if name.startswith(f"{chapter:02} ")]
    return [name.split("/", 1)[1] for name in names]


def text_of(archive, ending):
    """What the only sheet of that ending says."""
    [name] = [name for name in archive.namelist() if name.endswith(ending)]
    return archive.read(name).decode()
