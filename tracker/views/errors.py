"""Pages for what went wrong, in words and without a trace of the inside."""

import logging
import secrets

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render

log = logging.getLogger(__name__)


@login_not_required
def csrf_failure(request, reason=""):
    """A form without its token: too old, or from somewhere else."""
    return render(request, "403_csrf.html", status=403)


@login_not_required
def server_error(request):
    """An unexpected error: the person gets a number that is found in the log."""
    number = secrets.token_hex(4)
    log.error("incident %s at %r", number, request.path)
    return render(request, "500.html", {"incident": number}, status=500)
