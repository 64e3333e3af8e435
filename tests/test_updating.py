"""Many rows updated at once, each with values of its own."""

from datetime import date
from decimal import Decimal

import pytest

from tests import factories
from tracker.models import Task
from tracker.models.updating import update_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(inspection, county):
    factories.make_issue()
    return [factories.make_task(units=[county], title=f"第{number}项") for number in (1, 2)]


def test_each_row_gets_its_own_values_and_nothing_else(two, bureau):
    first, second = two
    first.title, first.quantity_target, first.is_listed = "甲", Decimal("12.5"), True
    first.due_on, first.supervising_unit, first.goal = date(2031, 5, 1), bureau, "不写"
    second.title, second.due_on = "乙", None

    names = ["title", "quantity_target", "is_listed", "due_on", "supervising_unit"]
    update_rows([first, second], names)

    kept = list(Task.objects.order_by("pk").values_list(*names))
    assert kept == [
        ("甲", Decimal("12.5"), True, date(2031, 5, 1), bureau.pk),
        ("乙", None, False, None, second.supervising_unit_id),
    ]
    assert Task.objects.get(pk=first.pk).goal != "不写"


def test_without_rows_or_fields_nothing_is_asked(two, django_assert_num_queries):
    with django_assert_num_queries(0):
        update_rows([], ["title"])
        update_rows(two, [])
