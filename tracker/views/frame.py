"""What stands around every page: the inspection looked at, the navigation, the person."""

from collections import defaultdict
from urllib.parse import urlencode

from django.db.models import Count, Subquery, Value
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker import access
from tracker.figures.kept import kept
from tracker.models import EventHead, Inspection, Span

CHOSEN = "inspection"
LISTS = (
    *("/tasks/", "/issues/", "/rounds/", "/closures/", "/lookbacks/", "/petitions/"),
    *("/programmes/", "/units/", "/workbooks/", "/extensions/", "/standing/"),
)
"""Pages that stay when another inspection is chosen; others make way for the overview."""
COUNTS = ("issue_count", "task_count", "petition_count")


def inspections(request):
    """All inspections, newest first, each with the counts that the navigation shows.

    The same look-up brings the end of the record and the number of unread notifications.
    """
    if not hasattr(request, "inspections"):
        end = EventHead.objects.values("digest")[:1]
        unread = access.visible_notifications(request.user).unread().order_by().values("person")
        found = Inspection.objects.annotate(
            record_end=Subquery(end), unread=Subquery(unread.annotate(n=Count("pk")).values("n"))
        )
        request.inspections = list(found.order_by("-feedback_on", "code"))
        if request.inspections:
            request.record_end = request.inspections[0].record_end
        scope = access.scope_of(request.user)
        if scope.memberships:
            question = ("navigation", request.as_of, tuple(scope.memberships))
            counts = kept(request, question, lambda: _counts(request))
            for inspection in request.inspections:
                for name in COUNTS:
                    setattr(inspection, name, counts[name].get(inspection.pk, 0))
    return request.inspections


def _counts(request):
    """``{name: {inspection: count}}`` of what is in sight on the day."""
    user = request.user
    units = access.scope_of(user).units
    tasks = Span.objects.on(request.as_of).filter(task__in=access.visible_tasks(user))
    issues = access.visible_issues(user).filter(is_annulled=False)
    if units is not None:
        tasks = tasks.filter(unit__in=units)
        issues = issues.filter(pk__in=tasks.values("task__issue"))
    petitions = access.visible_petitions(user).filter(received_on__lte=request.as_of)
    rows = _counted("task_count", tasks, "task").union(
        _counted("issue_count", issues, "pk"), _counted("petition_count", petitions, "pk")
    )
    counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for name, inspection, number in rows:
        counts[name][inspection] = number
    return counts


def _counted(name, rows, what):
    """Triples of ``name``, inspection and how many of its ``rows`` there are."""
    rows = rows.order_by().annotate(name=Value(name)).values("name", "inspection")
    return rows.annotate(number=Count(what, distinct=True)).values_list(
        "name", "inspection", "number"
    )


def current_inspection(request):
    """The inspection of ``?batch=``, else the last one chosen, else that with the most tasks."""
    if not hasattr(request, "inspection"):
        known = {inspection.code: inspection for inspection in inspections(request)}
        asked = request.GET.get("batch", "")
        chosen = known.get(asked)
        if asked and chosen is None:
            request.ignored.append(_("inspection"))
        largest = max(known.values(), key=lambda row: getattr(row, "task_count", 0), default=None)
        usual = known.get(request.session.get(CHOSEN, ""), largest)
        if chosen is not None and chosen != usual:
            request.session[CHOSEN] = chosen.code
        request.inspection = chosen or usual
    return request.inspection


def _label(inspection, request):
    note = ""
    if inspection.feedback_on:
        month = date_format(inspection.feedback_on, _("F Y"))
        note = _("fed back in %(month)s") % {"month": month}
    path = request.path if request.path in LISTS else reverse("dashboard")
    query = {"batch": inspection.code}
    if request.is_past:
        query["asof"] = request.as_of.isoformat()
    inspection.label, inspection.note = inspection.short_name, note
    inspection.url = f"{path}?{urlencode(query)}"
    inspection.active = inspection == request.inspection
    return inspection


def _item(request, label, name, icon, *, count=None, tab=False, short=""):
    url = reverse(name)
    inside = request.path == url if url == "/" else request.path.startswith(url)
    if request.is_past:
        url = f"{url}?asof={request.as_of.isoformat()}"
    return {
        "label": label,
        "url": url,
        "icon": icon,
        "count": count,
        "hot": False,
        "active": inside,
        "tab": tab,
        "short": short or label,
    }


def navigation(request, inspection):
    """The groups of the navigation; what a person may not open is absent."""
    user = request.user
    scope = access.scope_of(user)

    def item(*args, **kwargs):
        return _item(request, *args, **kwargs)

    def count(name):
        return getattr(inspection, name, None)

    main = [
        item(_("Overview"), "dashboard", "home", tab=True, short=pgettext("tab", "Overview")),
        item(_("My to-do"), "todo", "todo", tab=True, short=pgettext("tab", "To-do")),
    ]
    work = [
        item(_("Inspection issues"), "issues", "issue", count=count("issue_count")),
        item(
            _("Rectification tasks"),
            "tasks",
            "task",
            count=count("task_count"),
            tab=True,
            short=_("Tasks"),
        ),
        item(_("Progress calls"), "rounds", "edit"),
    ]
    if access.takes_part_in_closure(user):
        work.append(item(_("Acceptance and closure"), "closures", "seal"))
    if scope.reads_everything or access.decides_extensions(user):
        work.append(item(pgettext("requests", "Extensions"), "extensions", "cal"))
    is_unit_staff = set(scope.by_role) <= access.UNIT_ROLES
    lookbacks = [] if is_unit_staff else [item(_("Look-backs"), "lookbacks", "look")]
    watch = [
        item(_("Petitions"), "petitions", "mail", count=count("petition_count")),
        *lookbacks,
        item(_("Quantity programmes"), "programmes", "rank"),
        item(_("Units"), "units", "unit"),
    ]
    groups = [
        {"label": "", "items": main},
        {"label": _("Rectification"), "items": work},
        {"label": _("Supervision"), "items": watch},
    ]
    office = [item(_("Ledgers and forms"), "workbooks", "table")]
    if scope.is_city_office:
        office.append(item(_("Import a list"), "imports", "upload"))
        office.append(item(_("Ledger returned"), "returns", "back"))
    if access.may_use_admin(user):
        office.append(item(_("Settings"), "admin:index", "gear"))
    groups.append({"label": pgettext("navigation", "Reports"), "items": office})
    return groups


def _unread(user, inspection):
    """How much a person was told and has not seen."""
    if inspection is None:
        return access.visible_notifications(user).unread().count()
    return inspection.unread or 0


def frame(request):
    """The context of every page of a signed-in person; almost nothing for others."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not hasattr(request, "as_of"):
        return {"person": None, "is_demo": False}
    if user.must_change_password or request.path.startswith(reverse("admin:index")):
        return {"person": user, "is_demo": False}
    inspection = current_inspection(request)
    scope = access.scope_of(user)
    return {
        "nav": navigation(request, inspection) if scope.memberships else [],
        "inspections": [_label(row, request) for row in inspections(request)],
        "inspection": inspection,
        "as_of": request.as_of,
        "today": request.today,
        "is_past": request.is_past,
        "person": user,
        "person_unit_label": scope.unit_label,
        "is_demo": bool(inspection and inspection.is_demonstration),
        "may_administer": access.may_use_admin(user),
        "unread": _unread(user, inspection),
    }
