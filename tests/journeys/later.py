"""The program as it is served some days from now, by a clock that is ahead by ``DAYS_AHEAD``."""

import os
from datetime import UTC, datetime, timedelta

import time_machine

DAYS = timedelta(days=int(os.environ["DAYS_AHEAD"]))
time_machine.travel(datetime.now(UTC) + DAYS).start()

from tracker.wsgi import application  # noqa: E402

__all__ = ["application"]
