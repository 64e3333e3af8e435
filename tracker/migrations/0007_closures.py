import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tracker.choices


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0006_returned_workbooks"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalinspection",
            name="closes_undated",
            field=models.BooleanField(
                default=True,
                help_text="Where only tasks with a deadline are closed (Hainan), switch it off.",
                verbose_name="standing tasks without a date are closed too",
            ),
        ),
        migrations.AddField(
            model_name="historicalinspection",
            name="needs_consent",
            field=models.BooleanField(
                default=False,
                help_text="A closure is then entered with the number of the consenting document.",
                verbose_name="closure needs the consent of the level above",
            ),
        ),
        migrations.AddField(
            model_name="inspection",
            name="closes_undated",
            field=models.BooleanField(
                default=True,
                help_text="Where only tasks with a deadline are closed (Hainan), switch it off.",
                verbose_name="standing tasks without a date are closed too",
            ),
        ),
        migrations.AddField(
            model_name="inspection",
            name="needs_consent",
            field=models.BooleanField(
                default=False,
                help_text="A closure is then entered with the number of the consenting document.",
                verbose_name="closure needs the consent of the level above",
            ),
        ),
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
                    ("round_opened", "progress call opened"),
                    ("unit_moved", "unit moved"),
                    ("unit_closed", "unit closed"),
                    ("reading_taken", "reading entered"),
                    ("petition_settled", "outcome recorded"),
                    ("notice_published", "public notice published"),
                    ("objection_received", "objection received"),
                    ("objection_dismissed", "objection dismissed"),
                    ("filed", "filed upward"),
                    ("imported", "list imported"),
                    ("exported", "list exported"),
                    ("annulled", "entry annulled"),
                ],
                max_length=30,
                verbose_name="what",
            ),
        ),
        migrations.CreateModel(
            name="Closure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("applied", "applied for"),
                            ("returned", "application returned"),
                            ("under_acceptance", "under acceptance"),
                            ("failed", "acceptance failed"),
                            ("passed", "passed, notice to be published"),
                            ("in_notice", "in public notice"),
                            ("objected", "stopped by an objection"),
                            ("closed", "closed"),
                            ("filed", "closed and filed"),
                            ("cancelled", "taken back"),
                        ],
                        max_length=20,
                        verbose_name="stage",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("self_checked_on", models.DateField(verbose_name="self-checked on")),
                ("self_check", models.TextField(max_length=4000, verbose_name="self-check")),
                (
                    "completion_text",
                    models.TextField(max_length=4000, verbose_name="how it was completed"),
                ),
                (
                    "is_statement",
                    models.BooleanField(
                        default=False, verbose_name="closed on a statement (non-engineering)"
                    ),
                ),
                (
                    "meeting_on",
                    models.DateField(blank=True, null=True, verbose_name="unit meeting on"),
                ),
                ("unit_head", models.CharField(max_length=60, verbose_name="unit head who signed")),
                ("applied_on", models.DateField(verbose_name="applied on")),
                (
                    "lead_opinion",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="opinion of the lead unit"
                    ),
                ),
                (
                    "return_reason",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="reason of the return"
                    ),
                ),
                ("taken_on", models.DateField(null=True, verbose_name="taken for acceptance on")),
                (
                    "desk_finding",
                    models.TextField(
                        blank=True, max_length=4000, verbose_name="examination of the file"
                    ),
                ),
                (
                    "field_finding",
                    models.TextField(
                        blank=True, max_length=4000, verbose_name="examination on site"
                    ),
                ),
                (
                    "field_checked_on",
                    models.DateField(blank=True, null=True, verbose_name="on site on"),
                ),
                (
                    "team_leader",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="head of the acceptance team"
                    ),
                ),
                (
                    "team_members",
                    models.CharField(blank=True, max_length=200, verbose_name="acceptance team"),
                ),
                (
                    "opinion",
                    models.TextField(
                        blank=True, max_length=4000, verbose_name="acceptance opinion"
                    ),
                ),
                ("decided_on", models.DateField(null=True, verbose_name="acceptance decided on")),
                ("closed_on", models.DateField(null=True, verbose_name="closed on")),
                (
                    "closing_opinion",
                    models.TextField(blank=True, max_length=2000, verbose_name="closing opinion"),
                ),
                (
                    "consent_document_no",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="consent of the level above"
                    ),
                ),
                ("filed_on", models.DateField(null=True, verbose_name="filed upward on")),
                (
                    "filing_no",
                    models.CharField(blank=True, max_length=60, verbose_name="filing number"),
                ),
                (
                    "applied_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closures",
                        to="tracker.assignment",
                        verbose_name="part",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "evidence",
                    models.ManyToManyField(
                        blank=True, related_name="closures", to="tracker.evidence"
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "closure",
                "verbose_name_plural": "closures",
                "indexes": [models.Index(fields=["stage", "applied_on"], name="closure_by_stage")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("stage__in", ("applied", "under_acceptance", "passed", "in_notice"))
                        ),
                        fields=("assignment",),
                        name="closure_one_under_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("applied_on__gte", models.F("self_checked_on"))),
                        name="closure_checked_before_applied",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("applied_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="closure_two_persons",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_statement", False), ("meeting_on__isnull", False), _connector="OR"
                        ),
                        name="closure_statement_from_meeting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("stage__in", ("closed", "filed")), ("closed_on__isnull", False)
                            ),
                            models.Q(
                                models.Q(("stage__in", ("closed", "filed")), _negated=True),
                                ("closed_on", None),
                            ),
                            _connector="OR",
                        ),
                        name="closure_closed_iff_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConditionAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "condition",
                    models.CharField(
                        choices=[
                            ("measures", "all measures of the plan are done"),
                            ("violations", "violations were punished according to law"),
                            ("standards", "the result meets laws and technical standards"),
                            ("alike", "no like problem at the same company, site or park"),
                            (
                                "root_cause",
                                "the root cause is treated, a lasting mechanism is in place",
                            ),
                        ],
                        max_length=20,
                        verbose_name="condition",
                    ),
                ),
                ("is_met", models.BooleanField(verbose_name="met")),
                ("finding", models.TextField(max_length=1000, verbose_name="finding")),
                (
                    "closure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="tracker.closure",
                    ),
                ),
                (
                    "evidence",
                    models.ManyToManyField(blank=True, related_name="+", to="tracker.evidence"),
                ),
            ],
            options={
                "verbose_name": "answered condition",
                "verbose_name_plural": "answered conditions",
                "constraints": [
                    models.UniqueConstraint(fields=("closure", "condition"), name="condition_once"),
                    models.CheckConstraint(
                        condition=models.Q(("condition__in", tracker.choices.Condition)),
                        name="condition_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("begins_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                ("days", models.PositiveSmallIntegerField(verbose_name="days")),
                (
                    "day_count",
                    models.CharField(
                        choices=[("working", "working days"), ("calendar", "calendar days")],
                        max_length=20,
                        verbose_name="counted in",
                    ),
                ),
                (
                    "is_provisional",
                    models.BooleanField(default=False, verbose_name="holidays not announced yet"),
                ),
                (
                    "completion_text",
                    models.TextField(max_length=4000, verbose_name="how it was completed"),
                ),
                ("issuer", models.CharField(max_length=100, verbose_name="issued by")),
                ("phone", models.CharField(max_length=40, verbose_name="telephone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "closure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice",
                        to="tracker.closure",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "is_annulled",
                    models.BooleanField(default=False, editable=False, verbose_name="annulled"),
                ),
            ],
            options={
                "verbose_name": "public notice",
                "verbose_name_plural": "public notices",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("begins_on"))),
                        name="notice_forward",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("received_on", models.DateField(verbose_name="received on")),
                (
                    "channel",
                    models.CharField(blank=True, max_length=40, verbose_name="received by"),
                ),
                ("content", models.TextField(max_length=4000, verbose_name="objection")),
                ("contact", models.CharField(blank=True, max_length=120, verbose_name="contact")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "to be settled"),
                            ("upheld", "upheld"),
                            ("dismissed", "dismissed"),
                            ("annulled", "entered by mistake"),
                        ],
                        default="open",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                (
                    "settlement",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="how it was settled"
                    ),
                ),
                ("settled_on", models.DateField(null=True, verbose_name="settled on")),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="tracker.publicnotice",
                    ),
                ),
            ],
            options={
                "verbose_name": "objection",
                "verbose_name_plural": "objections",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_on", None), ("state__in", ("open", "annulled"))),
                            models.Q(
                                ("settled_on__isnull", False),
                                ("state__in", ("upheld", "dismissed")),
                            ),
                            _connector="OR",
                        ),
                        name="objection_settled_iff_day",
                    )
                ],
            },
        ),
    ]
