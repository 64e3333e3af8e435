from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tracker", "0014_discussions")]

    operations: list = []
