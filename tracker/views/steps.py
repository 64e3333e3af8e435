"""What pages show of a way through several steps: the steps, and what may be done next."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One step of the way; ``state`` is ``ok``, ``now`` or empty."""

    label: str
    state: str = ""
    day: object = None
    note: str = ""


@dataclass(frozen=True)
class Verb:
    """Something this person may do now; ``query`` is added to the address of its page."""

    label: str
    name: str
    args: tuple
    icon: str = "edit"
    query: str = ""


def in_order(marks):
    """Steps out of ``(label, is done, day)`` or ``(…, day, note)``.

    The first that is not done is the present one.
    """
    found, current = [], True
    for label, is_done, day, *note in marks:
        state = "ok" if is_done else "now" if current else ""
        current = current and is_done
        found.append(Step(label, state, day, *note))
    return found
