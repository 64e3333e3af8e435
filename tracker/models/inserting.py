"""Inserting many rows at a third of what ``bulk_create`` costs."""

from collections.abc import Callable, Hashable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, models
from django.db.models.sql import InsertQuery

__all__ = ["give_keys", "insert_rows"]

AS_THEY_ARE = (str, int, bool, type(None))
"""Types that both databases take as they are, for every field but JSON."""


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model, which stay without their keys. No signal is sent.

    Django's own compiler writes the statement, once for all rows, and each field prepares its
    values, once for each value. Only fields whose value is that of their attribute: no files, no
    ``auto_now``.
    """
    if not rows:
        return
    model = type(rows[0])
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    query = InsertQuery(model)
    query.insert_values(fields, [rows[0]])
    ((statement, _values),) = query.get_compiler(connection=connection).as_sql()
    read = attrgetter(*(field.attname for field in fields))
    ways = [_way(field) for field in fields]
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [[way(value) for way, value in zip(ways, read(row), strict=True)] for row in rows],
        )


def give_keys(rows: Sequence[models.Model], among: models.QuerySet, *names: str) -> None:
    """Give rows that were inserted the keys that the database made.

    ``among`` are the rows on record, in which the values of ``names`` tell each from the others.
    """
    keys = {tuple(values): key for key, *values in among.values_list("pk", *names)}
    for row in rows:
        row.pk = keys[tuple(getattr(row, name) for name in names)]
        row._state.adding = False
        row._state.db = connection.alias


def _way(field: models.Field) -> Callable[[Any], Any]:
    """How the values of a field are prepared."""
    known: dict[Hashable, Any] = {}

    def prepared(value: Any) -> Any:
        if type(value) in AS_THEY_ARE:
            return value
        if value not in known:
            known[value] = field.get_db_prep_save(value, connection)
        return known[value]

    def dumped(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    return dumped if isinstance(field, models.JSONField) else prepared
