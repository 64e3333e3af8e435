"""The list of units."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from tracker import access
from tracker.figures.units import branches
from tracker.filters import address
from tracker.views.frame import current_inspection


class UnitList(TemplateView):
    """The tree of units with how far their tasks have come, each number a way to its tasks."""

    template_name = "tracker/units/list.html"

    def get_context_data(self, **kwargs):
        request = self.request
        address.tidy(request, ())
        inspection = current_inspection(request)
        scope = access.scope_of(request.user)
        found = branches(
            access.visible_tasks(request.user).filter(inspection=inspection),
            as_of=request.as_of,
            units=scope.units,
        )
        top = min((branch.depth for branch in found), default=0)
        return super().get_context_data(
            lines=[self._line(branch, branch.depth - top) for branch in found],
            may_add=access.may_manage_units(request.user) and not request.is_past,
            **kwargs,
        )

    def _line(self, branch, depth):
        """A unit with its counts, and the addresses of the lists that add up to them."""
        day = {"asof": self.request.as_of.isoformat()} if self.request.is_past else {}
        tasks = reverse("tasks")

        def listed(**chosen):
            return f"{tasks}?{urlencode({'unit': branch.unit.code, **chosen, **day}, safe=',')}"

        buckets = branch.buckets
        return {
            "unit": branch.unit,
            "is_in_sight": access.scope_of(self.request.user).knows(branch.unit.pk),
            "depth": min(depth, 4),
            "total": buckets.total,
            "total_url": listed(),
            "counts": [
                (_("Completed"), buckets.completed, listed(status="completed"), ""),
                (_("Under way"), buckets.open, listed(status="open"), ""),
                (_("Behind schedule"), buckets.behind, listed(status="behind"), ""),
                (_("Overdue"), buckets.overdue, listed(status="overdue"), "late"),
            ],
            "rate": branch.rate,
        }
