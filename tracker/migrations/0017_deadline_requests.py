import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0016_acceptance_chain"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExtensionRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "to be decided"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                            ("withdrawn", "taken back"),
                            ("annulled", "entered by mistake"),
                        ],
                        default="asked",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("asked_on", models.DateField(verbose_name="asked on")),
                ("old_text", models.CharField(max_length=120, verbose_name="deadline before")),
                ("old_due_on", models.DateField(verbose_name="due on before")),
                ("new_text", models.CharField(max_length=120, verbose_name="new deadline")),
                ("new_due_on", models.DateField(verbose_name="newly due on")),
                ("situation", models.TextField(max_length=2000, verbose_name="situation")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("measures", models.TextField(max_length=2000, verbose_name="measures until then")),
                ("opinion", models.TextField(blank=True, max_length=1000, verbose_name="opinion")),
                ("opinion_on", models.DateField(null=True, verbose_name="opinion given on")),
                ("decided_on", models.DateField(null=True, verbose_name="decided on")),
                (
                    "decision_reason",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="reason of the decision"
                    ),
                ),
                (
                    "document_no",
                    models.CharField(blank=True, max_length=60, verbose_name="approval document"),
                ),
            ],
            options={
                "verbose_name": "request for extension",
                "verbose_name_plural": "requests for extension",
            },
        ),
        migrations.CreateModel(
            name="StandingConfirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("closed_on", models.DateField(verbose_name="closed on")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("holds", models.BooleanField(verbose_name="still holds")),
                ("text", models.TextField(max_length=2000, verbose_name="how it was checked")),
                ("confirmed_on", models.DateField(verbose_name="confirmed on")),
                (
                    "is_annulled",
                    models.BooleanField(default=False, editable=False, verbose_name="annulled"),
                ),
            ],
            options={
                "verbose_name": "yearly confirmation",
                "verbose_name_plural": "yearly confirmations",
            },
        ),
        migrations.AddField(
            model_name="historicalinspection",
            name="extension_needs_document",
            field=models.BooleanField(
                default=False,
                help_text="Where the plan was approved above, and a later deadline is approved there.",
                verbose_name="extensions need the number of a document",
            ),
        ),
        migrations.AddField(
            model_name="historicalinspection",
            name="standing_day",
            field=models.PositiveSmallIntegerField(
                default=31, verbose_name="standing results confirmed by: day"
            ),
        ),
        migrations.AddField(
            model_name="historicalinspection",
            name="standing_month",
            field=models.PositiveSmallIntegerField(
                default=12,
                help_text="Every year after the year of closing.",
                verbose_name="standing results confirmed by: month",
            ),
        ),
        migrations.AddField(
            model_name="inspection",
            name="extension_needs_document",
            field=models.BooleanField(
                default=False,
                help_text="Where the plan was approved above, and a later deadline is approved there.",
                verbose_name="extensions need the number of a document",
            ),
        ),
        migrations.AddField(
            model_name="inspection",
            name="standing_day",
            field=models.PositiveSmallIntegerField(
                default=31, verbose_name="standing results confirmed by: day"
            ),
        ),
        migrations.AddField(
            model_name="inspection",
            name="standing_month",
            field=models.PositiveSmallIntegerField(
                default=12,
                help_text="Every year after the year of closing.",
                verbose_name="standing results confirmed by: month",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("standing_day__range", (1, 31)), ("standing_month__range", (1, 12))
                ),
                name="inspection_standing_until",
            ),
        ),
        migrations.AddField(
            model_name="extensionrequest",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="extensionrequest",
            name="assignment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="extension_requests",
                to="tracker.assignment",
                verbose_name="part",
            ),
        ),
        migrations.AddField(
            model_name="extensionrequest",
            name="change",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="request",
                to="tracker.deadlinechange",
            ),
        ),
        migrations.AddField(
            model_name="extensionrequest",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="extensionrequest",
            name="event",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="extension_request",
                to="tracker.event",
            ),
        ),
        migrations.AddField(
            model_name="extensionrequest",
            name="opinion_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="extensionrequest",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="extension_requests",
                to="tracker.task",
                verbose_name="task",
            ),
        ),
        migrations.AddField(
            model_name="standingconfirmation",
            name="assignment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="standing_confirmations",
                to="tracker.assignment",
                verbose_name="part",
            ),
        ),
        migrations.AddField(
            model_name="standingconfirmation",
            name="confirmed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="standingconfirmation",
            name="event",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="standing_confirmation",
                to="tracker.event",
            ),
        ),
        migrations.AddIndex(
            model_name="extensionrequest",
            index=models.Index(fields=["state", "old_due_on"], name="extension_by_state"),
        ),
        migrations.AddConstraint(
            model_name="extensionrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")), fields=("task",), name="extension_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="extensionrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked_on__lte", models.F("old_due_on"))),
                name="extension_asked_before_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="extensionrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("new_due_on__gt", models.F("old_due_on"))),
                name="extension_moves_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="extensionrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    ("state", "withdrawn"),
                    models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="extension_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="extensionrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("change__isnull", False), ("state", "approved")),
                    models.Q(models.Q(("state", "approved"), _negated=True), ("change", None)),
                    _connector="OR",
                ),
                name="extension_approved_iff_changed",
            ),
        ),
        migrations.AddConstraint(
            model_name="extensionrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_on", None), ("state__in", ("asked", "annulled"))),
                    models.Q(
                        ("decided_on__isnull", False),
                        ("state__in", ("approved", "refused", "withdrawn")),
                    ),
                    _connector="OR",
                ),
                name="extension_decided_iff_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="standingconfirmation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_annulled", False)),
                fields=("assignment", "closed_on", "year"),
                name="standing_once_a_year",
            ),
        ),
    ]
