"""Questions and answers on a task (问答): asked, answered, settled, corrected and taken back.

They are talk, not acts: nothing of them is entered in the record and no figure counts them.
Nothing is deleted either; what a text said before stands in its history.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import Addressee, NotificationKind
from tracker.models import Answer, Assignment, Evidence, Notification, Question, Task, User
from tracker.models.discussions import LONGEST_TEXT
from tracker.operations.notifications import forget, tell_all
from tracker.rules import discussions as rules


@transaction.atomic
def ask(
    *,
    actor: User,
    task_id: int,
    addressee: Addressee | str,
    part: Assignment | None,
    text: str,
    mentions: Collection[User] = (),
    evidence: Evidence | None = None,
    at: datetime,
) -> Question:
    """Ask the units of a task, or the office that runs it; the same text twice is asked once.

    With ``part`` other units do not see it. Who is asked, and who is mentioned, is told.
    """
    tasks = Task.objects.select_related("issue")
    task = tasks.select_for_update(of=("self",), no_key=True).get(pk=task_id)
    access.require(access.may_ask(actor, task))
    _refuse_unissued(task)
    text = _kept(text)
    address = access.Address(Addressee(addressee), part)
    if address not in access.possible_addresses(actor, task):
        raise ValidationError(
            {"to": _("This cannot be asked of them. Choose somebody of the list.")}, code="to"
        )
    _refuse_foreign(actor, task, part, mentions, evidence)
    said = {"task": task, "author": actor, "text": text, "addressee": address.addressee}
    before = Question.objects.open().filter(**said, part=part).first()
    if before is not None:
        return before
    question = Question.objects.create(
        **said, part=part, unit_id=_unit_of(actor), evidence=evidence, written_at=at
    )
    question.mentions.set(mentions)
    key = _key(question)
    told = _tell(question, NotificationKind.MENTIONED, mentions, key=key, actor=actor, at=at)
    asked = access.people_asked(actor, question)
    _tell(question, NotificationKind.ASKED, asked, key=key, actor=actor, at=at, told=told)
    return question


@transaction.atomic
def answer(
    *,
    actor: User,
    question_id: int,
    text: str,
    mentions: Collection[User] = (),
    evidence: Evidence | None = None,
    at: datetime,
) -> Answer:
    """Answer a question, or add to one's own; the same text twice is said once.

    Its asker, those who answered before and who is mentioned are told.
    """
    question = _lock(question_id)
    access.require(access.may_answer(actor, question))
    if question.taken_back_at is not None:
        raise ValidationError(
            _("The question was taken back by its author meanwhile. Nothing was sent."),
            code="taken_back",
        )
    if question.is_settled:
        raise ValidationError(
            _("The question is settled. Take it up again to add something; the text is kept."),
            code="settled",
        )
    text = _kept(text)
    _refuse_foreign(actor, question.task, question.part, mentions, evidence)
    before = question.answers.filter(author=actor, text=text, taken_back_at=None).first()
    if before is not None:
        return before
    given = Answer.objects.create(
        question=question,
        author=actor,
        unit_id=_unit_of(actor),
        text=text,
        evidence=evidence,
        written_at=at,
    )
    given.mentions.set(mentions)
    key = _key(given)
    told = _tell(question, NotificationKind.MENTIONED, mentions, key=key, actor=actor, at=at)
    talking = User.objects.filter(
        pk__in=[question.author_id, *question.answers.values_list("author", flat=True)]
    )
    seeing = access.possible_mentions(actor, question.task, question.part)
    followers = talking & seeing
    _tell(question, NotificationKind.ANSWERED, followers, key=key, actor=actor, at=at, told=told)
    return given


@transaction.atomic
def settle(*, actor: User, question_id: int, at: datetime) -> Question:
    """Say that a question needs no more (已解决). Twice is once."""
    question = _lock(question_id)
    access.require(access.may_settle(actor, question), whom=_settlers())
    if not question.is_settled:
        question.settled_at, question.settled_by = at, actor
        question.save(update_fields=["settled_at", "settled_by"])
    return question


@transaction.atomic
def reopen(*, actor: User, question_id: int) -> Question:
    """Take a settled question up again."""
    question = _lock(question_id)
    access.require(access.may_settle(actor, question), whom=_settlers())
    if question.is_settled:
        question.settled_at = question.settled_by = None
        question.save(update_fields=["settled_at", "settled_by"])
    return question


@transaction.atomic
def correct(
    *, actor: User, remark: Question | Answer, text: str, at: datetime
) -> Question | Answer:
    """Correct one's own text shortly after writing it; it is shown as corrected."""
    remark = _lock_remark(actor, remark)
    if not rules.is_correctable(remark.written_at, at):
        raise ValidationError(
            _(
                "A text is corrected within 15 minutes. Add an answer that puts it right, or take"
                " the text back."
            ),
            code="late",
        )
    text = _kept(text)
    if text != remark.text:
        remark.text, remark.corrected_at = text, at
        remark.save(update_fields=["text", "corrected_at"])
    return remark


@transaction.atomic
def take_back(*, actor: User, remark: Question | Answer, at: datetime) -> Question | Answer:
    """Take one's own text back: it is not shown any more, and kept for auditors.

    Who was told of it and has not looked yet finds nothing.
    """
    remark = _lock_remark(actor, remark)
    remark.taken_back_at = at
    remark.save(update_fields=["taken_back_at"])
    forget([_key(remark)])
    return remark


def _lock(question_id: int) -> Question:
    questions = Question.objects.select_for_update(of=("self",), no_key=True)
    return questions.select_related("task__issue", "part").get(pk=question_id)


def _lock_remark(actor: User, remark: Question | Answer) -> Question | Answer:
    locked: Question | Answer = (
        type(remark).objects.select_for_update(no_key=True).get(pk=remark.pk)
    )
    access.require(access.may_reword(actor, locked), whom=_("Its author may."))
    if locked.taken_back_at is not None:
        raise ValidationError(_("The text was taken back already."), code="taken_back")
    return locked


def _key(remark: Question | Answer) -> str:
    """Under which nobody is told of a text twice."""
    return f"{'question' if isinstance(remark, Question) else 'answer'}:{remark.pk}"


def _unit_of(actor: User) -> int | None:
    """The unit as somebody of which a person speaks: that of their first role."""
    held = access.scope_of(actor).memberships
    return held[0][1] if held else None


def _settlers() -> str:
    return _("Who asked, and the rectification office, may settle it.")


def _refuse_unissued(task: Task) -> None:
    if task.is_annulled or task.issued_on is None:
        raise ValidationError(
            _("The task is not issued: its units do not see it, so nobody can be asked."),
            code="not_issued",
        )


def _kept(text: str) -> str:
    """The text as it is kept; refused in words when it says nothing or too much."""
    text = text.strip()
    if found := rules.refusals(text, most=LONGEST_TEXT):
        raise ValidationError(found)
    return text


def _refuse_foreign(
    actor: User,
    task: Task,
    part: Assignment | None,
    mentions: Collection[User],
    evidence: Evidence | None,
) -> None:
    """Refuse to mention people who do not see the question, and files of other tasks."""
    seeing = set(access.possible_mentions(actor, task, part)) if mentions else set()
    blind = [person for person in mentions if person not in seeing]
    if blind:
        raise ValidationError(
            {
                "mentions": _(
                    "%(people)s: does not see this question, and cannot be mentioned. Nothing was"
                    " sent."
                )
                % {"people": _(", ").join(str(person) for person in blind)}
            },
            code="mentions",
        )
    if evidence is None:
        return
    if not access.visible_evidence(actor).filter(task=task, pk=evidence.pk).exists():
        raise ValidationError({"evidence": _("A file of another task was chosen.")}, code="file")


def _tell(
    question: Question,
    kind: NotificationKind,
    people: Iterable[User],
    *,
    key: str,
    actor: User,
    at: datetime,
    told: frozenset[int] = frozenset(),
) -> frozenset[int]:
    """Tell people of the question, but for the author and those who were ``told``; who was."""
    task = question.task
    details = {"task": f"{task.code} {task.title}", "person": str(actor)}
    new = {person.pk for person in people} - {actor.pk} - told
    tell_all(
        Notification(
            person_id=pk,
            kind=kind,
            key=key,
            details=details,
            url=question.get_absolute_url(),
            created_at=at,
        )
        for pk in sorted(new)
    )
    return told | new
