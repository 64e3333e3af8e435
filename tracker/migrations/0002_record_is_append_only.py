"""The database itself refuses to change or remove an entry of the record."""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER tracker_event_no_update BEFORE UPDATE ON tracker_event
       BEGIN SELECT RAISE(ABORT, 'entries of the record are never changed'); END""",
    """CREATE TRIGGER tracker_event_no_delete BEFORE DELETE ON tracker_event
       BEGIN SELECT RAISE(ABORT, 'entries of the record are never removed'); END""",
]
SQLITE_BACK = [
    "DROP TRIGGER tracker_event_no_update",
    "DROP TRIGGER tracker_event_no_delete",
]
POSTGRESQL = [
    """CREATE FUNCTION tracker_event_refuse() RETURNS trigger AS $$
       BEGIN RAISE EXCEPTION 'entries of the record are never changed or removed'
             USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER tracker_event_no_change BEFORE UPDATE OR DELETE ON tracker_event
       FOR EACH ROW EXECUTE FUNCTION tracker_event_refuse()""",
    """CREATE TRIGGER tracker_event_no_truncate BEFORE TRUNCATE ON tracker_event
       FOR EACH STATEMENT EXECUTE FUNCTION tracker_event_refuse()""",
]
POSTGRESQL_BACK = [
    "DROP TRIGGER tracker_event_no_truncate ON tracker_event",
    "DROP TRIGGER tracker_event_no_change ON tracker_event",
    "DROP FUNCTION tracker_event_refuse()",
]


def run(editor, statements):
    for statement in statements[editor.connection.vendor]:
        editor.execute(statement)


def guard(apps, editor):
    run(editor, {"sqlite": SQLITE, "postgresql": POSTGRESQL})
    apps.get_model("tracker", "EventHead").objects.create(pk=1)


def unguard(apps, editor):
    run(editor, {"sqlite": SQLITE_BACK, "postgresql": POSTGRESQL_BACK})
    apps.get_model("tracker", "EventHead").objects.filter(pk=1).delete()


class Migration(migrations.Migration):
    dependencies = [("tracker", "0001_first")]

    operations = [migrations.RunPython(guard, unguard)]
