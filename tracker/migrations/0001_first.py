import datetime

import django.contrib.auth.models
import django.contrib.auth.validators
import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import tracker.choices


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_lead", models.BooleanField(default=False, verbose_name="leads")),
                ("added_on", models.DateField(verbose_name="responsible from")),
                (
                    "removed_on",
                    models.DateField(blank=True, null=True, verbose_name="responsible until"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("issued", "issued"),
                            ("in_progress", "in progress"),
                            ("applied", "closure applied for"),
                            ("under_acceptance", "under acceptance"),
                            ("in_public_notice", "in public notice"),
                            ("closed", "closed"),
                            ("merged", "merged"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                (
                    "percent",
                    models.PositiveSmallIntegerField(default=0, verbose_name="progress, %"),
                ),
                ("last_report_on", models.DateField(null=True, verbose_name="last report on")),
                (
                    "completion_reported_on",
                    models.DateField(null=True, verbose_name="completion reported on"),
                ),
                ("completed_on", models.DateField(null=True, verbose_name="completed on")),
                ("closed_on", models.DateField(null=True, verbose_name="closed on")),
                (
                    "reopen_no",
                    models.PositiveSmallIntegerField(default=0, verbose_name="times reopened"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "responsible unit of a task",
                "verbose_name_plural": "responsible units of tasks",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("percent__lte", 100)), name="assignment_percent"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on", None), ("completed_on__isnull", False), _connector="OR"
                        ),
                        name="assignment_closed_only_when_completed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("removed_on", None),
                            ("removed_on__gte", models.F("added_on")),
                            _connector="OR",
                        ),
                        name="assignment_removed_after_added",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(unique=True, verbose_name="day")),
                ("is_workday", models.BooleanField(verbose_name="working day")),
                ("name", models.CharField(max_length=40, verbose_name="name")),
            ],
            options={
                "verbose_name": "holiday or make-up working day",
                "verbose_name_plural": "holidays and make-up working days",
            },
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("text", models.TextField(max_length=2000, verbose_name="measure")),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("immediate", "fixed at once"),
                            ("long_term", "lasting mechanism"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "owner",
                    models.CharField(blank=True, max_length=60, verbose_name="person in charge"),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="planned for")),
                (
                    "completed_on",
                    models.DateField(blank=True, null=True, verbose_name="completed on"),
                ),
                (
                    "is_annulled",
                    models.BooleanField(default=False, editable=False, verbose_name="annulled"),
                ),
            ],
            options={
                "verbose_name": "measure",
                "verbose_name_plural": "measures",
            },
        ),
        migrations.CreateModel(
            name="MediaCategory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=80, verbose_name="English name"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "category",
                "verbose_name_plural": "categories",
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=80, verbose_name="English name"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "source of issues",
                "verbose_name_plural": "sources of issues",
            },
        ),
        migrations.CreateModel(
            name="UnitKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=80, verbose_name="English name"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "unit kind",
                "verbose_name_plural": "unit kinds",
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="email address"),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="date joined"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("post", models.CharField(blank=True, max_length=60, verbose_name="post")),
                (
                    "must_change_password",
                    models.BooleanField(default=True, verbose_name="must change the password"),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="EventHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sequence", models.PositiveBigIntegerField(default=0)),
                ("digest", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="event_head_is_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalHoliday",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(db_index=True, verbose_name="day")),
                ("is_workday", models.BooleanField(verbose_name="working day")),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical holiday or make-up working day",
                "verbose_name_plural": "historical holidays and make-up working days",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalInspection",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=20, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("short_name", models.CharField(max_length=40, verbose_name="short name")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("central", "central"),
                            ("provincial", "provincial"),
                            ("city", "city"),
                        ],
                        max_length=20,
                        verbose_name="level",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("routine", "routine inspection"),
                            ("special", "special inspection"),
                            ("resident", "resident supervision"),
                            ("lookback_inspection", "look-back inspection"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("round_no", models.PositiveSmallIntegerField(default=1, verbose_name="round")),
                ("batch_no", models.PositiveSmallIntegerField(default=1, verbose_name="batch")),
                (
                    "team_name",
                    models.CharField(blank=True, max_length=100, verbose_name="inspection team"),
                ),
                (
                    "onsite_from",
                    models.DateField(blank=True, null=True, verbose_name="on site from"),
                ),
                ("onsite_to", models.DateField(blank=True, null=True, verbose_name="on site to")),
                (
                    "feedback_on",
                    models.DateField(blank=True, null=True, verbose_name="fed back on"),
                ),
                (
                    "plan_document_no",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="plan document number"
                    ),
                ),
                (
                    "plan_issued_on",
                    models.DateField(blank=True, null=True, verbose_name="plan issued on"),
                ),
                ("legal_basis", models.TextField(blank=True, verbose_name="legal basis")),
                (
                    "is_demonstration",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="demonstration data"
                    ),
                ),
                (
                    "completion_basis",
                    models.CharField(
                        choices=[
                            ("reported", "as reported by the unit"),
                            ("confirmed", "once confirmed by the office"),
                        ],
                        default="confirmed",
                        max_length=20,
                        verbose_name="completion counts",
                    ),
                ),
                (
                    "rate_basis",
                    models.CharField(
                        choices=[("all", "all tasks"), ("due", "tasks due by the day")],
                        default="all",
                        max_length=20,
                        verbose_name="basis of the completion rate",
                    ),
                ),
                (
                    "petition_rate_basis",
                    models.CharField(
                        choices=[
                            ("closed", "settled ÷ total, interim outcomes excluded"),
                            ("with_interim", "(settled + interim) ÷ total"),
                        ],
                        default="closed",
                        max_length=20,
                        verbose_name="basis of the petition rate",
                    ),
                ),
                (
                    "notice_days",
                    models.PositiveSmallIntegerField(
                        default=10, verbose_name="days of public notice"
                    ),
                ),
                (
                    "notice_day_count",
                    models.CharField(
                        choices=[("working", "working days"), ("calendar", "calendar days")],
                        default="working",
                        max_length=20,
                        verbose_name="public notice counts",
                    ),
                ),
                (
                    "immediate_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Left empty, such a task has no date until one is entered.",
                        null=True,
                        verbose_name="days for tasks to be done at once",
                    ),
                ),
                (
                    "plan_limit_days",
                    models.PositiveSmallIntegerField(
                        default=45,
                        help_text="Counted from the feedback.",
                        verbose_name="working days for the plan",
                    ),
                ),
                (
                    "petition_answer_days",
                    models.PositiveSmallIntegerField(
                        default=10, verbose_name="days for a petition"
                    ),
                ),
                (
                    "rhythm",
                    models.CharField(
                        choices=[
                            ("weekly", "weekly"),
                            ("monthly", "monthly"),
                            ("quarterly", "quarterly"),
                        ],
                        default="monthly",
                        max_length=20,
                        verbose_name="reporting rhythm",
                    ),
                ),
                (
                    "reporting_day",
                    models.PositiveSmallIntegerField(default=25, verbose_name="reporting day"),
                ),
                (
                    "due_soon_days",
                    models.PositiveSmallIntegerField(
                        default=30, verbose_name="due soon within days"
                    ),
                ),
                (
                    "behind_points",
                    models.PositiveSmallIntegerField(
                        default=10, verbose_name="behind from points under plan"
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical inspection",
                "verbose_name_plural": "historical inspections",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalMediaCategory",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(verbose_name="code")),
                ("name", models.CharField(db_index=True, max_length=60, verbose_name="name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=80, verbose_name="English name"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical category",
                "verbose_name_plural": "historical categories",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSource",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(verbose_name="code")),
                ("name", models.CharField(db_index=True, max_length=60, verbose_name="name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=80, verbose_name="English name"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical source of issues",
                "verbose_name_plural": "historical sources of issues",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalUnitKind",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(verbose_name="code")),
                ("name", models.CharField(db_index=True, max_length=60, verbose_name="name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=80, verbose_name="English name"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical unit kind",
                "verbose_name_plural": "historical unit kinds",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalUser",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        db_index=True,
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="email address"),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="date joined"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("post", models.CharField(blank=True, max_length=60, verbose_name="post")),
                (
                    "must_change_password",
                    models.BooleanField(default=True, verbose_name="must change the password"),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical person",
                "verbose_name_plural": "historical people",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("short_name", models.CharField(max_length=40, verbose_name="short name")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("central", "central"),
                            ("provincial", "provincial"),
                            ("city", "city"),
                        ],
                        max_length=20,
                        verbose_name="level",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("routine", "routine inspection"),
                            ("special", "special inspection"),
                            ("resident", "resident supervision"),
                            ("lookback_inspection", "look-back inspection"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("round_no", models.PositiveSmallIntegerField(default=1, verbose_name="round")),
                ("batch_no", models.PositiveSmallIntegerField(default=1, verbose_name="batch")),
                (
                    "team_name",
                    models.CharField(blank=True, max_length=100, verbose_name="inspection team"),
                ),
                (
                    "onsite_from",
                    models.DateField(blank=True, null=True, verbose_name="on site from"),
                ),
                ("onsite_to", models.DateField(blank=True, null=True, verbose_name="on site to")),
                (
                    "feedback_on",
                    models.DateField(blank=True, null=True, verbose_name="fed back on"),
                ),
                (
                    "plan_document_no",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="plan document number"
                    ),
                ),
                (
                    "plan_issued_on",
                    models.DateField(blank=True, null=True, verbose_name="plan issued on"),
                ),
                ("legal_basis", models.TextField(blank=True, verbose_name="legal basis")),
                (
                    "is_demonstration",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="demonstration data"
                    ),
                ),
                (
                    "completion_basis",
                    models.CharField(
                        choices=[
                            ("reported", "as reported by the unit"),
                            ("confirmed", "once confirmed by the office"),
                        ],
                        default="confirmed",
                        max_length=20,
                        verbose_name="completion counts",
                    ),
                ),
                (
                    "rate_basis",
                    models.CharField(
                        choices=[("all", "all tasks"), ("due", "tasks due by the day")],
                        default="all",
                        max_length=20,
                        verbose_name="basis of the completion rate",
                    ),
                ),
                (
                    "petition_rate_basis",
                    models.CharField(
                        choices=[
                            ("closed", "settled ÷ total, interim outcomes excluded"),
                            ("with_interim", "(settled + interim) ÷ total"),
                        ],
                        default="closed",
                        max_length=20,
                        verbose_name="basis of the petition rate",
                    ),
                ),
                (
                    "notice_days",
                    models.PositiveSmallIntegerField(
                        default=10, verbose_name="days of public notice"
                    ),
                ),
                (
                    "notice_day_count",
                    models.CharField(
                        choices=[("working", "working days"), ("calendar", "calendar days")],
                        default="working",
                        max_length=20,
                        verbose_name="public notice counts",
                    ),
                ),
                (
                    "immediate_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Left empty, such a task has no date until one is entered.",
                        null=True,
                        verbose_name="days for tasks to be done at once",
                    ),
                ),
                (
                    "plan_limit_days",
                    models.PositiveSmallIntegerField(
                        default=45,
                        help_text="Counted from the feedback.",
                        verbose_name="working days for the plan",
                    ),
                ),
                (
                    "petition_answer_days",
                    models.PositiveSmallIntegerField(
                        default=10, verbose_name="days for a petition"
                    ),
                ),
                (
                    "rhythm",
                    models.CharField(
                        choices=[
                            ("weekly", "weekly"),
                            ("monthly", "monthly"),
                            ("quarterly", "quarterly"),
                        ],
                        default="monthly",
                        max_length=20,
                        verbose_name="reporting rhythm",
                    ),
                ),
                (
                    "reporting_day",
                    models.PositiveSmallIntegerField(default=25, verbose_name="reporting day"),
                ),
                (
                    "due_soon_days",
                    models.PositiveSmallIntegerField(
                        default=30, verbose_name="due soon within days"
                    ),
                ),
                (
                    "behind_points",
                    models.PositiveSmallIntegerField(
                        default=10, verbose_name="behind from points under plan"
                    ),
                ),
            ],
            options={
                "verbose_name": "inspection",
                "verbose_name_plural": "inspections",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("onsite_from", None),
                            ("onsite_to", None),
                            ("onsite_to__gte", models.F("onsite_from")),
                            _connector="OR",
                        ),
                        name="inspection_on_site_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reporting_day__range", (1, 31))),
                        name="inspection_reporting_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_name", models.CharField(max_length=200, verbose_name="file name")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "is_take_over",
                    models.BooleanField(default=False, verbose_name="takes over an existing list"),
                ),
                (
                    "rows",
                    models.JSONField(
                        default=list,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="rows",
                    ),
                ),
                (
                    "faults",
                    models.JSONField(
                        default=list,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="faults",
                    ),
                ),
                ("uploaded_at", models.DateTimeField(verbose_name="uploaded at")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="confirmed at")),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="import_batches",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="import_batches",
                        to="tracker.inspection",
                        verbose_name="inspection",
                    ),
                ),
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
            },
        ),
        migrations.CreateModel(
            name="HistoricalOrgMember",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("leading_group", "leading group"),
                            ("office", "rectification office"),
                            ("task_force", "task force"),
                            ("unit_group", "unit's own group"),
                        ],
                        max_length=20,
                        verbose_name="group",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("post", models.CharField(blank=True, max_length=60, verbose_name="post")),
                (
                    "role",
                    models.CharField(blank=True, max_length=40, verbose_name="role in the group"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tracker.inspection",
                        verbose_name="inspection",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical member of the organisation",
                "verbose_name_plural": "historical organisation chart",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="DispatchRound",
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
                            ("monthly", "monthly call"),
                            ("quarterly", "quarterly call"),
                            ("ad_hoc", "ad hoc call"),
                        ],
                        default="monthly",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("period_from", models.DateField(verbose_name="period from")),
                ("period_to", models.DateField(verbose_name="period to")),
                ("due_on", models.DateField(verbose_name="reports due on")),
                ("opened_at", models.DateTimeField(editable=False, verbose_name="opened at")),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="tracker.inspection",
                        verbose_name="inspection",
                    ),
                ),
            ],
            options={
                "verbose_name": "progress call",
                "verbose_name_plural": "progress calls",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("inspection", "name"), name="round_name_unique_in_inspection"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period_to__gte", models.F("period_from"))),
                        name="round_period_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("period_from"))),
                        name="round_due_within_reach",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Issue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                (
                    "number_printed",
                    models.CharField(blank=True, max_length=30, verbose_name="number as printed"),
                ),
                (
                    "code",
                    models.SlugField(
                        editable=False, max_length=60, unique=True, verbose_name="code"
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("text", models.TextField(max_length=5000, verbose_name="original text")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="place")),
                (
                    "page",
                    models.CharField(blank=True, max_length=40, verbose_name="page in the source"),
                ),
                ("is_typical", models.BooleanField(default=False, verbose_name="typical case")),
                (
                    "is_annulled",
                    models.BooleanField(default=False, editable=False, verbose_name="annulled"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issues",
                        to="tracker.inspection",
                        verbose_name="inspection",
                    ),
                ),
                (
                    "medium",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issues",
                        to="tracker.mediacategory",
                        verbose_name="category",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issues",
                        to="tracker.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "inspection issue",
                "verbose_name_plural": "inspection issues",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_annulled", False)),
                        fields=("inspection", "number"),
                        name="issue_number_unique_in_inspection",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gt", 0)), name="issue_number_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sequence", models.PositiveBigIntegerField(unique=True, verbose_name="entry")),
                (
                    "kind",
                    models.CharField(
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
                            ("imported", "list imported"),
                            ("exported", "list exported"),
                            ("annulled", "entry annulled"),
                        ],
                        max_length=30,
                        verbose_name="what",
                    ),
                ),
                ("effective_on", models.DateField(verbose_name="held from")),
                ("recorded_at", models.DateTimeField(verbose_name="entered at")),
                (
                    "details",
                    models.JSONField(
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="details",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "is_backfilled",
                    models.BooleanField(default=False, verbose_name="entered afterwards"),
                ),
                ("previous_digest", models.CharField(editable=False, max_length=64)),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
                (
                    "annuls",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="annulment",
                        to="tracker.event",
                        verbose_name="annuls",
                    ),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="tracker.assignment",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="tracker.inspection",
                    ),
                ),
                (
                    "issue",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="tracker.issue",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of the record",
                "verbose_name_plural": "record",
                "indexes": [
                    models.Index(fields=["assignment", "effective_on"], name="event_of_assignment")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("annuls__isnull", False), ("kind", "annulled")),
                            models.Q(
                                models.Q(("kind", "annulled"), _negated=True), ("annuls", None)
                            ),
                            _connector="OR",
                        ),
                        name="event_annuls_iff_annulled",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "judgement",
                    models.CharField(
                        choices=[("on_schedule", "on schedule"), ("behind", "behind schedule")],
                        max_length=20,
                        verbose_name="judgement",
                    ),
                ),
                (
                    "suggested",
                    models.CharField(
                        blank=True,
                        choices=[("on_schedule", "on schedule"), ("behind", "behind schedule")],
                        max_length=20,
                        verbose_name="suggested",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="tracker.assignment",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgement",
                        to="tracker.event",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="tracker.dispatchround",
                    ),
                ),
            ],
            options={
                "verbose_name": "judgement",
                "verbose_name_plural": "judgements",
                "indexes": [
                    models.Index(fields=["round", "assignment"], name="judgement_of_round")
                ],
            },
        ),
        migrations.CreateModel(
            name="OrgMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("leading_group", "leading group"),
                            ("office", "rectification office"),
                            ("task_force", "task force"),
                            ("unit_group", "unit's own group"),
                        ],
                        max_length=20,
                        verbose_name="group",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("post", models.CharField(blank=True, max_length=60, verbose_name="post")),
                (
                    "role",
                    models.CharField(blank=True, max_length=40, verbose_name="role in the group"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="tracker.inspection",
                        verbose_name="inspection",
                    ),
                ),
            ],
            options={
                "verbose_name": "member of the organisation",
                "verbose_name_plural": "organisation chart",
            },
        ),
        migrations.CreateModel(
            name="Petition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, verbose_name="petition number")),
                ("batch", models.PositiveSmallIntegerField(verbose_name="batch")),
                ("received_on", models.DateField(verbose_name="handed over on")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="place")),
                (
                    "summary",
                    models.TextField(max_length=2000, verbose_name="what is complained of"),
                ),
                (
                    "truth",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("true", "substantiated"),
                            ("mostly_true", "mostly substantiated"),
                            ("partly_true", "partly substantiated"),
                            ("untrue", "unsubstantiated"),
                        ],
                        max_length=20,
                        verbose_name="finding",
                    ),
                ),
                (
                    "interim_on",
                    models.DateField(blank=True, null=True, verbose_name="interim outcome on"),
                ),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="settled on")),
                (
                    "outcome",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="handling and outcome"
                    ),
                ),
                (
                    "is_annulled",
                    models.BooleanField(default=False, editable=False, verbose_name="annulled"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="petitions",
                        to="tracker.inspection",
                        verbose_name="inspection",
                    ),
                ),
                (
                    "media",
                    models.ManyToManyField(
                        related_name="petitions",
                        to="tracker.mediacategory",
                        verbose_name="pollution types",
                    ),
                ),
            ],
            options={
                "verbose_name": "petition",
                "verbose_name_plural": "petitions",
                "indexes": [
                    models.Index(
                        fields=["inspection", "received_on"], name="petition_of_inspection"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_annulled", False)),
                        fields=("number",),
                        name="petition_number_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on", None),
                            ("closed_on__gte", models.F("received_on")),
                            _connector="OR",
                        ),
                        name="petition_settled_after_received",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("interim_on", None),
                            ("interim_on__gte", models.F("received_on")),
                            _connector="OR",
                        ),
                        name="petition_interim_after_received",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="event",
            name="petition",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="tracker.petition",
            ),
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "unit_of_measure",
                    models.CharField(blank=True, max_length=30, verbose_name="unit of measure"),
                ),
                (
                    "target",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=16,
                        null=True,
                        verbose_name="target",
                    ),
                ),
                ("scope", models.CharField(blank=True, max_length=120, verbose_name="scope")),
                (
                    "source_text",
                    models.TextField(blank=True, verbose_name="as printed, with the source"),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programmes",
                        to="tracker.inspection",
                        verbose_name="inspection",
                    ),
                ),
            ],
            options={
                "verbose_name": "programme",
                "verbose_name_plural": "programmes",
            },
        ),
        migrations.AddField(
            model_name="event",
            name="programme",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="tracker.programme",
            ),
        ),
        migrations.CreateModel(
            name="ProgressReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "submitted"),
                            ("accepted", "accepted"),
                            ("returned", "returned"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("reported_on", models.DateField(verbose_name="reported on")),
                ("percent", models.PositiveSmallIntegerField(verbose_name="progress, %")),
                ("percent_before", models.PositiveSmallIntegerField(editable=False, null=True)),
                (
                    "quantity_done",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="quantity done",
                    ),
                ),
                ("text", models.TextField(max_length=1000, verbose_name="progress made")),
                (
                    "fall_reason",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="reason for the fall"
                    ),
                ),
                (
                    "difficulties",
                    models.TextField(blank=True, max_length=1000, verbose_name="difficulties"),
                ),
                (
                    "delay_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("objective", "objective reason"),
                            ("subjective", "subjective reason"),
                        ],
                        max_length=20,
                        verbose_name="kind of delay",
                    ),
                ),
                (
                    "delay_reason",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="reason for the delay"
                    ),
                ),
                (
                    "next_steps",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="next steps and dates"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="tracker.assignment",
                        verbose_name="task of unit",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report",
                        to="tracker.event",
                    ),
                ),
                (
                    "measures_done",
                    models.ManyToManyField(
                        blank=True, related_name="reports", to="tracker.measure"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="tracker.dispatchround",
                        verbose_name="progress call",
                    ),
                ),
            ],
            options={
                "verbose_name": "progress report",
                "verbose_name_plural": "progress reports",
                "indexes": [
                    models.Index(fields=["assignment", "reported_on"], name="report_of_assignment")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("percent__range", (0, 100))), name="report_percent"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("event", None), ("status", "draft")),
                            models.Q(
                                models.Q(("status", "draft"), _negated=True),
                                ("event__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="report_in_record_iff_sent",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "draft")),
                        fields=("assignment", "author"),
                        name="report_one_draft_each",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity_done", None), ("quantity_done__gte", 0), _connector="OR"
                        ),
                        name="report_quantity_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("as_of", models.DateField(verbose_name="as of")),
                (
                    "value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=16,
                        null=True,
                        verbose_name="quantity",
                    ),
                ),
                (
                    "rate_printed",
                    models.CharField(blank=True, max_length=20, verbose_name="rate as printed"),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                (
                    "is_annulled",
                    models.BooleanField(default=False, editable=False, verbose_name="annulled"),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="tracker.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "reading",
                "verbose_name_plural": "readings",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_annulled", False)),
                        fields=("programme", "as_of"),
                        name="reading_unique_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value__isnull", False),
                            models.Q(("rate_printed", ""), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="reading_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("as_of", models.DateField(verbose_name="as of")),
                ("published_by", models.CharField(max_length=120, verbose_name="published by")),
                ("figures", models.JSONField(verbose_name="figures")),
                ("source", models.TextField(verbose_name="source")),
                (
                    "inspection",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snapshots",
                        to="tracker.inspection",
                        verbose_name="inspection",
                    ),
                ),
            ],
            options={
                "verbose_name": "published figures",
                "verbose_name_plural": "published figures",
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                (
                    "number_printed",
                    models.CharField(blank=True, max_length=30, verbose_name="number as printed"),
                ),
                (
                    "code",
                    models.SlugField(
                        editable=False, max_length=60, unique=True, verbose_name="code"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="task")),
                ("goal", models.TextField(blank=True, max_length=3000, verbose_name="goal")),
                (
                    "deadline_text",
                    models.CharField(max_length=120, verbose_name="deadline as printed"),
                ),
                (
                    "deadline_kind",
                    models.CharField(
                        choices=[
                            ("dated", "dated"),
                            ("range", "range"),
                            ("immediate", "at once"),
                            ("standing", "standing"),
                            ("interim", "interim result"),
                            ("done", "done already"),
                            ("unclear", "to be clarified"),
                        ],
                        max_length=20,
                        verbose_name="kind of deadline",
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                ("is_standing", models.BooleanField(default=False, verbose_name="standing")),
                (
                    "interim_due_on",
                    models.DateField(blank=True, null=True, verbose_name="interim result due on"),
                ),
                (
                    "quantity_target",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="quantity to be done",
                    ),
                ),
                (
                    "quantity_unit",
                    models.CharField(blank=True, max_length=20, verbose_name="unit of measure"),
                ),
                (
                    "accountable_leader",
                    models.CharField(blank=True, max_length=60, verbose_name="accountable leader"),
                ),
                (
                    "case_leader",
                    models.CharField(blank=True, max_length=60, verbose_name="case leader"),
                ),
                (
                    "task_force",
                    models.CharField(blank=True, max_length=120, verbose_name="task force"),
                ),
                (
                    "is_listed",
                    models.BooleanField(default=False, verbose_name="listed supervision"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("issued", "issued"),
                            ("in_progress", "in progress"),
                            ("applied", "closure applied for"),
                            ("under_acceptance", "under acceptance"),
                            ("in_public_notice", "in public notice"),
                            ("closed", "closed"),
                            ("merged", "merged"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, verbose_name="progress, %"
                    ),
                ),
                (
                    "issued_on",
                    models.DateField(editable=False, null=True, verbose_name="issued on"),
                ),
                (
                    "completed_on",
                    models.DateField(editable=False, null=True, verbose_name="completed on"),
                ),
                (
                    "closed_on",
                    models.DateField(editable=False, null=True, verbose_name="closed on"),
                ),
                (
                    "left_on",
                    models.DateField(editable=False, null=True, verbose_name="left the list on"),
                ),
                (
                    "is_annulled",
                    models.BooleanField(default=False, editable=False, verbose_name="annulled"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="tracker.inspection",
                        verbose_name="inspection",
                    ),
                ),
                (
                    "issue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="tracker.issue",
                        verbose_name="issue",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_from",
                        to="tracker.task",
                        verbose_name="merged into",
                    ),
                ),
            ],
            options={
                "verbose_name": "rectification task",
                "verbose_name_plural": "rectification tasks",
                "indexes": [
                    models.Index(
                        fields=["inspection", "status", "due_on"], name="task_of_inspection"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_annulled", False)),
                        fields=("inspection", "number"),
                        name="task_number_unique_in_inspection",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gt", 0)), name="task_number_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("percent__lte", 100)), name="task_percent"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on", None), ("completed_on__isnull", False), _connector="OR"
                        ),
                        name="task_closed_only_when_completed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on", None),
                            ("status__in", ["closed", "merged", "withdrawn"]),
                            _connector="OR",
                        ),
                        name="task_closed_on_iff_closed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into", None),
                            models.Q(("merged_into", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="task_merged_into_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("interim_due_on", None),
                            ("due_on", None),
                            ("interim_due_on__lte", models.F("due_on")),
                            _connector="OR",
                        ),
                        name="task_interim_before_due",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity_target", None), ("quantity_target__gt", 0), _connector="OR"
                        ),
                        name="task_quantity_positive",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="programme",
            name="task",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="programmes",
                to="tracker.task",
                verbose_name="task",
            ),
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="milestone")),
                ("due_on", models.DateField(verbose_name="due on")),
                ("reached_on", models.DateField(blank=True, null=True, verbose_name="reached on")),
                (
                    "is_annulled",
                    models.BooleanField(default=False, editable=False, verbose_name="annulled"),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="milestones",
                        to="tracker.task",
                        verbose_name="task",
                    ),
                ),
            ],
            options={
                "verbose_name": "milestone",
                "verbose_name_plural": "milestones",
            },
        ),
        migrations.AddField(
            model_name="measure",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="measures",
                to="tracker.task",
                verbose_name="task",
            ),
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file", models.FileField(max_length=200, upload_to="%Y/%m/", verbose_name="file")),
                ("name", models.CharField(max_length=200, verbose_name="file name")),
                ("content_type", models.CharField(max_length=100, verbose_name="type")),
                ("size", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("uploaded_at", models.DateTimeField(verbose_name="uploaded at")),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="tracker.progressreport",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="tracker.task",
                    ),
                ),
            ],
            options={
                "verbose_name": "evidence",
                "verbose_name_plural": "evidence",
                "indexes": [models.Index(fields=["sha256"], name="evidence_digest")],
            },
        ),
        migrations.AddField(
            model_name="event",
            name="task",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="tracker.task",
            ),
        ),
        migrations.CreateModel(
            name="DeadlineChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("decided_on", models.DateField(verbose_name="decided on")),
                ("old_text", models.CharField(max_length=120, verbose_name="deadline before")),
                ("old_due_on", models.DateField(null=True, verbose_name="due on before")),
                ("new_text", models.CharField(max_length=120, verbose_name="new deadline")),
                ("new_due_on", models.DateField(verbose_name="newly due on")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                (
                    "document_no",
                    models.CharField(blank=True, max_length=60, verbose_name="approval document"),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deadline_change",
                        to="tracker.event",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deadline_changes",
                        to="tracker.task",
                        verbose_name="task",
                    ),
                ),
            ],
            options={
                "verbose_name": "deadline extension",
                "verbose_name_plural": "deadline extensions",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("old_due_on", None),
                            ("new_due_on__gt", models.F("old_due_on")),
                            _connector="OR",
                        ),
                        name="deadline_moves_later",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="assignment",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="tracker.task",
                verbose_name="task",
            ),
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                (
                    "name",
                    models.CharField(max_length=100, unique=True, verbose_name="official name"),
                ),
                ("short_name", models.CharField(max_length=40, verbose_name="short name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=120, verbose_name="English name"),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_from",
                        to="tracker.unit",
                        verbose_name="merged into",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="children",
                        to="tracker.unit",
                        verbose_name="parent",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="tracker.unitkind",
                        verbose_name="kind",
                    ),
                ),
            ],
            options={
                "verbose_name": "unit",
                "verbose_name_plural": "units",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent", None),
                            models.Q(("parent", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="unit_not_its_own_parent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into", None), ("closed_on__isnull", False), _connector="OR"
                        ),
                        name="unit_merged_only_when_closed",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="task",
            name="acceptance_unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accepted_tasks",
                to="tracker.unit",
                verbose_name="acceptance unit",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="supervising_unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supervised_tasks",
                to="tracker.unit",
                verbose_name="supervising unit",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="supporting_units",
            field=models.ManyToManyField(
                blank=True,
                related_name="supported_tasks",
                to="tracker.unit",
                verbose_name="supporting units",
            ),
        ),
        migrations.CreateModel(
            name="Span",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(default=datetime.date(9999, 12, 31))),
                ("recorded_from", models.DateTimeField()),
                ("recorded_to", models.DateTimeField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("issued", "issued"),
                            ("in_progress", "in progress"),
                            ("applied", "closure applied for"),
                            ("under_acceptance", "under acceptance"),
                            ("in_public_notice", "in public notice"),
                            ("closed", "closed"),
                            ("merged", "merged"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=20,
                    ),
                ),
                ("start_on", models.DateField()),
                ("due_on", models.DateField(null=True)),
                ("is_standing", models.BooleanField(default=False)),
                ("percent", models.PositiveSmallIntegerField(default=0)),
                ("is_started", models.BooleanField(default=False)),
                ("lags_from", models.DateField(null=True)),
                ("last_report_on", models.DateField(null=True)),
                (
                    "judgement",
                    models.CharField(
                        blank=True,
                        choices=[("on_schedule", "on schedule"), ("behind", "behind schedule")],
                        max_length=20,
                    ),
                ),
                ("judged_for", models.DateField(null=True)),
                ("completion_reported_on", models.DateField(null=True)),
                ("completed_on", models.DateField(null=True)),
                ("closed_on", models.DateField(null=True)),
                ("reopen_no", models.PositiveSmallIntegerField(default=0)),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spans",
                        to="tracker.assignment",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spans",
                        to="tracker.inspection",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spans",
                        to="tracker.task",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spans",
                        to="tracker.unit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("recorded_to", None)),
                        fields=["inspection", "valid_to", "valid_from"],
                        name="span_of_inspection",
                    ),
                    models.Index(
                        condition=models.Q(("recorded_to", None)),
                        fields=["unit", "valid_to", "valid_from"],
                        name="span_of_unit",
                    ),
                    models.Index(fields=["task", "valid_to", "valid_from"], name="span_of_task"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("recorded_to", None)),
                        fields=("assignment", "valid_from"),
                        name="span_unique_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__gt", models.F("valid_from"))),
                        name="span_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recorded_to", None),
                            ("recorded_to__gte", models.F("recorded_from")),
                            _connector="OR",
                        ),
                        name="span_recorded_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on", None), ("completed_on__isnull", False), _connector="OR"
                        ),
                        name="span_closed_only_when_completed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("percent__lte", 100)), name="span_percent"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="petition",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="petitions",
                to="tracker.unit",
                verbose_name="unit",
            ),
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "administrator"),
                            ("auditor", "auditor"),
                            ("office", "rectification office"),
                            ("leader", "leader"),
                            ("supervising", "supervising unit"),
                            ("acceptance", "acceptance unit"),
                            ("unit_head", "unit head"),
                            ("unit_editor", "unit editor"),
                            ("unit_reader", "unit reader"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="tracker.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "unit", "role"), name="membership_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", tracker.choices.Role)),
                        name="membership_role",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="measure",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="measures",
                to="tracker.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AddField(
            model_name="issue",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="issues",
                to="tracker.unit",
                verbose_name="territory",
            ),
        ),
        migrations.CreateModel(
            name="HistoricalMembership",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "administrator"),
                            ("auditor", "auditor"),
                            ("office", "rectification office"),
                            ("leader", "leader"),
                            ("supervising", "supervising unit"),
                            ("acceptance", "acceptance unit"),
                            ("unit_head", "unit head"),
                            ("unit_editor", "unit editor"),
                            ("unit_reader", "unit reader"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tracker.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical membership",
                "verbose_name_plural": "historical memberships",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name="event",
            name="unit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="tracker.unit",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="tracker.unit",
                verbose_name="unit",
            ),
        ),
        migrations.CreateModel(
            name="UnitAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("alias", models.CharField(max_length=100, verbose_name="alias")),
                ("folded", models.CharField(editable=False, max_length=100, unique=True)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="aliases",
                        to="tracker.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "unit alias",
                "verbose_name_plural": "unit aliases",
            },
        ),
        migrations.CreateModel(
            name="HistoricalUnit",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, verbose_name="code")),
                (
                    "name",
                    models.CharField(db_index=True, max_length=100, verbose_name="official name"),
                ),
                ("short_name", models.CharField(max_length=40, verbose_name="short name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=120, verbose_name="English name"),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tracker.unit",
                        verbose_name="merged into",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tracker.unit",
                        verbose_name="parent",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tracker.unitkind",
                        verbose_name="kind",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical unit",
                "verbose_name_plural": "historical units",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="UnitPlacement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(default=datetime.date(9999, 12, 31))),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.unit",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
                        to="tracker.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "valid_from"), name="unit_placement_unique_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__gt", models.F("valid_from"))),
                        name="unit_placement_forward",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["supervising_unit", "inspection"], name="task_supervised"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["acceptance_unit", "inspection"], name="task_accepted"),
        ),
        migrations.AddIndex(
            model_name="petition",
            index=models.Index(fields=["unit", "received_on"], name="petition_of_unit"),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_annulled", False)),
                fields=("task", "number"),
                name="measure_number_unique_in_task",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["task", "effective_on", "sequence"], name="event_of_task"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["unit", "effective_on"], name="event_of_unit"),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("inspection__isnull", False), ("unit__isnull", False), _connector="OR"
                ),
                name="event_has_subject",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=["unit", "removed_on"], name="assignment_of_unit"),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_on", None)),
                fields=("task", "unit"),
                name="assignment_unique_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_lead", True), ("removed_on", None)),
                fields=("task",),
                name="assignment_one_lead",
            ),
        ),
    ]
