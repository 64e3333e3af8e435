from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tracker", "0011_people")]

    operations: list = []
