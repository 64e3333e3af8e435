"""The files of one attempt at closure: of the application, of the acceptance, before and after."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from tracker import access
from tracker.choices import PhotoKind
from tracker.models import Closure, ConditionAnswer, Evidence, User
from tracker.rules.photos import pairs

__all__ = ["ClosureFiles", "closure_files"]


@dataclass(frozen=True)
class ClosureFiles:
    """What ``user`` may read of it; ``by_answer`` are the files behind each answered condition."""

    application: Sequence[Evidence]
    acceptance: Sequence[Evidence]
    photo_pairs: Sequence[tuple[Evidence | None, Evidence | None]]
    by_answer: Mapping[int, Sequence[Evidence]]


def closure_files(user: User, closure: Closure, answers: Sequence[ConditionAnswer]) -> ClosureFiles:
    """The files of an attempt and of its answered conditions, in two queries."""
    named = Closure.evidence.through._default_manager.filter(
        closure=closure, evidence=OuterRef("pk")
    )
    rows = access.visible_evidence(user).filter(task=closure.assignment.task_id)
    rows = rows.annotate(is_named=Exists(named)).select_related("uploaded_by", "step__annulment")
    files = list(rows.order_by("pk"))
    standing = [file for file in files if not _is_taken_back(file)]
    photos = [file for file in standing if file.photo_kind]
    before = [file for file in photos if file.photo_kind == PhotoKind.BEFORE]
    after = [file for file in photos if file.photo_kind == PhotoKind.AFTER]
    return ClosureFiles(
        application=[file for file in files if file.is_named],
        acceptance=[
            file for file in standing if file.closure_id == closure.pk and not file.is_named
        ],
        photo_pairs=pairs(before, after),
        by_answer=_by_answer(answers, files),
    )


def _is_taken_back(file: Evidence) -> bool:
    """Whether the step it came with was annulled."""
    return file.step is not None and hasattr(file.step, "annulment")


def _by_answer(
    answers: Sequence[ConditionAnswer], files: Sequence[Evidence]
) -> Mapping[int, Sequence[Evidence]]:
    if not answers or not files:
        return {}
    known = {file.pk: file for file in files}
    links = ConditionAnswer.evidence.through._default_manager.filter(conditionanswer__in=answers)
    found: dict[int, list[Evidence]] = defaultdict(list)
    for answer, file in links.order_by("evidence").values_list("conditionanswer", "evidence"):
        if file in known:
            found[answer].append(known[file])
    return found
