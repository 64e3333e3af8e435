"""Every page of the product: how to address it, who knows of it, and who may act on it.

A new address fails ``test_permissions`` until it is written down here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse
from django.utils.timezone import localdate

from tests import closing, factories
from tracker.choices import Role
from tracker.models import CallFile, Event, ImportBatch, ProgressReport, ReturnedWorkbook
from tracker.operations import measures, staged
from tracker.operations.evidence import check
from tracker.views.public_notices import SIGNER

TOP = {"leader", "auditor", "office", "administrator"}
COUNTY = {"reader", "editor", "head", "county_office", "two_roles", "deputy"}
OVERSEERS = {"acceptance", "supervising"}
MEMBERS = TOP | COUNTY | OVERSEERS | {"other_editor", "sector"}
ACTIVE = MEMBERS | {"stranger", "former_deputy"}
OUTSIDE = {"anonymous", "deactivated", "moved"}
CAST = sorted(ACTIVE | OUTSIDE)

TASK = {
    "ours": TOP | COUNTY | OVERSEERS,
    "theirs": TOP | {"other_editor", "two_roles", "sector"},
}
PLACE = {"ours": TOP | COUNTY, "theirs": TOP | {"other_editor", "two_roles"}}
REPORTS = {
    "ours": {"editor", "head", "county_office", "office", "two_roles", "deputy"},
    "theirs": {"other_editor", "office"},
}
SIGNS = {"ours": {"head", "county_office", "office"}, "theirs": {"office"}}
ANSWERS = REPORTS["ours"] | REPORTS["theirs"]
RUNS = {"ours": {"office", "county_office"}, "theirs": {"office"}}
CONFIRMS = {"ours": {"office", "county_office", "acceptance"}, "theirs": {"office"}}
ACCEPTS = {"ours": {"office", "acceptance"}, "theirs": {"office"}}
"""Another person, of another unit, than the applicant: not the office of the county itself."""
ATTACH = REPORTS["ours"] | {"other_editor", "sector"} | OVERSEERS
LOOKS = {"ours": {"office", "acceptance", "supervising"}, "theirs": {"office"}}
TALKS = {
    "ours": REPORTS["ours"] | OVERSEERS | {"leader"},
    "theirs": REPORTS["theirs"] | {"leader"},
}
GIVES_OPINION = {"ours": OVERSEERS, "theirs": set()}
JUDGES = {"ours": {"office", "county_office", "acceptance", "supervising"}, "theirs": {"office"}}


class World:
    """A task of the county (``ours``) and one of the other county (``theirs``), with all parts."""

    def __init__(self):
        city, county = factories.city(), factories.county()
        finance = factories.unit_of_code("finance", "市财政局", city)
        water = factories.unit_of_code("water", "市水利局", city)
        places = {
            "ours": county,
            "theirs": factories.unit_of_code("donghai", "望潮县", city),
        }
        self.sides = {}
        for side, place in places.items():
            overseers = (
                {"supervising_unit": water}
                if side == "ours"
                else {"supervising_unit": finance, "acceptance_unit": finance}
            )
            medium = factories.make_medium(*(("air", "大气环境") if side == "theirs" else ()))
            issue = factories.make_issue(medium=medium)
            task = factories.make_task(units=[place], issue=issue, **overseers)
            milestone = measures.add_milestone(
                actor=factories.an_office(),
                task_id=task.pk,
                version=None,
                title="主体完工",
                due_on=factories.DUE,
                on=factories.ISSUED,
                at=factories.moment(factories.ISSUED),
            )
            file = check(SimpleUploadedFile("监测报告.pdf", b"%PDF-1.4 \n%%EOF"))
            photo = check(SimpleUploadedFile("现场.png", factories.picture()))
            report = factories.make_report(task, files=[file, photo])
            self.sides[side] = {
                "code": task.code,
                "unit": place.code,
                "issue": issue.code,
                "milestone": milestone.pk,
                "report": report.pk,
                "evidence": report.evidence.get(name="监测报告.pdf").pk,
                "photo": report.evidence.get(name="现场.png").pk,
                "event": Event.objects.filter(task=task, kind="reported").get().sequence,
                "petition": factories.make_petition(place).number,
                **self.talk(task),
                **self.closing(place, issue, overseers),
                "programme": factories.make_programme(task=task).code,
                "extension": self.extension(task, place),
            }
        call = factories.make_round()
        self.round = call.pk
        self.call_file = CallFile.objects.create(
            round=call,
            name="临江县.xlsx",
            sha256="0" * 64,
            uploaded_by=factories.an_office(),
            uploaded_at=factories.moment(factories.ISSUED),
        ).pk
        self.batch = ImportBatch.objects.create(
            inspection=factories.the_inspection(),
            file_name="清单.xlsx",
            sha256="0" * 64,
            uploaded_by=factories.an_office(),
            uploaded_at=factories.moment(factories.ISSUED),
            is_read=True,
        ).pk
        self.foreign_batch = factories.make_foreign_list().pk
        self.lookback_plan = factories.make_lookback_plan().pk
        self.people(county)
        [waiting] = staged.stage(
            actor=factories.make_user(Role.UNIT_EDITOR, factories.county()),
            files=[check(SimpleUploadedFile("待报.pdf", b"%PDF-1.4 \n%%EOF"))],
            at=factories.moment(factories.ISSUED),
        )
        self.staged = waiting.pk
        export = factories.make_export(factories.an_office())
        self.export, self.notification = export.pk, export.asked_by.notifications.get().pk
        self.returned = ReturnedWorkbook.objects.create(
            inspection=factories.the_inspection(),
            file_name="工作台账.xlsx",
            sha256="0" * 64,
            counts={"rows": 0},
            uploaded_by=factories.an_office(),
            uploaded_at=factories.moment(factories.ISSUED),
            compared_at=factories.moment(factories.ISSUED),
        ).pk
        assert ProgressReport.objects.count() == 2

    def talk(self, task):
        """A question of somebody else of the office to the unit of a task, and an answer."""
        author = factories.make_user(Role.OFFICE)
        question = factories.make_question(task, author)
        answer = factories.make_answer(question, author)
        return {"question": question.pk, "answer": answer.pk}

    def extension(self, task, place):
        """An extension that somebody else of the unit of a task asked for."""
        head = factories.make_user(Role.UNIT_HEAD, place)
        return factories.make_extension_request(task, head).pk

    def people(self, county):
        """Somebody of the county who is away today, and somebody who handed the work over."""
        away, gone, at_hand = (factories.make_user(Role.UNIT_READER, county) for _n in range(3))
        self.person = away.pk
        self.deputy = factories.make_deputy(away, at_hand, localdate()).pk
        self.handover = factories.make_handover(gone, at_hand, county).pk

    def closing(self, place, issue, overseers):
        """A task of the place in public notice, and an objection to it."""
        unit, office = factories.make_user(Role.UNIT_HEAD, place), factories.an_office()
        task = closing.completed_task(units=[place], issue=issue, **overseers)
        closure = closing.passed(task, unit, office)
        notice = closing.publish(closure, office)
        objection = closing.objection(notice, office)
        return {"closure": closure.pk, "objection": objection.pk, "notice": notice.pk}


@dataclass(frozen=True)
class Page:
    """An address: ``sees`` know of it (404 for others), ``does`` may use it (403 for others).

    Both are sets of the cast, or such sets for each side. ``where`` gives the arguments of the
    address. ``get`` is what its reading answers to those who may.
    """

    name: str
    sees: set | dict
    does: set | dict | None = None
    where: Callable[[World, dict], dict] | None = None
    query: str = ""
    get: int = 200
    posts: bool = False

    def addresses(self, world):
        """``(side, address)`` of the page: one for each side where there is one."""
        if self.where is None:
            yield "", reverse(self.name) + self.query
        elif isinstance(self.sees, dict):
            for side, own in world.sides.items():
                yield side, reverse(self.name, kwargs=self.where(world, own)) + self.query
        else:
            yield "", reverse(self.name, kwargs=self.where(world, {})) + self.query

    def expected(self, who, side):
        """The status that somebody of the cast is answered with."""
        sees = self.sees[side] if side else self.sees
        does = sees if self.does is None else self.does
        does = does[side] if isinstance(does, dict) else does
        if who in sees & does:
            return self.get
        if who in OUTSIDE:
            return 302
        return 403 if who in sees else 404


def task(world, own):
    return {"code": own["code"]}


def part(world, own):
    return {"code": own["code"], "unit": own["unit"]}


def measure(world, own):
    return {"code": own["code"], "number": 1}


def milestone(world, own):
    return {"code": own["code"], "pk": own["milestone"]}


def document(world, own):
    return {"pk": own["closure"], "name": "opinion"}


def by(name, key):
    return lambda world, own: {name: own[key]}


def signal(world, own):
    return {"code": own["code"], "kind": "leap", "key": own["report"]}


def of_world(name):
    return lambda world, own: {"pk": getattr(world, name)}


def of_call(world, own):
    """One call, and the unit whose workbook is asked for."""
    return {"pk": world.round, "unit": own["unit"]}


def of_notice(world, own):
    return {"pk": world.sides["ours"]["notice"]}


def a_receipt(world, own):
    """The receipt of an objection; whoever has its address may read it."""
    ours = world.sides["ours"]
    return {"pk": ours["notice"], "receipt": SIGNER.sign(str(ours["objection"]))}


def verb(name, sees, does=None, where=None, **more):
    return Page(name, sees, does, where, posts=True, **more)


EVERYBODY = ACTIVE | OUTSIDE
OFFICE = {"office"}
NOBODY: set[str] = set()
"""What is its owner's alone, and the owner is not of the cast; see the tests of exports."""

PAGES = [
    Page("livez", EVERYBODY),
    Page("readyz", EVERYBODY),
    Page("account_logout", ACTIVE, posts=True),
    Page("account_change_password", ACTIVE, posts=True),
    Page("dashboard", ACTIVE),
    # tasks
    Page("tasks", ACTIVE),
    Page("export-tasks", ACTIVE),
    Page("export-issues", ACTIVE),
    Page("export-petitions", ACTIVE),
    verb("new-task", ACTIVE, OFFICE),
    Page("task", TASK, None, task),
    Page("case-file", TASK, None, task),
    verb("case-file-zip", TASK, None, task),
    verb("correct-task", TASK, OFFICE, task),
    verb("issue-task", TASK, OFFICE, task),
    verb("extend-task", TASK, OFFICE, task),
    verb("withdraw-task", TASK, OFFICE, task),
    verb("merge-task", TASK, OFFICE, task),
    verb("add-unit-to-task", TASK, OFFICE, task),
    verb("remove-unit-from-task", TASK, OFFICE, part),
    verb("new-measure", TASK, OFFICE, task),
    verb("correct-measure", TASK, OFFICE, measure),
    verb("complete-measure", TASK, REPORTS, measure),
    Page("measure-files", TASK, None, measure),
    verb("attach-to-measure", TASK, REPORTS, measure),
    verb("new-milestone", TASK, OFFICE, task),
    verb("reach-milestone", TASK, REPORTS, milestone),
    verb("annul", TASK, OFFICE, by("sequence", "event")),
    # questions and answers
    Page("task-questions", TASK, None, task),
    verb("ask", TASK, TALKS, task),
    verb("answer-question", TASK, TALKS, by("pk", "question")),
    verb("settle-question", TASK, RUNS, by("pk", "question")),
    verb("reopen-question", TASK, RUNS, by("pk", "question")),
    verb("correct-question", TASK, NOBODY, by("pk", "question")),
    verb("take-back-question", TASK, NOBODY, by("pk", "question")),
    verb("correct-answer", TASK, NOBODY, by("pk", "answer")),
    verb("take-back-answer", TASK, NOBODY, by("pk", "answer")),
    # issues
    Page("issues", ACTIVE),
    verb("new-issue", ACTIVE, OFFICE),
    Page("issue", TASK, None, by("code", "issue")),
    verb("correct-issue", TASK, OFFICE, by("code", "issue")),
    # units
    Page("units", ACTIVE),
    verb("new-unit", ACTIVE, {"office", "administrator"}),
    Page("unit", PLACE, None, by("code", "unit")),
    verb("correct-unit", PLACE, {"office", "administrator"}, by("code", "unit")),
    verb("move-unit", PLACE, {"office", "administrator"}, by("code", "unit")),
    verb("close-unit", PLACE, {"office", "administrator"}, by("code", "unit")),
    verb("merge-unit", PLACE, OFFICE, by("code", "unit")),
    # people
    Page("account", ACTIVE),
    verb("end-sessions", ACTIVE, get=405),
    verb("new-deputy", ACTIVE, MEMBERS - {"administrator", "deputy"}),
    verb("end-deputy", {"administrator"}, None, of_world("deputy")),
    verb("name-deputy", {"administrator"}, None, of_world("person")),
    verb("hand-over", {"administrator"}, None, of_world("person")),
    Page("handover", {"administrator"}, None, of_world("handover")),
    # progress
    verb("acknowledge-task", TASK, REPORTS, part),
    verb("report-completion", TASK, REPORTS, part),
    verb("complete-task", TASK, CONFIRMS, part),
    verb("return-completion", TASK, CONFIRMS, part),
    verb("reopen-task", TASK, RUNS, part),
    verb("judge-task", TASK, JUDGES, part),
    verb("report-progress", TASK, REPORTS, task),
    verb("save-draft", TASK, REPORTS, part, get=405),
    Page("report", TASK, None, by("pk", "report")),
    verb("sign-report", TASK, SIGNS, by("pk", "report")),
    verb("review-report", TASK, RUNS, by("pk", "report")),
    verb("send-back-report", TASK, SIGNS, by("pk", "report")),
    verb("withdraw-report", TASK, NOBODY, by("pk", "report")),
    verb("accept-report", TASK, JUDGES, by("pk", "report")),
    verb("return-report", TASK, JUDGES, by("pk", "report")),
    verb("stage-file", ACTIVE, ATTACH, get=405),
    verb("unstage-file", NOBODY, None, of_world("staged")),
    verb("answer-signal", TASK, LOOKS, signal),
    Page("evidence", TASK, None, by("pk", "evidence")),
    Page("evidence-small", TASK, None, by("pk", "photo")),
    Page("evidence-large", TASK, None, by("pk", "photo")),
    Page("evidence-page", TASK, None, by("pk", "photo")),
    verb("mark-photo", TASK, RUNS, by("pk", "photo")),
    verb("remove-place", TASK, RUNS, by("pk", "photo")),
    Page("todo", ACTIVE),
    Page("rounds", ACTIVE),
    verb("new-round", ACTIVE, OFFICE),
    Page("round", MEMBERS, None, of_world("round")),
    Page("call-workbooks", MEMBERS, ANSWERS, of_world("round")),
    Page("call-workbook", PLACE, REPORTS, of_call),
    Page("call-form", MEMBERS, None, of_world("round")),
    verb("call-files", MEMBERS, ANSWERS, of_world("round")),
    verb("confirm-call-files", MEMBERS, ANSWERS, of_world("round"), get=405),
    Page("call-file", OFFICE, None, of_world("call_file")),
    verb("discard-call-file", OFFICE, None, of_world("call_file"), get=405),
    # closure
    verb("apply-for-closure", TASK, REPORTS, task),
    Page("closures", ACTIVE),
    Page("closure", TASK, None, by("pk", "closure")),
    Page("closure-application", TASK, None, by("pk", "closure")),
    Page("closure-opinion", TASK, None, by("pk", "closure")),
    Page("closure-notice", TASK, None, by("pk", "closure")),
    Page("closure-document", TASK, None, document),
    verb("withdraw-application", TASK, REPORTS, by("pk", "closure")),
    verb("return-application", TASK, ACCEPTS, by("pk", "closure")),
    verb("pre-accept", TASK, NOBODY, by("pk", "closure")),
    verb("take-for-acceptance", TASK, ACCEPTS, by("pk", "closure")),
    verb("decide-acceptance", TASK, ACCEPTS, by("pk", "closure")),
    verb("publish-notice", TASK, RUNS, by("pk", "closure")),
    verb("receive-objection", TASK, RUNS, by("pk", "closure")),
    verb("settle-objection", TASK, RUNS, by("pk", "objection")),
    verb("close-task", TASK, RUNS, by("pk", "closure")),
    verb("file-closure", TASK, RUNS, by("pk", "closure")),
    # for everybody; these notices ended long ago, so that no more is told of them than that
    Page("public-notices", EVERYBODY),
    Page("public-notice", EVERYBODY, None, of_notice, get=410),
    Page("object-to-notice", EVERYBODY, None, of_notice, get=410, posts=True),
    Page("objection-received", EVERYBODY, None, a_receipt),
    # look-backs
    Page("lookbacks", ACTIVE),
    verb("new-lookback-plan", ACTIVE, OFFICE),
    Page("lookback-plan", TOP | OVERSEERS | {"sector"}, None, of_world("lookback_plan")),
    verb("look-back", TASK, LOOKS, part),
    # deadlines
    Page("extensions", ACTIVE),
    Page("extension", TASK, None, by("pk", "extension")),
    verb("ask-extension", TASK, REPORTS, task),
    verb("approve-extension", TASK, {"office"}, by("pk", "extension")),
    verb("refuse-extension", TASK, {"office"}, by("pk", "extension")),
    verb("withdraw-extension", TASK, REPORTS, by("pk", "extension")),
    verb("extension-opinion", TASK, GIVES_OPINION, by("pk", "extension")),
    Page("standing", ACTIVE),
    verb("confirm-standing", TASK, REPORTS, part),
    # petitions
    Page("petitions", ACTIVE),
    verb("new-petition", ACTIVE, OFFICE),
    Page("petition", PLACE, None, by("number", "petition")),
    verb("settle-petition", PLACE, REPORTS, by("number", "petition")),
    # programmes
    Page("programmes", ACTIVE),
    verb("new-programme", ACTIVE, OFFICE),
    Page("programme", TASK, None, by("code", "programme")),
    verb("new-reading", TASK, OFFICE, by("code", "programme")),
    # workbooks
    Page("workbooks", ACTIVE),
    Page("workbook", ACTIVE, None, lambda world, own: {"form": "ledger"}),
    Page("exports", ACTIVE),
    verb("start-export", ACTIVE, get=405),
    Page("export", NOBODY, None, of_world("export")),
    verb("cancel-export", NOBODY, None, of_world("export")),
    verb("repeat-export", NOBODY, None, of_world("export")),
    Page("export-file", NOBODY, None, of_world("export")),
    verb("imports", ACTIVE, OFFICE),
    Page("import-template", ACTIVE, OFFICE),
    Page("import", OFFICE, None, of_world("batch")),
    Page("map-import", OFFICE, None, of_world("foreign_batch"), posts=True),
    verb("confirm-import", OFFICE, None, of_world("batch"), get=405),
    Page("working-ledger", ACTIVE, OFFICE),
    verb("returns", ACTIVE, OFFICE),
    Page("returned", OFFICE, None, of_world("returned")),
    verb("decide-returned", OFFICE, None, of_world("returned"), get=405),
    verb("compare-returned", OFFICE, None, of_world("returned"), get=405),
    verb("confirm-returned", OFFICE, None, of_world("returned"), get=405),
    verb("undo-returned", OFFICE, None, of_world("returned"), get=405),
    verb("replace-import", OFFICE, None, of_world("batch"), get=405),
    verb("discard-import", OFFICE, None, of_world("batch"), get=405),
    verb("undo-import", OFFICE, None, of_world("batch"), get=405),
    Page("marked-import", OFFICE, None, of_world("foreign_batch")),
    # notifications
    Page("notifications", ACTIVE),
    Page("notification-choices", ACTIVE, posts=True),
    verb("read-notifications", ACTIVE, get=405),
    verb("open-notification", NOBODY, None, of_world("notification")),
]


def let_go(answer):
    """Read a download to its end, which closes its file."""
    if answer.streaming:
        b"".join(answer.streaming_content)


OTHERWISE = {"account_login", "set_language"}
"""Open to everybody, and with tests of their own."""


def walk(patterns, prefix="", names=()):
    """``(name, route)`` of every address below ``patterns``; names carry their namespace."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            own = (*names, pattern.namespace) if pattern.namespace else names
            yield from walk(pattern.url_patterns, route, own)
        else:
            yield ":".join((*names, pattern.name or "")), route


def all_addresses():
    return list(walk(get_resolver().url_patterns))
