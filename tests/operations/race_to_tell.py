"""Several services that tell, remind and send at once, each a process, on a database of their own.

Run by ``test_telling_race`` as ``python -m tests.operations.race_to_tell``; says as JSON what came
of it. The database is that of DATABASE_URL.
"""

import json
import multiprocessing
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils.timezone import localdate, now  # noqa: E402

from tests import factories  # noqa: E402
from tracker.choices import Role  # noqa: E402
from tracker.models import DailyMail, Notification, WebhookDelivery, WebhookTarget  # noqa: E402
from tracker.operations import (  # noqa: E402
    bookmarks,
    daily_mails,
    reminders,
    robots,
    telling,
    webhooks,
)

WORKERS, TASKS = 6, 12
FORK = multiprocessing.get_context("fork")


def prepare():
    call_command("migrate", verbosity=0)
    for number in range(3):
        factories.make_user(
            Role.UNIT_EDITOR, factories.county(), email=f"editor-{number}@example.cn"
        )
    bookmarks.leave_record_at(bookmarks.end_of_record())
    issued = localdate() - timedelta(days=30)
    for _number in range(TASKS):
        factories.make_task(on=issued, due_on=localdate() - timedelta(days=1))
    WebhookTarget.objects.create(
        name="群", format="wecom", url="https://qyapi.weixin.qq.com/", kinds=["issued"]
    )
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = Path(settings.DATA_DIR) / "mails"


def errands():
    """What the background service does, whose group robots say yes to everything."""
    robots.post = lambda request: (True, "200")
    yield "told", telling.tell_of_record(on=localdate(), at=now())
    yield "reminded", reminders.remind(on=localdate(), at=now())
    yield "groups", webhooks.queue_of_morning(on=localdate(), at=now())
    yield "mailed", daily_mails.send_due(on=localdate(), before=now(), clock=now)
    yield "sent", webhooks.deliver_due(clock=now)


def work(barrier, found):
    connections.close_all()
    count = Counter()
    try:
        barrier.wait()
        for _turn in range(3):
            for name, number in errands():
                count[name] += number
    except Exception as failure:  # noqa: BLE001 - whatever it is, the test wants to hear of it
        count[f"{type(failure).__name__}: {failure}"] += 1
    found.put(count)


def race():
    connections.close_all()
    barrier, found = FORK.Barrier(WORKERS), FORK.Queue()
    workers = [FORK.Process(target=work, args=(barrier, found)) for _worker in range(WORKERS)]
    for worker in workers:
        worker.start()
    count = sum((found.get(timeout=120) for _worker in workers), Counter())
    for worker in workers:
        worker.join()
    mails = [path.read_text() for path in Path(settings.EMAIL_FILE_PATH).iterdir()]
    return {
        "count": count,
        "notifications": Notification.objects.count(),
        "mails": sum(text.count("\nTo: ") for text in mails),
        "unsent": DailyMail.objects.filter(last_on=None).count(),
        "messages": list(WebhookDelivery.objects.values_list("attempts", flat=True)),
    }


if __name__ == "__main__":
    prepare()
    json.dump(race(), sys.stdout)
