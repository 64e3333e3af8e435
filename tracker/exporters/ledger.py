"""The rectification ledger (整改台账): one row a task, the issue's cells merged over its tasks.

The columns are those that ledgers of this kind print, with task and task number between. Left
out until their subject exists: the state of supervision and the risk after it (督导状态,
督导后风险), acceptance (验收时间), public notice (公示起止) and the day of settlement (办结时间).
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tracker import xlsx
from tracker.choices import ShownStatus
from tracker.exporters.lines import EVIDENCE, count, lines, number_of
from tracker.exporters.orders import Form
from tracker.exporters.words import DAY, MID, label, signature

__all__ = ["EVALUATION", "FORM"]

EVALUATION = {
    ShownStatus.OVERDUE: pgettext_lazy("evaluation", "overdue and not completed"),
    ShownStatus.BEHIND: pgettext_lazy("evaluation", "behind schedule"),
    ShownStatus.NOT_STARTED: pgettext_lazy("evaluation", "on schedule"),
    ShownStatus.ON_SCHEDULE: pgettext_lazy("evaluation", "on schedule"),
    ShownStatus.AWAITING_CLOSURE: pgettext_lazy("evaluation", "completed"),
    ShownStatus.CLOSED: pgettext_lazy("evaluation", "completed"),
}


def sheets(chosen):
    """The ledger; its filter arrows are for whoever works with it on a screen."""
    title = _("Rectification ledger")
    yield xlsx.Sheet(
        name=title,
        title=chosen.titled(title),
        notes=chosen.notes(),
        columns=[*_columns_of_plan(), *_columns_of_progress()],
        rows=chosen.told(lines(chosen, EVIDENCE)),
        keys=[lambda line: line.task.issue_id],
        signature=signature(),
        has_filter=True,
    )


def _columns_of_plan():
    return [
        _column(pgettext("form", "No."), lambda x: x.position, level=0, width=5, **MID),
        _column(
            pgettext("ledger", "Issue code"), lambda x: x.task.issue.code, level=0, width=9, **MID
        ),
        _column(
            pgettext("ledger", "Issue source"),
            lambda x: str(x.task.issue.source),
            level=0,
            width=9,
            **MID,
        ),
        _column(
            pgettext("ledger", "Issue fed back"), lambda x: x.task.issue.text, level=0, width=26
        ),
        _column(pgettext("ledger", "Task number"), lambda x: number_of(x.task), width=7, **MID),
        _column(pgettext("ledger", "Rectification task"), lambda x: x.task.title, width=16),
        _column(pgettext("ledger", "Rectification goal"), lambda x: x.task.goal, width=20),
        _column(pgettext("ledger", "Rectification measures"), lambda x: x.measures, width=24),
        _column(pgettext("ledger", "Responsible units"), lambda x: x.responsible, width=10, **MID),
        _column(
            pgettext("ledger", "Sector department"),
            lambda x: label(x.task.supervising_unit),
            width=9,
            **MID,
        ),
        _column(
            pgettext("ledger", "Acceptance unit"),
            lambda x: label(x.task.acceptance_unit),
            width=9,
            **MID,
        ),
        _column(
            pgettext("ledger", "Rectification deadline"), lambda x: x.deadline, width=11, **MID
        ),
    ]


def _columns_of_progress():
    return [
        _column(pgettext("form", "Progress made"), lambda x: x.progress, width=28),
        _column(
            pgettext("ledger", "Evaluation"), lambda x: str(EVALUATION[x.shown]), width=8, **MID
        ),
        _column(pgettext("form", "State"), lambda x: x.shown.label, width=8, **MID),
        _column(pgettext("ledger", "Due soon or overdue"), lambda x: x.warning, width=8, **MID),
        _column(pgettext("ledger", "Self-check"), lambda x: x.checked_on, **DAY, width=10.5),
        _column(pgettext("ledger", "Completed on"), lambda x: x.completed_on, **DAY, width=10.5),
        _column(pgettext("ledger", "Closed on"), lambda x: x.closed_on, **DAY, width=10.5),
        _column(pgettext("ledger", "Difficulties"), lambda x: x.told("difficulties"), width=12),
        _column(pgettext("ledger", "Next steps"), lambda x: x.told("next_steps"), width=12),
        _column(pgettext("ledger", "List of evidence"), lambda x: x.evidence, width=10),
    ]


def _column(header, value, **options):
    return xlsx.Column(header=header, value=value, **options)


FORM = Form(name="ledger", label=gettext_lazy("Rectification ledger"), sheets=sheets, count=count)
