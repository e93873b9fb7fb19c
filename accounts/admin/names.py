"""Names of people in lists that know only their ids, in the query of the list."""

from django.db.models import CharField, Model, OuterRef, Subquery

from accounts.models import User


def name_at(field: str) -> Subquery:
    """Return the username of the person whose id is in `field`; null when the id names something else."""
    people = User.objects.filter(pk=OuterRef(field)).order_by()
    return Subquery(people.values("username")[:1], output_field=CharField())


def name_in(row: Model, end: str) -> str | None:
    """Return the name that `name_at` put on a row as `<end>_name`, with its sign."""
    name: str | None = vars(row).get(f"{end}_name")
    return f"@{name}" if name else None
