import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

COUNTY_ACCEPTS = models.BooleanField(
    default=False,
    help_text=(
        "Applications of units inside a county are examined by that county's office before the"
        " acceptance unit takes them up. It holds for applications made from then on."
    ),
    verbose_name="the county accepts first",
)
NEEDS_CONSENT = models.BooleanField(
    default=False,
    help_text="A closure is then entered with the day and the number of the consenting document.",
    verbose_name="closure needs the consent of the level above",
)
STAGES = [
    ("applied", "applied for"),
    ("pre_accepted", "passed by the county"),
    ("returned", "application returned"),
    ("under_acceptance", "under acceptance"),
    ("failed", "acceptance failed"),
    ("passed", "passed, notice to be published"),
    ("in_notice", "in public notice"),
    ("objected", "stopped by an objection"),
    ("closed", "closed"),
    ("filed", "closed and filed"),
    ("cancelled", "taken back"),
]
UNDER_WAY = ("applied", "pre_accepted", "under_acceptance", "passed", "in_notice")


class Migration(migrations.Migration):
    dependencies = [("tracker", "0015_evidence_everywhere")]

    operations = [
        migrations.AddField("inspection", "county_accepts", COUNTY_ACCEPTS),
        migrations.AddField("historicalinspection", "county_accepts", COUNTY_ACCEPTS),
        migrations.AlterField("inspection", "needs_consent", NEEDS_CONSENT),
        migrations.AlterField("historicalinspection", "needs_consent", NEEDS_CONSENT),
        migrations.RemoveConstraint("closure", "closure_one_under_way"),
        migrations.AlterField(
            "closure",
            "stage",
            models.CharField(choices=STAGES, max_length=20, verbose_name="stage"),
        ),
        migrations.AddField(
            "closure",
            "county",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tracker.unit",
                verbose_name="county that accepts first",
            ),
        ),
        migrations.AddField(
            "closure",
            "county_opinion",
            models.TextField(blank=True, max_length=2000, verbose_name="opinion of the county"),
        ),
        migrations.AddField(
            "closure",
            "county_signer",
            models.CharField(blank=True, max_length=60, verbose_name="signed for the county by"),
        ),
        migrations.AddField(
            "closure",
            "pre_accepted_on",
            models.DateField(null=True, verbose_name="passed by the county on"),
        ),
        migrations.AddField(
            "closure",
            "pre_accepted_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "closure",
            "consent_on",
            models.DateField(null=True, verbose_name="level above consented on"),
        ),
        migrations.AddField(
            "closure",
            "consent_note",
            models.CharField(blank=True, max_length=300, verbose_name="note on the consent"),
        ),
        migrations.AddConstraint(
            "closure",
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(stage__in=UNDER_WAY),
                name="closure_one_under_way",
            ),
        ),
        migrations.AddConstraint(
            "closure",
            models.CheckConstraint(
                name="closure_county_another_person",
                condition=Q(pre_accepted_by=None)
                | Q(county__isnull=False)
                & ~Q(pre_accepted_by=F("applied_by"))
                & (Q(decided_by=None) | ~Q(decided_by=F("pre_accepted_by"))),
            ),
        ),
    ]
