"""Keeping filters. All of a person's filters change under the lock on that person."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Length
from django.utils import timezone

from accounts.actions.pairs import lock_pair
from accounts.actions.versions import CheckVersion
from accounts.events import FilterChanged, FilterCreated, FilterDeleted, FiltersImported
from accounts.models import Filter, FilterTerm, User
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict, Invalid, NotFound

MAX_FILTERS, MAX_TERMS, MAX_ALL_TERMS = 100, 100, 500
"""What one person keeps: a pattern of so many words is still found in a text at once"""
MAX_ALL_CHARACTERS = 5000
"""And what finds them is made within a second: of all terms that stand in texts"""
IN_TEXTS = (FilterTerm.Kind.KEYWORD, FilterTerm.Kind.PHRASE, FilterTerm.Kind.DOMAIN)


class Wanted(NamedTuple):
    """A term as it is kept; for a person `value` is an id or `@name` until `_resolved`."""

    kind: str
    value: str
    whole_word: bool = True


@transaction.atomic
def create_filter(*, actor: User, terms: Iterable[Wanted], **columns: Any) -> Filter:
    """Make a filter of the actor's. `columns` are `title, action, scopes, expires_at`.

    Raises Invalid, NotFound for a person the actor may not see, Conflict at the limits.
    """
    lock_pair(actor, actor)
    columns["expires_at"] = _future(columns.get("expires_at"))
    made = _create(actor, columns, _resolved(actor, terms))
    _refuse_too_many(actor)
    emit(FilterCreated(actor_id=actor.pk, filter_id=made.pk))
    return made


@transaction.atomic
def change_filter(
    *, actor: User, filter_id: int, changes: dict[str, Any], check: CheckVersion
) -> Filter:
    """Change what is sent of a filter of the actor's; `terms` are replaced as a whole.

    Raises NotFound, PreconditionFailed, Invalid, Conflict.
    """
    lock_pair(actor, actor)
    found = own_filter(actor, filter_id)
    check(found.version)
    columns = dict(changes)
    terms = _resolved(actor, columns.pop("terms")) if "terms" in columns else None
    if "expires_at" in columns and _whole_ms(columns["expires_at"]) != found.expires_at:
        columns["expires_at"] = _future(columns["expires_at"])
    if _apply(found, columns, terms):
        _refuse_too_many(actor)
        emit(FilterChanged(actor_id=actor.pk, filter_id=found.pk))
    return found


@transaction.atomic
def delete_filter(*, actor: User, filter_id: int) -> None:
    """Forget a filter of the actor's. Raises NotFound."""
    lock_pair(actor, actor)
    own_filter(actor, filter_id).delete()
    User.objects.filter(pk=actor.pk).update(filter_count=F("filter_count") - 1)
    emit(FilterDeleted(actor_id=actor.pk, filter_id=filter_id))


@transaction.atomic
def import_filters(*, actor: User, filters: Iterable[dict[str, Any]]) -> None:
    """Make filters as an export has them; one whose title the actor uses already becomes as it says, so that twice is as once.

    People who are not there are left out, and filters of which nothing is left. Raises Conflict at the limits.
    """
    filters = list(filters)
    if sum(len(sent["terms"]) for sent in filters) > MAX_ALL_TERMS:
        # Before each of them is looked up.
        raise _too_many_terms()
    lock_pair(actor, actor)
    known = {kept.title: kept for kept in Filter.objects.filter(owner=actor).order_by("-pk")}
    for sent in filters:
        columns = dict(sent)
        terms = _resolved(actor, columns.pop("terms"), is_strict=False)
        columns["expires_at"] = _whole_ms(columns.get("expires_at"))
        if not terms:
            continue
        if columns["title"] in known:
            _apply(known[columns["title"]], columns, terms)
        else:
            known[columns["title"]] = _create(actor, columns, terms)
    _refuse_too_many(actor)
    emit(FiltersImported(actor_id=actor.pk))


def own_filter(actor: User, filter_id: int) -> Filter:
    """Return a filter of the actor's. Raises NotFound."""
    found = Filter.objects.visible_to(actor).filter(pk=filter_id).first()
    if found is None:
        raise NotFound
    return found


def _create(actor: User, columns: dict[str, Any], terms: list[Wanted]) -> Filter:
    made = Filter.objects.create(owner=actor, **columns)
    _set_terms(made, terms)
    User.objects.filter(pk=actor.pk).update(filter_count=F("filter_count") + 1)
    return made


def _apply(found: Filter, columns: dict[str, Any], terms: list[Wanted] | None) -> bool:
    """Make a filter say this; returns whether that changes it."""
    now = [Wanted(term.kind, term.value, term.whole_word) for term in found.terms.all()]
    has_other_terms = terms is not None and terms != now
    if not has_other_terms and all(getattr(found, k) == v for k, v in columns.items()):
        return False
    if terms is not None and has_other_terms:
        found.terms.all().delete()
        _set_terms(found, terms)
    for name, value in columns.items():
        setattr(found, name, value)
    found.version += 1
    found.save(update_fields=[*columns, "version"])
    return True


def _set_terms(found: Filter, terms: list[Wanted]) -> None:
    FilterTerm.objects.bulk_create([FilterTerm(filter=found, **term._asdict()) for term in terms])


def _resolved(actor: User, terms: Iterable[Wanted], *, is_strict: bool = True) -> list[Wanted]:
    """Return terms with people by their ids, none twice. Raises NotFound when it is strict, and Invalid for the actor themselves."""
    found: dict[tuple[str, str], Wanted] = {}
    for term in terms:
        value: str | None = term.value
        if term.kind == FilterTerm.Kind.USER:
            value = _person(actor, term.value, is_strict=is_strict)
        if value is not None:
            found.setdefault((term.kind, value), term._replace(value=value))
    return list(found.values())


def _person(actor: User, reference: str, *, is_strict: bool) -> str | None:
    """Return the id of a person, whom the actor may block or be rid of otherwise too."""
    people = User.objects.addressable_by(actor)
    try:
        pk = people.named(reference if reference[0] == "@" else int(reference), actor).pk
    except NotFound:
        if is_strict:
            raise NotFound(attr="terms") from None
        return None
    if pk == actor.pk:
        if is_strict:
            raise Invalid("self_target", "You cannot filter yourself.", "terms")
        return None
    return str(pk)


def _refuse_too_many(actor: User) -> None:
    if Filter.objects.filter(owner=actor).count() > MAX_FILTERS:
        raise Conflict("conflict", f"Keep at most {MAX_FILTERS} filters.")
    terms = FilterTerm.objects.filter(filter__owner=actor)
    if terms.count() > MAX_ALL_TERMS:
        raise _too_many_terms()
    found = terms.filter(kind__in=IN_TEXTS).aggregate(characters=Sum(Length("value")))
    if (found["characters"] or 0) > MAX_ALL_CHARACTERS:
        message = (
            f"Keep at most {MAX_ALL_CHARACTERS} characters of words and domains in all filters."
        )
        raise Conflict("conflict", message, "terms")


def _too_many_terms() -> Conflict:
    return Conflict("conflict", f"Keep at most {MAX_ALL_TERMS} terms in all filters.", "terms")


def _future(moment: datetime | None) -> datetime | None:
    """Return a moment as it is kept. Raises Invalid when it has passed."""
    if moment is not None and moment <= timezone.now():
        raise Invalid("min_value", "Use a time to come.", "expires_at")
    return _whole_ms(moment)


def _whole_ms(moment: datetime | None) -> datetime | None:
    """Return a moment as answers say it, so that one that is sent back unchanged is the same."""
    return moment and moment.replace(microsecond=moment.microsecond // 1000 * 1000)
