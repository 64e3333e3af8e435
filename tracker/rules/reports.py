"""What a progress report must say besides its text, depending on what it says."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tracker.choices import ReportStatus

__all__ = ["gaps", "next_stop", "way", "with_fall_reason"]

DONE = 100
LONGEST_FALL_REASON = 300
WHEN_BEHIND = ("delay_reason", "next_steps")


def gaps(values: Mapping[str, Any], *, before: int) -> dict[str, str]:
    """``{field: sentence}`` for whatever is missing or contradicts itself.

    ``before`` is the progress that was reported last. Progress that falls needs its reason; who
    is not on schedule says why, and what comes next; closure is for what is done. Without a
    progress that can be read only the rest is looked at.
    """
    found = {}
    percent = values.get("percent")
    if percent is not None and percent < before and not _said(values, "fall_reason"):
        found["fall_reason"] = _(
            "Progress was %(before)s%% and would fall to %(now)s%%. Say why."
        ) % {"before": before, "now": percent}
    if values.get("is_on_schedule") is False:
        sentences = (
            _("The unit is not on schedule. Say why."),
            _("The unit is not on schedule. Say what comes next, and by when."),
        )
        for name, sentence in zip(WHEN_BEHIND, sentences, strict=True):
            if not _said(values, name):
                found[name] = sentence
    if values.get("applies_for_closure") and percent is not None and percent < DONE:
        found["applies_for_closure"] = _(
            "Closure can be applied for once progress is 100%%; here it is %(now)s%%."
        ) % {"now": percent}
    return found


def way(*, signed: bool, reviewed: bool) -> tuple[ReportStatus, ...]:
    """The stops of a report, in order: drafted, signed and reviewed where so ruled, sent in."""
    ruled = {ReportStatus.TO_SIGN: signed, ReportStatus.TO_REVIEW: reviewed}
    between = [stop for stop, is_on in ruled.items() if is_on]
    return (ReportStatus.DRAFT, *between, ReportStatus.SUBMITTED)


def next_stop(
    now: str, *, signed: bool, reviewed: bool, may_sign: bool, may_review: bool
) -> ReportStatus:
    """Where a report that leaves ``now`` waits next; who could decide there lets it pass at once.

    A head who writes or signs has signed; the county's office that writes or reviews has reviewed.
    """
    passes = {ReportStatus.TO_SIGN: may_sign, ReportStatus.TO_REVIEW: may_review}
    order = [ReportStatus.DRAFT, *passes, ReportStatus.SUBMITTED]
    ahead = order[order.index(ReportStatus(now)) + 1 :]
    stops = way(signed=signed, reviewed=reviewed)
    return next(stop for stop in ahead if stop in stops and not passes.get(stop, False))


def _said(values: Mapping[str, Any], name: str) -> bool:
    return bool((values.get(name) or "").strip())


def with_fall_reason(values: Mapping[str, Any], before: int) -> dict[str, Any]:
    """In the form of a call the reason for the delay is also that for progress that fell."""
    reason = values.get("delay_reason", "").strip()
    percent = values.get("percent")
    if percent is None or percent >= before or not reason:
        return {**values}
    if len(reason) > LONGEST_FALL_REASON:
        reason = _("See the reason for the delay.")
    return {**values, "fall_reason": reason}
