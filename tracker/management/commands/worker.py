"""The background service: makes large workbooks, tells people what is new, sends the mails."""

from django_tasks_db.management.commands import db_worker

from tracker.background import Care, Errands


class Command(db_worker.Command):
    help = (
        "Make what was ordered in the background, until stopped. Several may run, on any number"
        " of hosts. A first Ctrl-C or SIGTERM lets the work at hand be finished, a second one puts"
        " it back into the queue."
    )

    def handle(self, *, worker_id, **options):
        with Care(worker_id), Errands():
            super().handle(worker_id=worker_id, **options)
