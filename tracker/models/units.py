"""Units: places, departments, parks and enterprises, in one tree."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from tree_queries.models import TreeNode
from tree_queries.query import TreeQuerySet

from tracker.models.terms import label_of
from tracker.rules.record import FAR

__all__ = ["Unit", "UnitAlias", "UnitPlacement", "below"]


COUNTY_KINDS = ("region", "park")
"""The kinds of unit that are, directly below the city, counties or what is run like one."""


class UnitQuerySet(TreeQuerySet):
    def plain(self):
        """Without the tree columns, for look-ups that need no order."""
        return self.without_tree_fields().order_by("position", "code")

    def open_on(self, day):
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day))

    def subtree_ids(self, units):
        """The ids of ``units`` and of every unit below them, in the tree of today."""
        children: dict[int | None, list[int]] = {}
        for pk, parent_id in self.model.objects.without_tree_fields().values_list(
            "pk", "parent_id"
        ):
            children.setdefault(parent_id, []).append(pk)
        return below(children, units)


def below(children, roots):
    """Every id reachable from ``roots`` in ``{parent id: [child ids]}``, the roots included."""
    found, waiting = set(), list(roots)
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.add(pk)
            waiting.extend(children.get(pk, ()))
    return found


class Unit(TreeNode):
    """A body that answers for tasks, supervises or accepts them. It is closed, never deleted."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("official name"), max_length=100, unique=True)
    short_name = models.CharField(_("short name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    kind = models.ForeignKey(
        "tracker.UnitKind", models.PROTECT, related_name="units", verbose_name=_("kind")
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    sectors = models.ManyToManyField(
        "tracker.MediaCategory",
        blank=True,
        related_name="supervised_by",
        verbose_name=_("sectors"),
        help_text=_("As a supervising unit it reads the tasks on problems of these categories."),
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        verbose_name=_("merged into"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    history = HistoricalRecords(excluded_fields=["version"])
    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.CheckConstraint(
                name="unit_not_its_own_parent",
                condition=Q(parent=None) | ~Q(parent=models.F("id")),
            ),
            models.CheckConstraint(
                name="unit_merged_only_when_closed",
                condition=Q(merged_into=None) | Q(closed_on__isnull=False),
            ),
        ]

    def __str__(self):
        return self.label

    def get_absolute_url(self):
        return reverse("unit", args=[self.code])

    @property
    def label(self):
        return label_of(self.short_name, self.name_en)

    @property
    def county(self):
        """The county that this unit is or belongs to; ``None`` for the city and its departments."""
        place, above = self, self.parent
        while above is not None and above.parent_id is not None:
            place, above = above, above.parent
        return place if above is not None and place.kind.code in COUNTY_KINDS else None


class UnitAlias(models.Model):
    """Another name under which a list may mention a unit."""

    unit = models.ForeignKey(
        "tracker.Unit", models.CASCADE, related_name="aliases", verbose_name=_("unit")
    )
    alias = models.CharField(_("alias"), max_length=100)
    folded = models.CharField(max_length=100, unique=True, editable=False)

    class Meta:
        verbose_name = _("unit alias")
        verbose_name_plural = _("unit aliases")

    def __str__(self):
        return self.alias


class UnitPlacement(models.Model):
    """Where a unit stood in the tree over a range of days, so that past figures use their tree."""

    unit = models.ForeignKey("tracker.Unit", models.PROTECT, related_name="placements")
    parent = models.ForeignKey("tracker.Unit", models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(default=FAR)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "valid_from"], name="unit_placement_unique_start"
            ),
            models.CheckConstraint(
                name="unit_placement_forward", condition=Q(valid_to__gt=models.F("valid_from"))
            ),
        ]

    def __str__(self):
        return f"{self.unit_id} {self.valid_from}–{self.valid_to}"
