import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0008_evidence"),
    ]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("created", "entered"),
                    ("corrected", "corrected"),
                    ("assigned", "unit added"),
                    ("unassigned", "unit removed"),
                    ("issued", "issued"),
                    ("acknowledged", "acknowledged"),
                    ("reported", "progress reported"),
                    ("judged", "progress judged"),
                    ("completion_reported", "completion reported"),
                    ("completion_returned", "completion returned"),
                    ("completed", "completed"),
                    ("applied", "closure applied for"),
                    ("application_returned", "application returned"),
                    ("application_accepted", "application accepted"),
                    ("acceptance_failed", "acceptance failed"),
                    ("acceptance_passed", "acceptance passed"),
                    ("objection_upheld", "objection upheld"),
                    ("closed", "closed"),
                    ("closure_taken_over", "closure taken over"),
                    ("reopened", "reopened"),
                    ("extended", "deadline extended"),
                    ("withdrawn", "withdrawn"),
                    ("merged", "merged"),
                    ("measure_added", "measure added"),
                    ("measure_corrected", "measure corrected"),
                    ("measure_completed", "measure completed"),
                    ("milestone_added", "milestone added"),
                    ("milestone_reached", "milestone reached"),
                    ("evidence_added", "evidence added"),
                    ("evidence_changed", "note on evidence changed"),
                    ("round_opened", "progress call opened"),
                    ("unit_moved", "unit moved"),
                    ("unit_closed", "unit closed"),
                    ("reading_taken", "reading entered"),
                    ("petition_settled", "outcome recorded"),
                    ("notice_published", "public notice published"),
                    ("objection_received", "objection received"),
                    ("objection_dismissed", "objection dismissed"),
                    ("filed", "filed upward"),
                    ("lookback_planned", "look-back planned"),
                    ("looked_back", "looked back at"),
                    ("imported", "list imported"),
                    ("exported", "list exported"),
                    ("annulled", "entry annulled"),
                ],
                max_length=30,
                verbose_name="what",
            ),
        ),
        migrations.CreateModel(
            name="LookBackPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("due_on", models.DateField(verbose_name="to be checked by")),
                (
                    "sample_size",
                    models.PositiveIntegerField(null=True, verbose_name="size of the sample"),
                ),
                ("seed", models.PositiveIntegerField(null=True, verbose_name="seed")),
                ("made_on", models.DateField(verbose_name="planned on")),
                (
                    "is_annulled",
                    models.BooleanField(default=False, editable=False, verbose_name="annulled"),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lookback_plan",
                        to="tracker.event",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lookback_plans",
                        to="tracker.inspection",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "look-back plan",
                "verbose_name_plural": "look-back plans",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_annulled", False)),
                        fields=("inspection", "name"),
                        name="lookback_plan_name_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sample_size", None), ("seed", None)),
                            models.Q(("sample_size__gt", 0), ("seed__isnull", False)),
                            _connector="OR",
                        ),
                        name="lookback_plan_drawn_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LookBackItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lookback_items",
                        to="tracker.assignment",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="tracker.lookbackplan",
                    ),
                ),
            ],
            options={
                "verbose_name": "item of a look-back plan",
                "verbose_name_plural": "items of look-back plans",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "assignment"), name="lookback_item_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LookBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("closed_on", models.DateField(verbose_name="closed on")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("unannounced", "on site, unannounced"),
                            ("file", "on file"),
                            ("remote", "by remote sensing"),
                            ("visit", "return visit"),
                        ],
                        max_length=20,
                        verbose_name="method",
                    ),
                ),
                ("checked_on", models.DateField(verbose_name="checked on")),
                ("checkers", models.CharField(max_length=120, verbose_name="checked by")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="place")),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("stable", "stable"),
                            ("hazard", "hidden danger"),
                            ("rebound", "rebounded"),
                            ("not_in_place", "not in place"),
                            ("false_fix", "false rectification"),
                        ],
                        max_length=20,
                        verbose_name="result",
                    ),
                ),
                ("finding", models.TextField(max_length=2000, verbose_name="finding")),
                (
                    "long_term_mechanism",
                    models.TextField(blank=True, max_length=2000, verbose_name="lasting mechanism"),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lookbacks",
                        to="tracker.assignment",
                        verbose_name="part",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lookback",
                        to="tracker.event",
                    ),
                ),
                (
                    "evidence",
                    models.ManyToManyField(
                        blank=True, related_name="lookbacks", to="tracker.evidence"
                    ),
                ),
                (
                    "extension",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extended_by_lookback",
                        to="tracker.event",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reopening",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reopened_by_lookback",
                        to="tracker.event",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lookbacks",
                        to="tracker.lookbackitem",
                    ),
                ),
            ],
            options={
                "verbose_name": "look-back",
                "verbose_name_plural": "look-backs",
                "indexes": [
                    models.Index(fields=["assignment", "checked_on"], name="lookback_of_part")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("checked_on__gte", models.F("closed_on"))),
                        name="lookback_after_closure",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reopening", None), ("result__in", ("stable", "hazard"))),
                            models.Q(
                                ("reopening__isnull", False),
                                ("result__in", ("rebound", "not_in_place", "false_fix")),
                            ),
                            _connector="OR",
                        ),
                        name="lookback_reopens_iff_bad",
                    ),
                ],
            },
        ),
    ]
