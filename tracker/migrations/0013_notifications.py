import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import tracker.models.webhooks
import tracker.rules.reminders


def begin_at_the_end_of_the_record(apps, _schema_editor):
    """What was entered before there were notifications is told to nobody."""
    head = apps.get_model("tracker", "EventHead").objects.get(pk=1)
    apps.get_model("tracker", "Bookmark").objects.create(name="record", position=head.sequence)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0012_reports")]

    operations: list = [
        migrations.CreateModel(
            name="Bookmark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=20, unique=True, verbose_name="name")),
                ("position", models.PositiveBigIntegerField(verbose_name="position")),
            ],
            options={
                "verbose_name": "bookmark",
                "verbose_name_plural": "bookmarks",
            },
        ),
        migrations.CreateModel(
            name="DailyMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "language",
                    models.CharField(default="zh-hans", max_length=10, verbose_name="language"),
                ),
                ("last_on", models.DateField(null=True, verbose_name="last sent for")),
                ("tried_at", models.DateTimeField(null=True, verbose_name="last tried at")),
            ],
            options={
                "verbose_name": "daily mail",
                "verbose_name_plural": "daily mails",
            },
        ),
        migrations.CreateModel(
            name="HistoricalWebhookTarget",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(db_index=True, max_length=60, verbose_name="name")),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("wecom", "WeCom"),
                            ("dingtalk", "DingTalk"),
                            ("feishu", "Feishu"),
                        ],
                        max_length=10,
                        verbose_name="messenger",
                    ),
                ),
                (
                    "is_daily",
                    models.BooleanField(default=True, verbose_name="a message each morning"),
                ),
                (
                    "kinds",
                    models.JSONField(
                        blank=True,
                        default=tracker.models.webhooks.no_kinds,
                        verbose_name="told at once",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical group robot",
                "verbose_name_plural": "historical group robots",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="NotificationChoice",
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
                            ("issued", "task issued"),
                            ("call_opened", "call opened"),
                            ("call_due", "call due soon"),
                            ("call_late", "report late"),
                            ("to_sign", "report to sign off"),
                            ("to_review", "report to review"),
                            ("report_returned", "report returned"),
                            ("to_confirm", "completion to confirm"),
                            ("completion_returned", "completion returned"),
                            ("completed", "completion confirmed"),
                            ("deadline_near", "deadline near"),
                            ("deadline_passed", "deadline passed"),
                            ("standing_due", "standing result to confirm"),
                            ("to_accept", "application to accept"),
                            ("application_returned", "application returned"),
                            ("pre_accepted", "county's acceptance passed"),
                            ("acceptance_failed", "acceptance failed"),
                            ("acceptance_passed", "acceptance passed"),
                            ("objection_received", "objection received"),
                            ("objection_upheld", "objection upheld"),
                            ("closed", "task closed"),
                            ("reopened", "task reopened"),
                            ("extension_asked", "extension asked for"),
                            ("extended", "deadline extended"),
                            ("extension_refused", "extension refused"),
                            ("asked", "question"),
                            ("answered", "answer"),
                            ("mentioned", "you are mentioned"),
                            ("deputised", "you stand in for somebody"),
                            ("export_done", "workbook ready"),
                            ("export_failed", "workbook not made"),
                        ],
                        max_length=30,
                        verbose_name="what",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("mail", "in the list and in the daily mail"),
                            ("list", "in the list only"),
                            ("neither", "not at all"),
                        ],
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
            ],
            options={
                "verbose_name": "choice of notifications",
                "verbose_name_plural": "choices of notifications",
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=100)),
                (
                    "message",
                    models.JSONField(
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="message",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("queued", "waiting"), ("sent", "sent"), ("failed", "given up")],
                        default="queued",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("queued_at", models.DateTimeField(verbose_name="in the queue since")),
                ("due_at", models.DateTimeField(verbose_name="to be sent from")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "answered",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="what the messenger answered"
                    ),
                ),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent at")),
            ],
            options={
                "verbose_name": "message to a group",
                "verbose_name_plural": "messages to groups",
            },
        ),
        migrations.CreateModel(
            name="WebhookTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="name")),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("wecom", "WeCom"),
                            ("dingtalk", "DingTalk"),
                            ("feishu", "Feishu"),
                        ],
                        max_length=10,
                        verbose_name="messenger",
                    ),
                ),
                (
                    "url",
                    models.CharField(
                        max_length=500,
                        validators=[django.core.validators.URLValidator(["http", "https"])],
                        verbose_name="address of the robot",
                    ),
                ),
                (
                    "secret",
                    models.CharField(blank=True, max_length=200, verbose_name="signing secret"),
                ),
                (
                    "is_daily",
                    models.BooleanField(default=True, verbose_name="a message each morning"),
                ),
                (
                    "kinds",
                    models.JSONField(
                        blank=True,
                        default=tracker.models.webhooks.no_kinds,
                        verbose_name="told at once",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "group robot",
                "verbose_name_plural": "group robots",
            },
        ),
        migrations.RemoveConstraint(
            model_name="notification",
            name="notification_once",
        ),
        migrations.AddField(
            model_name="historicalinspection",
            name="call_reminder_days",
            field=models.PositiveSmallIntegerField(
                default=3,
                validators=[django.core.validators.MaxValueValidator(60)],
                help_text="Units are reminded so many days before, and on the day itself.",
                verbose_name="reminder before reports are due, days",
            ),
        ),
        migrations.AddField(
            model_name="historicalinspection",
            name="deadline_reminders",
            field=models.CharField(
                blank=True,
                default="30,7,3,1",
                help_text="Numbers of days, with commas. Left empty, only the day after is told of.",
                max_length=40,
                validators=[tracker.rules.reminders.refuse_bad_days],
                verbose_name="reminders before a deadline, days",
            ),
        ),
        migrations.AddField(
            model_name="inspection",
            name="call_reminder_days",
            field=models.PositiveSmallIntegerField(
                default=3,
                validators=[django.core.validators.MaxValueValidator(60)],
                help_text="Units are reminded so many days before, and on the day itself.",
                verbose_name="reminder before reports are due, days",
            ),
        ),
        migrations.AddField(
            model_name="inspection",
            name="deadline_reminders",
            field=models.CharField(
                blank=True,
                default="30,7,3,1",
                help_text="Numbers of days, with commas. Left empty, only the day after is told of.",
                max_length=40,
                validators=[tracker.rules.reminders.refuse_bad_days],
                verbose_name="reminders before a deadline, days",
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="mailed_at",
            field=models.DateTimeField(null=True, verbose_name="mailed at"),
        ),
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(
                choices=[
                    ("issued", "task issued"),
                    ("call_opened", "call opened"),
                    ("call_due", "call due soon"),
                    ("call_late", "report late"),
                    ("to_sign", "report to sign off"),
                    ("to_review", "report to review"),
                    ("report_returned", "report returned"),
                    ("to_confirm", "completion to confirm"),
                    ("completion_returned", "completion returned"),
                    ("completed", "completion confirmed"),
                    ("deadline_near", "deadline near"),
                    ("deadline_passed", "deadline passed"),
                    ("standing_due", "standing result to confirm"),
                    ("to_accept", "application to accept"),
                    ("application_returned", "application returned"),
                    ("pre_accepted", "county's acceptance passed"),
                    ("acceptance_failed", "acceptance failed"),
                    ("acceptance_passed", "acceptance passed"),
                    ("objection_received", "objection received"),
                    ("objection_upheld", "objection upheld"),
                    ("closed", "task closed"),
                    ("reopened", "task reopened"),
                    ("extension_asked", "extension asked for"),
                    ("extended", "deadline extended"),
                    ("extension_refused", "extension refused"),
                    ("asked", "question"),
                    ("answered", "answer"),
                    ("mentioned", "you are mentioned"),
                    ("deputised", "you stand in for somebody"),
                    ("export_done", "workbook ready"),
                    ("export_failed", "workbook not made"),
                ],
                max_length=30,
                verbose_name="what",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(
                fields=("key", "person"), name="notification_told_once"
            ),
        ),
        migrations.AddField(
            model_name="dailymail",
            name="person",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="daily_mail",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AddField(
            model_name="historicalwebhooktarget",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalwebhooktarget",
            name="inspection",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="Left empty, the group is told of all inspections.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="tracker.inspection",
                verbose_name="inspection",
            ),
        ),
        migrations.AddField(
            model_name="notificationchoice",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notification_choices",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AddField(
            model_name="webhooktarget",
            name="inspection",
            field=models.ForeignKey(
                blank=True,
                help_text="Left empty, the group is told of all inspections.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="webhook_targets",
                to="tracker.inspection",
                verbose_name="inspection",
            ),
        ),
        migrations.AddField(
            model_name="webhookdelivery",
            name="target",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="tracker.webhooktarget",
                verbose_name="group robot",
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationchoice",
            constraint=models.UniqueConstraint(
                fields=("person", "kind"), name="choice_once_of_kind"
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("state", "queued")), fields=["due_at"], name="delivery_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.UniqueConstraint(fields=("target", "key"), name="delivery_once"),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", False), ("state", "sent")),
                    models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at", None)),
                    _connector="OR",
                ),
                name="delivery_sent_iff_moment",
            ),
        ),
        migrations.RunPython(
            begin_at_the_end_of_the_record, migrations.RunPython.noop, elidable=True
        ),
    ]
