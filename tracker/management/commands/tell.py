"""What the background service does about notifications, once: for cron, where no service runs."""

from django.core.management.base import BaseCommand, CommandError

from tracker.background import tell_news

WORDS = {
    "told": "notifications of what was entered",
    "reminded": "reminders",
    "groups": "messages to groups queued",
    "mailed": "daily mails sent",
    "sent": "messages to groups sent",
    "tidied": "old notifications, messages and unsent files removed",
}


class Command(BaseCommand):
    help = (
        "Tell people what was entered since the last time, remind them of what is due, and send "
        "the daily mails and the messages to groups that wait; once a day, remove what is old. The "
        "background service does so every few seconds; where none runs, let cron call this every "
        "few minutes."
    )

    def handle(self, **options):
        done = tell_news(sends_all=True)
        for name, count in done.items():
            if count is not None:
                self.stdout.write(f"{count} {WORDS[name]}")
        failed = [WORDS[name] for name, count in done.items() if count is None]
        if failed:
            raise CommandError(f"Failed, and tried again the next time: {', '.join(failed)}.")
