"""Units: entering, correcting, moving and closing them. A unit is never removed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind
from tracker.figures.overview import tree_on
from tracker.models import Event, MediaCategory, Unit, UnitAlias, UnitPlacement, User
from tracker.models.units import below
from tracker.operations import record
from tracker.rules.folding import fold
from tracker.rules.record import FAR

FIELDS = ("code", "name", "short_name", "name_en", "kind", "position")


def _written(unit: Unit) -> dict[str, Any]:
    values = {name: getattr(unit, name) for name in FIELDS if name != "kind"}
    values["kind"] = unit.kind.code
    values["aliases"] = sorted(unit.aliases.values_list("alias", flat=True)) if unit.pk else []
    values["sectors"] = sorted(unit.sectors.values_list("code", flat=True)) if unit.pk else []
    return values


def _set_aliases(unit: Unit, aliases: Iterable[str]) -> None:
    wanted = {fold(alias): alias.strip() for alias in aliases if alias.strip()}
    for name in (unit.name, unit.short_name):
        wanted.pop(fold(name), None)
    taken = UnitAlias.objects.filter(folded__in=wanted).exclude(unit=unit)
    for alias in taken.select_related("unit"):
        raise ValidationError(
            _("%(alias)s is a name of %(unit)s already."),
            code="alias_taken",
            params={"alias": alias.alias, "unit": alias.unit.name},
        )
    for other in Unit.objects.without_tree_fields().exclude(pk=unit.pk):
        for name in (other.name, other.short_name):
            if fold(name) in wanted:
                raise ValidationError(
                    _("%(alias)s is a name of %(unit)s already."),
                    code="alias_taken",
                    params={"alias": name, "unit": other.name},
                )
    unit.aliases.exclude(folded__in=wanted).delete()
    known = set(unit.aliases.values_list("folded", flat=True))
    UnitAlias.objects.bulk_create(
        UnitAlias(unit=unit, alias=alias, folded=folded)
        for folded, alias in wanted.items()
        if folded not in known
    )


@transaction.atomic
def enter_unit(
    *,
    actor: User | None,
    values: Mapping[str, Any],
    parent: Unit | None,
    aliases: Iterable[str] = (),
    sectors: Iterable[MediaCategory] = (),
    on: date,
    at: datetime,
) -> Unit:
    """Add a unit to the tree, from the day ``on``."""
    access.require(actor is None or access.may_manage_units(actor))
    if parent is None:
        _refuse_second_root()
    unit = Unit(parent=parent, **values)
    unit.full_clean()
    unit.save()
    _set_aliases(unit, aliases)
    unit.sectors.set(sectors)
    UnitPlacement.objects.create(unit=unit, parent=parent, valid_from=on)
    after = {**_written(unit), "parent": parent.code if parent else None}
    event = record.entry(EventKind.CREATED, actor=actor, on=on, at=at, after=after, unit=unit)
    record.append([event])
    return unit


def _refuse_second_root() -> None:
    """The tree has one root, the city: whoever runs its office runs the whole list."""
    root = Unit.objects.without_tree_fields().filter(parent=None).first()
    if root is not None:
        raise ValidationError(
            {"parent": _("Choose the unit above it; %(root)s stands at the top.") % {"root": root}}
        )


def _lock_all() -> None:
    """Lock every unit, in one order.

    Two units that are moved, or merged, at once must not end up under, or in, each other.
    """
    list(Unit.objects.without_tree_fields().order_by("pk").select_for_update(no_key=True))


def _lock(actor: User, unit_id: int, version: int | None) -> Unit:
    unit = Unit.objects.without_tree_fields().select_for_update(no_key=True).get(pk=unit_id)
    record.refuse_stale(unit, version, Event.objects.filter(unit=unit, task=None))
    access.require(access.may_manage_units(actor))
    return unit


@transaction.atomic
def correct_unit(
    *,
    actor: User,
    unit_id: int,
    version: int | None,
    changes: Mapping[str, Any],
    aliases: Iterable[str] | None = None,
    sectors: Iterable[MediaCategory] | None = None,
    on: date,
    at: datetime,
    note: str,
) -> Unit:
    """Rename a unit or put its facts right.

    The earlier name stays in the record, and lists that still bear it find the unit by it.
    """
    unit = _lock(actor, unit_id, version)
    before = _written(unit)
    for name in FIELDS:
        if name in changes:
            setattr(unit, name, changes[name])
    former = [
        before[name] for name in ("name", "short_name") if getattr(unit, name) != before[name]
    ]
    if aliases is not None or former:
        _set_aliases(unit, [*(before["aliases"] if aliases is None else aliases), *former])
    if sectors is not None:
        unit.sectors.set(sectors)
    after = _written(unit)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return unit
    unit.version += 1
    unit.full_clean()
    unit.save()
    event = record.entry(
        EventKind.CORRECTED,
        actor=actor,
        on=on,
        at=at,
        before={name: before[name] for name in changed},
        after={**{name: after[name] for name in changed}, "version": unit.version},
        note=note,
        unit=unit,
    )
    record.append([event])
    return unit


def refuse_circle(unit: Unit, parent: Unit, on: date) -> None:
    """Refuse to put a unit under one of its own, today or on any day from ``on`` to today."""
    if parent.pk in Unit.objects.subtree_ids([unit.pk]):
        raise ValidationError(
            {"parent": _("A unit cannot stand under itself or under a unit of its own.")}
        )
    changes = UnitPlacement.objects.filter(valid_from__gt=on).values_list("valid_from", flat=True)
    for day in (on, *changes.distinct().order_by("valid_from")):
        if parent.pk in tree_on(day).below([unit.pk]):
            stood = _("On %(day)s %(parent)s still stood under this unit. Choose a later day.")
            raise ValidationError({"on": stood % {"day": day.isoformat(), "parent": parent.label}})


@transaction.atomic
def move_unit(
    *,
    actor: User,
    unit_id: int,
    version: int | None,
    parent: Unit | None,
    on: date,
    at: datetime,
    note: str,
) -> Unit:
    """Put a unit under another from the day ``on``; figures of earlier days keep the old tree."""
    _lock_all()
    unit = _lock(actor, unit_id, version)
    if parent is not None:
        refuse_circle(unit, parent, on)
    if unit.parent_id == (parent.pk if parent else None):
        return unit
    if parent is None:
        _refuse_second_root()
    place(unit, parent, actor=actor, on=on, at=at, note=note)
    return unit


def place(
    unit: Unit, parent: Unit | None, *, actor: User, on: date, at: datetime, note: str
) -> None:
    """Put a locked unit under another from the day ``on``."""
    last = unit.placements.order_by("-valid_from").first()
    if last is not None and on <= last.valid_from:
        raise ValidationError(
            {
                "on": _("%(unit)s has stood where it is since %(day)s. Choose a later day.")
                % {"unit": unit, "day": last.valid_from.isoformat()}
            }
        )
    old = unit.parent
    unit.parent = parent
    unit.version += 1
    unit.full_clean()
    event = record.entry(
        EventKind.UNIT_MOVED,
        actor=actor,
        on=on,
        at=at,
        before={"parent": old.code if old else None},
        after={"parent": parent.code if parent else None, "version": unit.version},
        note=note,
        unit=unit,
    )
    unit.placements.filter(valid_to=FAR).update(valid_to=on)
    UnitPlacement.objects.create(unit=unit, parent=parent, valid_from=on)
    unit.save()
    record.append([event])


def refuse_closed_unit(unit: Unit, on: date) -> None:
    """Refuse to give a task to a unit that is closed by the day ``on``."""
    if unit.closed_on and unit.closed_on <= on:
        raise ValidationError(
            _("%(unit)s was closed on %(day)s. Choose the unit that took over from it."),
            code="closed_unit",
            params={"unit": unit, "day": unit.closed_on.isoformat()},
        )


def _refuse_before_last_work(unit: Unit, on: date) -> None:
    """Refuse to close a unit on a day on which it still answered for open work."""
    held = unit.assignments.filter(task__is_annulled=False).exclude(removed_on=F("added_on"))
    until = held.annotate(until=Coalesce("removed_on", "completed_on")).filter(until__gt=on)
    last = until.select_related("task").order_by("-until", "pk").first()
    if last is not None:
        answered = _(
            "%(unit)s answered for the task “%(task)s” until %(day)s. Choose that day or a"
            " later one."
        )
        day = last.removed_on or last.completed_on
        raise ValidationError(
            {"on": answered % {"unit": unit, "task": last.task, "day": day.isoformat()}}
        )


def _refuse_units_below(unit: Unit, on: date) -> None:
    """Refuse to close a unit under which others stand from the day ``on``, or stood since."""
    placed = UnitPlacement.objects.filter(parent=unit, valid_to__gt=on)
    stands = placed.filter(Q(unit__closed_on=None) | Q(unit__closed_on__gt=on))
    last = stands.select_related("unit").order_by("-valid_to", "pk").first()
    if last is None:
        return
    if last.valid_to == FAR:
        raise ValidationError(
            _("Units still stand under %(unit)s. Move or close them first."),
            code="units_below",
            params={"unit": unit},
        )
    stood = _("%(other)s stood under %(unit)s until %(day)s. Choose that day or a later one.")
    named = {"other": last.unit, "unit": unit, "day": last.valid_to.isoformat()}
    raise ValidationError({"on": stood % named})


def refuse_successor(unit: Unit, successor: Unit, on: date) -> None:
    """Refuse to merge a unit into itself, into one that went into it, or into a closed one."""
    if successor == unit:
        raise ValidationError({"merged_into": _("A unit cannot be merged into itself.")})
    went_into: dict[int | None, list[int]] = {}
    merged = Unit.objects.without_tree_fields().exclude(merged_into=None)
    for pk, into in merged.values_list("pk", "merged_into"):
        went_into.setdefault(into, []).append(pk)
    if successor.pk in below(went_into, [unit.pk]):
        went = _("%(other)s was merged into %(unit)s. Choose another unit.")
        raise ValidationError({"merged_into": went % {"other": successor, "unit": unit}})
    refuse_closed_unit(Unit.objects.without_tree_fields().get(pk=successor.pk), on)


@transaction.atomic
def close_unit(
    *,
    actor: User,
    unit_id: int,
    version: int | None,
    merged_into: Unit | None,
    on: date,
    at: datetime,
    note: str,
) -> Unit:
    """Close a unit without work, or merge it into another. Its past stays under its name."""
    unit = lock_to_close(actor, unit_id, version)
    end(unit, EventKind.UNIT_CLOSED, merged_into, actor=actor, on=on, at=at, note=note)
    return unit


def lock_to_close(actor: User, unit_id: int, version: int | None) -> Unit:
    """The unit with the whole tree locked, unless it is closed already."""
    _lock_all()
    unit = _lock(actor, unit_id, version)
    if unit.closed_on:
        raise ValidationError(
            _("%(unit)s was closed on %(day)s already."),
            code="closed",
            params={"unit": unit, "day": unit.closed_on.isoformat()},
        )
    return unit


def end(
    unit: Unit,
    kind: EventKind,
    into: Unit | None,
    *,
    actor: User,
    on: date,
    at: datetime,
    note: str,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Close a locked unit from the day ``on``; refused while it has work, or units, of its own."""
    open_tasks = unit.assignments.current().filter(completed_on=None, task__is_annulled=False)
    count = open_tasks.count()
    if count:
        raise ValidationError(
            _("%(unit)s still answers for %(count)s open tasks. Give them to another unit first."),
            code="open_tasks",
            params={"unit": unit, "count": count},
        )
    _refuse_before_last_work(unit, on)
    _refuse_units_below(unit, on)
    if into is not None:
        refuse_successor(unit, into, on)
    unit.closed_on, unit.merged_into = on, into
    unit.version += 1
    unit.full_clean()
    unit.save()
    event = record.entry(
        kind,
        actor=actor,
        on=on,
        at=at,
        after={
            "merged_into": into.code if into else None,
            **(after or {}),
            "version": unit.version,
        },
        note=note,
        unit=unit,
    )
    record.append([event])
