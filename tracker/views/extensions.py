"""Extensions (延期) to be read: all requests of an inspection, and one with what it rests on."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from tracker import access
from tracker.choices import ExtensionState, ShownStatus
from tracker.figures import extensions as figures
from tracker.filters import address
from tracker.views.frame import current_inspection
from tracker.views.round_pages import page_of
from tracker.views.steps import Verb
from tracker.views.subjects import frame_by

MARKS = {
    ExtensionState.ASKED: ShownStatus.ON_SCHEDULE,
    ExtensionState.APPROVED: ShownStatus.CLOSED,
    ExtensionState.REFUSED: ShownStatus.OVERDUE,
    ExtensionState.WITHDRAWN: ShownStatus.NOT_STARTED,
}
"""The sign before the state."""


def mark_of(request) -> str:
    """The code of the sign that stands before the state of a request."""
    return MARKS[ExtensionState(request.state)].code


def visible_extension(request, pk):
    """The request of that number, if this person may know of it; its inspection frames the page."""
    rows = access.visible_extensions(request.user).select_related(
        *figures.RELATED, "task__issue", "task__supervising_unit", "task__acceptance_unit"
    )
    found = get_object_or_404(rows, pk=pk)
    found.assignment.task = found.task
    frame_by(request, found.task.inspection_id)
    return found


def steps_of(user, request) -> tuple[Verb, ...]:
    """What this person may do about a request now, the likeliest first."""
    if request.state != ExtensionState.ASKED:
        return ()
    args, found = (request.pk,), []
    if access.may_decide_extension(user, request):
        found.append(Verb(_("Approve the extension"), "approve-extension", args, "ok"))
        found.append(Verb(_("Refuse the extension"), "refuse-extension", args, "back"))
    if access.may_give_opinion(user, request) and request.opinion_by_id is None:
        found.append(Verb(_("Give an opinion"), "extension-opinion", args, "edit"))
    if access.may_report(user, request.assignment):
        found.append(Verb(_("Take the request back"), "withdraw-extension", args, "undo"))
    return tuple(found)


class ExtensionList(TemplateView):
    """The requests of the current inspection, those to be decided first."""

    request: Any
    template_name = "tracker/extensions/list.html"

    def get_context_data(self, **kwargs):
        request = self.request
        address.tidy(request, ("show",))
        rows = figures.requests(request.user, current_inspection(request))
        counts = figures.by_state(rows)
        show = request.GET.get("show", "")
        if show not in counts:
            address.ignore(request, show)
            address.leave(request, "show")
            show = ""
        page = page_of(request, rows.filter(state=show) if show else rows)
        return super().get_context_data(
            page=page,
            rows=[(row, mark_of(row)) for row in page],
            tabs=[
                self.tab(_("All"), "", sum(counts.values()), show),
                *(
                    self.tab(ExtensionState(state).label, state, count, show)
                    for state, count in counts.items()
                ),
            ],
            has_any=any(counts.values()),
            **kwargs,
        )

    def tab(self, label, state, count, show):
        url = address.link(self.request, show=state or None)
        return {"label": label, "count": count, "glyph": "", "url": url, "active": state == show}


class ExtensionPage(TemplateView):
    """One request: what is asked for, what speaks for and against it, and how it was decided."""

    request: Any
    template_name = "tracker/extensions/detail.html"

    def get_context_data(self, **kwargs):
        request = self.request
        address.tidy(request, ())
        found = visible_extension(request, self.kwargs["pk"])
        verbs = () if request.is_past else steps_of(request.user, found)
        first = verbs[:1] if verbs and verbs[0].name != "withdraw-extension" else ()
        day = found.decided_on or request.today
        return super().get_context_data(
            extension=found,
            task=found.task,
            unit=found.assignment.unit,
            mark=mark_of(found),
            ground=figures.ground(found, day),
            primary=first[0] if first else None,
            others=verbs[len(first) :],
            waits=found.state == ExtensionState.ASKED,
            deciders=access.deciders(),
            **kwargs,
        )
