"""What is kept until the next entry, and not a moment longer."""

from types import SimpleNamespace

import pytest

from tests.factories import make_task
from tracker.figures import kept


@pytest.fixture(autouse=True)
def _room_for_three(monkeypatch):
    monkeypatch.setattr(kept, "MOST", 3)
    kept.forget()
    yield
    kept.forget()


def test_an_answer_is_kept_until_something_is_entered(county):
    make_task(units=[county])
    asked = []

    def ask():
        return kept.kept(SimpleNamespace(), "how many", lambda: asked.append(1) or len(asked))

    assert (ask(), ask()) == (1, 1)
    make_task(units=[county], number=2)
    assert (ask(), ask()) == (2, 2)


def test_the_oldest_answers_make_room(county):
    for number in range(kept.MOST + 1):
        kept.kept(SimpleNamespace(), number, lambda: "an answer")

    assert kept.kept(SimpleNamespace(), 0, lambda: "asked again") == "asked again"
    assert kept.kept(SimpleNamespace(), kept.MOST, lambda: "asked again") == "an answer"
