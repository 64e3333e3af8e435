from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tracker", "0015_evidence_everywhere")]

    operations: list = []
