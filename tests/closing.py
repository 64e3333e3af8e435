"""The procedure of closure, step by step, with whatever a test does not name filled in."""

from datetime import date, timedelta

from tests.factories import complete, make_task, moment, part
from tracker.choices import Condition
from tracker.operations import closures, notices

COMPLETED = date(2022, 7, 1)
APPLIED = date(2022, 7, 4)
TAKEN = date(2022, 7, 5)
DECIDED = date(2022, 7, 8)
PUBLISHED = date(2022, 7, 11)
ENDS = date(2022, 7, 22)
"""The last of ten working days from the publication, no holiday being known."""
CLOSED = date(2022, 7, 25)
FILED = date(2022, 8, 1)

ALL_MET = dict.fromkeys(Condition, (True, "现场核实，符合要求"))
NOT_MET = {**ALL_MET, Condition.ROOT_CAUSE: (False, "长效机制尚未建立")}


def completed_task(**values):
    """A task whose parts are all completed."""
    return complete(make_task(**values), on=COMPLETED)


def apply(task, actor, on=APPLIED, unit=None, version=None, own=None, **values):
    """An application for one unit's part of a task, or for the part ``own``."""
    own = own or part(task, unit)
    facts = {
        "self_checked_on": on - timedelta(days=1),
        "self_check": "对照整改目标逐条自查，措施全部落实，资料齐全，符合销号条件。",
        "completion_text": "沿江码头生产废水全部接入污水管网，岸线复绿三点二公里。",
        "is_statement": False,
        "meeting_on": None,
        "unit_head": "周向东",
    }
    return closures.apply_for_closure(
        actor=actor, assignment_id=own.pk, version=version, **said(on), **{**facts, **values}
    )


def send_back(closure, actor, on=TAKEN, version=None, reason="缺少监测数据"):
    return closures.return_application(
        actor=actor, closure_id=closure.pk, version=version, reason=reason, **said(on)
    )


def withdraw(closure, actor, on=TAKEN, version=None, reason="补充材料后再报"):
    return closures.withdraw_application(
        actor=actor, closure_id=closure.pk, version=version, reason=reason, **said(on)
    )


def pre_accept(closure, actor, on=TAKEN, version=None, **values):
    words = {"county_opinion": "经初验，整改任务已完成，同意上报。", "county_signer": "陆启明"}
    return closures.pre_accept(
        actor=actor, closure_id=closure.pk, version=version, **said(on), **{**words, **values}
    )


def take(closure, actor, on=TAKEN, version=None):
    return closures.take_for_acceptance(
        actor=actor, closure_id=closure.pk, version=version, **said(on)
    )


def decide(closure, actor, passes=True, on=DECIDED, version=None, answers=None, **values):
    found = {
        "desk_finding": "台账、监测报告齐全。",
        "field_finding": "现场核查三处点位，未发现反弹。",
        "field_checked_on": on,
        "team_leader": "许文澜",
        "team_members": "吴桐、郑一帆",
        "opinion": "已完成整改，同意销号。" if passes else "长效机制未建立，不同意销号。",
    }
    if answers is None:
        answers = ALL_MET if passes else NOT_MET
    return closures.decide_acceptance(
        actor=actor,
        closure_id=closure.pk,
        version=version,
        passes=passes,
        answers=answers,
        **said(on),
        **{**found, **values},
    )


def publish(closure, actor, on=PUBLISHED, version=None, **values):
    notice = {
        "begins_on": on,
        "completion_text": "沿江码头生产废水全部接入污水管网，岸线复绿三点二公里。",
        "issuer": "江海市攻坚办",
        "phone": "0513-00000000",
        "email": "",
    }
    return notices.publish_notice(
        actor=actor, closure_id=closure.pk, version=version, **said(on), **{**notice, **values}
    )


def objection(notice, actor, on=None, **values):
    on = on or notice.begins_on
    facts = {
        "content": "夜间仍有废水直排。",
        "received_on": on,
        "channel": "电话",
        "contact": "陈女士 13800000000",
    }
    return notices.receive_objection(
        actor=actor, notice_id=notice.pk, **said(on), **{**facts, **values}
    )


def settle(row, actor, upheld=False, on=None, settlement="经现场复核，未发现直排。"):
    return notices.settle_objection(
        actor=actor,
        objection_id=row.pk,
        upheld=upheld,
        settlement=settlement,
        **said(on or row.received_on),
    )


def close(closure, actor, on=CLOSED, version=None, closing_opinion="同意销号。", **values):
    return notices.close_task(
        actor=actor,
        closure_id=closure.pk,
        version=version,
        closing_opinion=closing_opinion,
        **said(on),
        **values,
    )


def file(closure, actor, on=FILED, version=None, filing_no="江海环督备〔2022〕7号"):
    return notices.file_closure(
        actor=actor, closure_id=closure.pk, version=version, filing_no=filing_no, **said(on)
    )


def said(on):
    return {"on": on, "at": moment(on)}


def passed(task, unit_actor, accepter, unit=None):
    """An attempt whose acceptance is passed."""
    closure = apply(task, unit_actor, unit=unit)
    take(closure, accepter)
    return decide(closure, accepter)


def closed(task, unit_actor, accepter, office, unit=None):
    """An attempt that came to its end."""
    closure = passed(task, unit_actor, accepter, unit)
    publish(closure, office)
    return close(closure, office)
