"""The whole file of a task (一案一档): a page to be printed, and a zip made in the background."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.views import View
from django.views.generic import TemplateView

from tracker.exporters.case_file import chapters, refuse_too_large
from tracker.exporters.case_zip import NAME
from tracker.exporters.forms import Order
from tracker.figures.case_file import case_file, visible_with_all
from tracker.operations.jobs import KEPT_FOR
from tracker.views.jobs import begin
from tracker.views.task_verbs import visible_task


class CaseFilePage(View):
    """Everything on one page. It has no navigation, which would be printed by nobody."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, code):
        task = get_object_or_404(visible_with_all(request.user), code=code)
        case = case_file(request.user, task, request.as_of)
        for file in case.files:
            file.href = file.get_absolute_url()
            file.small = reverse("evidence-small", args=[file.pk]) if file.is_image else ""
        day = f"?asof={request.as_of.isoformat()}" if request.is_past else ""
        context = {
            "case": case,
            "chapters": chapters(case),
            "style": static("tracker/casefile.css"),
            "app_js": static("tracker/app.js"),
            "back": task.get_absolute_url() + day,
            "download": reverse("case-file-zip", args=[task.code]) + day,
        }
        return HttpResponse(render_to_string("tracker/casefile/page.html", context))


class CaseFileZip(TemplateView):
    """Says what the zip will hold and how large it is; the button has it made."""

    template_name = "tracker/casefile/download.html"
    http_method_names = ["get", "head", "post", "options"]

    def get_context_data(self, **kwargs):
        request = self.request
        task = visible_task(request, self.kwargs["code"])
        case = case_file(request.user, task, request.as_of)
        refusal = ""
        try:
            refuse_too_large(case)
        except ValidationError as fault:
            refusal = " ".join(fault.messages)
        return super().get_context_data(
            task=task,
            count=len(case.files),
            size=case.size,
            most=settings.CASE_FILE_MAX_BYTES,
            days=KEPT_FOR.days,
            refusal=refusal,
            **kwargs,
        )

    def post(self, request, code):
        task = visible_task(request, code)
        order = Order(
            form=NAME,
            as_of=request.as_of,
            inspection=task.inspection_id,
            selected=(task.pk,),
            user=request.user.pk,
            at=now(),
            language=get_language() or "",
        )
        return begin(request, order)
