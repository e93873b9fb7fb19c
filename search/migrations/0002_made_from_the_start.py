"""A site that nobody has joined yet has a whole index: each kind is known to be complete from then on.

One that is upgraded has not: `manage.py search_reindex` makes it.
"""

from django.db import migrations
from django.utils import timezone

KINDS = (1, 16, 17)


def mark(apps, schema_editor):
    if not apps.get_model("accounts", "User").objects.exists():
        model = apps.get_model("search", "IndexState")
        model.objects.bulk_create(
            [model(kind=kind, finished_at=timezone.now()) for kind in KINDS]
        )


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial"), ("accounts", "0001_initial")]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
