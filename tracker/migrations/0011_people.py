import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


def grant_to_offices(apps, _schema_editor):
    """Rectification offices go on reading what they read so far; everybody else asks for it."""
    apps.get_model("tracker", "Membership").objects.filter(role="office").update(
        reads_personal=True
    )


def grant():
    return models.BooleanField(
        default=False,
        help_text="Telephone numbers, and the names of citizens, are masked without it.",
        verbose_name="reads personal data",
    )


def person(related_name, *, verbose_name=None, null=False):
    return models.ForeignKey(
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to=settings.AUTH_USER_MODEL,
        verbose_name=verbose_name,
    )


class Migration(migrations.Migration):
    dependencies = [("tracker", "0010_words")]

    operations: list = [
        migrations.AddField("membership", "reads_personal", grant()),
        migrations.AddField("historicalmembership", "reads_personal", grant()),
        migrations.RunPython(grant_to_offices, migrations.RunPython.noop, elidable=True),
        migrations.AddField(
            "user", "session_no", models.PositiveIntegerField(default=0, editable=False)
        ),
        migrations.AddField(
            "unit",
            "sectors",
            models.ManyToManyField(
                blank=True,
                help_text=(
                    "As a supervising unit it reads the tasks on problems of these categories."
                ),
                related_name="supervised_by",
                to="tracker.mediacategory",
                verbose_name="sectors",
            ),
        ),
        migrations.CreateModel(
            name="Deputy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_for_all", models.BooleanField(default=True, verbose_name="all roles")),
                ("starts_on", models.DateField(verbose_name="from day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("given_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("principal", person("deputies", verbose_name="principal")),
                ("deputy", person("principals", verbose_name="deputy")),
                ("given_by", person("+")),
                ("ended_by", person("+", null=True)),
                (
                    "memberships",
                    models.ManyToManyField(
                        blank=True,
                        related_name="deputies",
                        to="tracker.membership",
                        verbose_name="roles",
                    ),
                ),
            ],
            options={
                "verbose_name": "deputy",
                "verbose_name_plural": "deputies",
                "indexes": [models.Index(fields=["deputy", "starts_on"], name="deputy_of_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(deputy=F("principal")), name="deputy_is_another"
                    ),
                    models.CheckConstraint(
                        condition=Q(ends_on__gte=F("starts_on")), name="deputy_forward"
                    ),
                    models.CheckConstraint(
                        condition=Q(ended_at=None, ended_by=None)
                        | Q(ended_at__isnull=False, ended_by__isnull=False),
                        name="deputy_ended_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="date")),
                ("roles", models.JSONField(default=list)),
                (
                    "work",
                    models.JSONField(
                        default=list, encoder=django.core.serializers.json.DjangoJSONEncoder
                    ),
                ),
                ("drafts", models.PositiveIntegerField(default=0)),
                ("drafts_kept", models.PositiveIntegerField(default=0)),
                ("deactivated", models.BooleanField(default=False)),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("at", models.DateTimeField()),
                ("from_person", person("handed_over")),
                ("to_person", person("taken_over")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handovers",
                        to="tracker.unit",
                    ),
                ),
                ("by", person("+")),
            ],
            options={
                "verbose_name": "handover",
                "verbose_name_plural": "handovers",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(from_person=F("to_person")), name="handover_to_another"
                    ),
                ],
            },
        ),
    ]
