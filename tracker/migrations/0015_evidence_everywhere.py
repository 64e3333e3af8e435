import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery

import tracker.choices


def say_with_which_step(apps, schema_editor):
    """Files of reports and look-backs came with the entries of these."""
    evidence = apps.get_model("tracker", "Evidence").objects.using(schema_editor.connection.alias)
    reports = apps.get_model("tracker", "ProgressReport").objects.filter(pk=OuterRef("report"))
    checks = apps.get_model("tracker", "LookBack").objects.filter(evidence=OuterRef("pk"))
    evidence.filter(report__isnull=False).update(step=Subquery(reports.values("event")[:1]))
    evidence.filter(report=None).update(step=Subquery(checks.values("event")[:1]))


class Migration(migrations.Migration):
    dependencies = [("tracker", "0014_discussions")]

    operations = [
        migrations.AddField(
            model_name="evidence",
            name="step",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="files",
                to="tracker.event",
                verbose_name="handed in with",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="measure",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="evidence",
                to="tracker.measure",
                verbose_name="measure",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="closure",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="files",
                to="tracker.closure",
                verbose_name="closure",
            ),
        ),
        migrations.RunPython(say_with_which_step, migrations.RunPython.noop),
        migrations.CreateModel(
            name="SignalNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("early", "photo taken before the feedback"),
                            ("leap", "progress from nothing to all at once"),
                            ("unchanged", "text that does not change"),
                            ("alike", "file found in another task"),
                        ],
                        max_length=20,
                        verbose_name="what is asked",
                    ),
                ),
                ("key", models.CharField(max_length=60, verbose_name="about")),
                ("note", models.CharField(max_length=300, verbose_name="what was found")),
                ("at", models.DateTimeField(verbose_name="noted at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signal_notes",
                        to="tracker.task",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer to a question",
                "verbose_name_plural": "answers to questions",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "kind", "key"), name="signal_noted_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", tracker.choices.SignalKind)),
                        name="signal_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StagedFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.FileField(max_length=200, upload_to="%Y/%m/", verbose_name="file"),
                ),
                ("name", models.CharField(max_length=200, verbose_name="file name")),
                ("content_type", models.CharField(max_length=100, verbose_name="type")),
                ("size", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("taken_at", models.DateTimeField(null=True, verbose_name="taken at")),
                (
                    "latitude",
                    models.DecimalField(
                        decimal_places=5, max_digits=8, null=True, verbose_name="latitude"
                    ),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        decimal_places=5, max_digits=8, null=True, verbose_name="longitude"
                    ),
                ),
                ("fingerprint", models.CharField(blank=True, editable=False, max_length=48)),
                ("staged_at", models.DateTimeField(verbose_name="uploaded at")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staged_files",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "file sent for a form",
                "verbose_name_plural": "files sent for a form",
                "indexes": [models.Index(fields=["staged_at"], name="staged_by_age")],
            },
        ),
    ]
