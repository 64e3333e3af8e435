from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tracker", "0012_reports")]

    operations: list = []
