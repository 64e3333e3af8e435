"""What the background service does about notifications, once: for cron, where no service runs."""

from django.core.management.base import BaseCommand

from tracker.background import tell_news

WORDS = {
    "told": "notifications of what was entered",
    "reminded": "reminders",
    "groups": "messages to groups queued",
    "mailed": "daily mails sent",
    "sent": "messages to groups sent",
}


class Command(BaseCommand):
    help = (
        "Tell people what was entered since the last time, remind them of what is due, and send "
        "the daily mails and the messages to groups that wait. The background service does so "
        "every few seconds; where none runs, let cron call this every few minutes."
    )

    def handle(self, **options):
        for name, count in tell_news().items():
            self.stdout.write(f"{count} {WORDS[name]}")
