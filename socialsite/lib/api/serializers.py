"""Strict serializers: what is not known is refused, and the fields every app shares."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.utils.functional import cached_property
from rest_framework import serializers
from rest_framework.fields import SkipField

from socialsite.lib.errors import NotFound
from socialsite.lib.ids import MAX_ID


class IdField(serializers.Field[int, Any, str, Any]):
    """An id: sent as a decimal string, accepted as string or number."""

    default_error_messages = {"invalid": "Not an id."}

    def to_internal_value(self, data: Any) -> int:
        text = str(data) if isinstance(data, int | str) and not isinstance(data, bool) else ""
        if not (text.isascii() and text.isdigit() and len(text) <= 19 and 0 < int(text) <= MAX_ID):
            self.fail("invalid")
        return int(text)

    def to_representation(self, value: int) -> str:
        return str(value)


class TimeField(serializers.Field[datetime, Any, str, Any]):
    """A moment: RFC 3339, UTC, always three decimals and Z."""

    def to_representation(self, value: datetime) -> str:
        return rfc3339(value)


def rfc3339(moment: datetime) -> str:
    """Return a moment as `2026-01-31T09:30:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class WordsField(serializers.CharField):
    """Words of a known set, separated by commas: a filter such as `types=a,b`."""

    default_error_messages = {"invalid_choice": "Not known here: {words}."}

    def __init__(self, known: Callable[[], Collection[str]], **options: Any) -> None:
        # Asked when it is needed: the apps above fill their registries after this module is loaded.
        self.known = known
        super().__init__(max_length=1000, **options)

    def to_internal_value(self, data: Any) -> list[str]:  # type: ignore[override]
        words = [word.strip() for word in super().to_internal_value(data).split(",")]
        unknown = sorted(set(words) - set(self.known()))
        if unknown:
            self.fail("invalid_choice", words=", ".join(unknown)[:100])
        return words


class Body(serializers.Serializer[Any]):
    """What a caller sends: unknown fields are refused by name."""

    default_error_messages = {"unknown_field": "This field is not known here."}
    is_pure = False
    """Says that what is made of it depends on what is sent alone, and may be kept"""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in data if name not in self.fields)
            if unknown:
                message = self.error_messages["unknown_field"]
                raise serializers.ValidationError(
                    {
                        name: [serializers.ErrorDetail(str(message), "unknown_field")]
                        for name in unknown
                    }
                )
        return super().to_internal_value(data)


class Answer(serializers.Serializer[Any]):
    """What the server sends about one thing; `find` reads the thing again, also when an answer is repeated."""

    model: type[models.Model]

    @classmethod
    def fetch(cls, viewer: Any, pk: Any) -> Any:
        """Return the thing as `viewer` sees it, or None; a hot answer overrides it by a compiled read."""
        return cls.model.objects.visible_to(viewer).for_api(viewer).filter(pk=pk).first()  # type: ignore[attr-defined]

    @classmethod
    def find(cls, viewer: Any, pk: Any) -> Any:
        """Return the thing as `viewer` sees it, with all that its answer shows; raises NotFound."""
        found = cls.fetch(viewer, pk)
        if found is None:
            raise NotFound
        cls.complete([found], viewer)
        return found

    @classmethod
    def complete(cls, things: list[Any], viewer: Any) -> None:
        """Put on the things of a page what their answers show beside their columns: a statement for all of them, not one each."""

    @classmethod
    def render(cls, thing: Any, context: dict[str, Any]) -> Any:
        """Return the answer's data; a hot answer overrides it to spare the copy of its fields."""
        return cls(thing, context=context).data

    @classmethod
    def rendered(cls, things: list[Any], context: dict[str, Any]) -> list[Any]:
        """Return the data of a page of things; a hot answer overrides it, and may give what is JSON already."""
        return list(cls(things, many=True, context=context).data)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return what the library's would, without asking each field again for each row of a list where its value is."""
        found = {}
        for name, field, is_plain in self._plan:
            value = getattr(instance, name, None) if is_plain else None
            if value is None or callable(value):
                try:
                    value = field.get_attribute(instance)
                except SkipField:
                    continue
            found[name] = None if value is None else field.to_representation(value)
        return found

    @cached_property
    def _plan(self) -> list[tuple[str, Any, bool]]:
        """(name, field, whether its value is the attribute of that name)"""
        return [
            (str(f.field_name), f, _reads_attribute(f) and f.source_attrs == [f.field_name])
            for f in self._readable_fields
        ]

    @classmethod
    def path_of(cls, thing: Any) -> str | None:
        """Return the path of the thing, for the Location of a 201."""
        return None


def _reads_attribute(field: Any) -> bool:
    return type(field).get_attribute is serializers.Field.get_attribute


class EmptyAnswer(Answer):
    """An answer without content."""
