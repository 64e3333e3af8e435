from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tracker", "0016_acceptance_chain")]

    operations: list = []
