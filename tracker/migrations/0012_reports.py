import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracker", "0011_people")]

    operations = [
        migrations.RemoveConstraint(
            model_name="progressreport",
            name="report_in_record_iff_sent",
        ),
        migrations.AddField(
            model_name="historicalinspection",
            name="county_reviews",
            field=models.BooleanField(
                default=False,
                help_text="Reports of units below a county then wait for the office of that county.",
                verbose_name="the county reviews the reports of its units",
            ),
        ),
        migrations.AddField(
            model_name="historicalinspection",
            name="reports_signed",
            field=models.BooleanField(
                default=False,
                help_text="A report by an editor then waits for a head of the unit before it counts.",
                verbose_name="reports are signed by the unit head",
            ),
        ),
        migrations.AddField(
            model_name="inspection",
            name="county_reviews",
            field=models.BooleanField(
                default=False,
                help_text="Reports of units below a county then wait for the office of that county.",
                verbose_name="the county reviews the reports of its units",
            ),
        ),
        migrations.AddField(
            model_name="inspection",
            name="reports_signed",
            field=models.BooleanField(
                default=False,
                help_text="A report by an editor then waits for a head of the unit before it counts.",
                verbose_name="reports are signed by the unit head",
            ),
        ),
        migrations.AddField(
            model_name="progressreport",
            name="decision",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decided_report",
                to="tracker.event",
            ),
        ),
        migrations.AddField(
            model_name="progressreport",
            name="reviewed_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="reviewed by",
            ),
        ),
        migrations.AddField(
            model_name="progressreport",
            name="saved_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="draft saved at"),
        ),
        migrations.AddField(
            model_name="progressreport",
            name="sent_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="handed in at"),
        ),
        migrations.AddField(
            model_name="progressreport",
            name="sent_back_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sent back by",
            ),
        ),
        migrations.AddField(
            model_name="progressreport",
            name="sent_back_reason",
            field=models.CharField(
                blank=True, editable=False, max_length=500, verbose_name="why it was sent back"
            ),
        ),
        migrations.AddField(
            model_name="progressreport",
            name="signed_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="signed by",
            ),
        ),
        migrations.AlterField(
            model_name="progressreport",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("to_sign", "to be signed by the unit head"),
                    ("to_review", "to be reviewed by the county"),
                    ("submitted", "submitted"),
                    ("accepted", "accepted"),
                    ("returned", "returned"),
                ],
                default="draft",
                max_length=20,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("event", None), ("status__in", ("draft", "to_sign", "to_review"))),
                    models.Q(
                        models.Q(("status__in", ("draft", "to_sign", "to_review")), _negated=True),
                        ("event__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="report_in_record_iff_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision__isnull", False), ("status__in", ("accepted", "returned"))),
                    models.Q(
                        models.Q(("status__in", ("accepted", "returned")), _negated=True),
                        ("decision", None),
                    ),
                    _connector="OR",
                ),
                name="report_decided_iff_answered",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("to_sign", "to_review"))),
                fields=("assignment",),
                name="report_one_waiting_each",
            ),
        ),
    ]
