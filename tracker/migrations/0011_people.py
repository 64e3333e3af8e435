from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tracker", "0010_words")]

    operations: list = []
