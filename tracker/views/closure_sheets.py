"""The forms of one attempt at closure: as sheets of A4, and as Word documents to download."""

import tempfile
from functools import cached_property

from django.http import FileResponse, Http404
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views import View
from django.views.generic import TemplateView

from tracker import access
from tracker.exporters import documents
from tracker.exporters.closure_text import boxes, decided, no_day, opinion_of, task_box, title_of
from tracker.exporters.forms import IN_MEMORY
from tracker.exporters.notice_text import notice_of
from tracker.exporters.parts import Attempt
from tracker.views.closure_verbs import visible_closure

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class OfClosure:
    """A page about one attempt in sight, on the day of the page."""

    @cached_property
    def attempt(self):
        closure = visible_closure(self.request, self.kwargs["pk"])
        return Attempt(closure, self.request.as_of, user=self.request.user)


def documents_of(attempt):
    """``(name, label)`` of the Word documents that an attempt has come to."""
    yield documents.APPLICATION, _("Application for closure")
    if decided(attempt):
        yield documents.OPINION, _("Opinion of the acceptance")
    if attempt.notice:
        yield documents.NOTICE, pgettext("document", "Public notice")


class Sheet(OfClosure, TemplateView):
    """One form on A4."""

    document = ""

    def get_context_data(self, **kwargs):
        closure = self.attempt.closure
        return super().get_context_data(
            closure=closure,
            task=self.attempt.task,
            unit=self.attempt.unit,
            document=self.document,
            **kwargs,
        )


class ApplicationSheet(Sheet):
    """The form to apply for closure and to accept it, filled in as far as the procedure came."""

    template_name = "tracker/closures/application.html"
    document = documents.APPLICATION

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=title_of(self.attempt),
            boxes=[task_box(self.attempt), *boxes(self.attempt)],
            no_day=no_day(),
            **kwargs,
        )


class OpinionSheet(Sheet):
    """The opinion of the acceptance, once it was decided."""

    template_name = "tracker/closures/opinion.html"
    document = documents.OPINION

    def get_context_data(self, **kwargs):
        opinion = opinion_of(self.attempt)
        if opinion is None:
            raise Http404(_("The acceptance has not been decided."))
        return super().get_context_data(opinion=opinion, **kwargs)


class NoticeSheet(Sheet):
    """The notice as it is put up, on A4; a draft of it for who may publish."""

    template_name = "tracker/closures/notice.html"
    document = documents.NOTICE

    def get_context_data(self, **kwargs):
        attempt, user = self.attempt, self.request.user
        if attempt.notice is None and not access.may_publish(user, attempt.task):
            raise Http404(_("The notice has not been published."))
        context = super().get_context_data(text=notice_of(attempt), **kwargs)
        document = self.document if attempt.notice else ""
        return context | {"notice": attempt.notice, "document": document}


class ClosureDocument(OfClosure, View):
    """A form as a Word document."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, pk, name):
        attempt = self.attempt
        if name not in dict(documents_of(attempt)):
            raise Http404(_("There is no such document yet."))
        file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - sent, then closed
        documents.write(name, attempt, file)
        file.seek(0)
        return FileResponse(
            file,
            as_attachment=True,
            filename=documents.file_name(name, attempt),
            content_type=TYPE,
        )
