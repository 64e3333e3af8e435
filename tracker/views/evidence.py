"""Evidence: one file, to whoever may know of its task."""

import hashlib
import logging

from django.http import FileResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from tracker import access

log = logging.getLogger(__name__)

INLINE = ("image/jpeg", "image/png", "image/webp")
"""Shown in the page; a PDF is downloaded, for no browser draws one inside the sandbox."""
CHUNK = 1024 * 1024


@require_safe
def evidence(request, pk):
    """The file as it was uploaded. One that has changed since is reported, not served."""
    row = get_object_or_404(access.visible_evidence(request.user), pk=pk)
    try:
        file = row.file.open("rb")
    except OSError:
        return _damaged(request, row, "cannot be read")
    if _digest(file) != row.sha256:
        file.close()
        return _damaged(request, row, "is not what was uploaded")
    response = FileResponse(
        file,
        as_attachment=row.content_type not in INLINE,
        filename=row.name,
        content_type=row.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _digest(file):
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _damaged(request, row, what):
    log.error("Evidence %s (%s) %s.", row.pk, row.file.name, what)
    return render(request, "tracker/reports/damaged.html", {"evidence": row}, status=409)
