"""Path converters that match only ids of their kind, so that one path can serve two kinds in two apps."""

from django.urls import register_converter

from socialsite.lib.ids import MAX_ID, Kind, kind_of
from socialsite.lib.text.names import RESERVED


class IdConverter:
    """A decimal id of one kind."""

    regex = r"[1-9][0-9]{0,18}"
    kind: Kind

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > MAX_ID or kind_of(number) is not self.kind:
            raise ValueError(value)
        return number

    def to_url(self, value: int | str) -> str:
        return str(value)


class PersonConverter(IdConverter):
    """A person: an id, `@name`, or `me`. The view resolves the last two (`User.objects.named`)."""

    regex = r"(?:[1-9][0-9]{0,18}|@[A-Za-z0-9_]{1,30}|me)"
    kind = Kind.USER

    def to_python(self, value: str) -> int | str:  # type: ignore[override]
        return super().to_python(value) if value.isdigit() else value


class RoomNameConverter:
    """The name of a public room in a path: a bare word, which is neither a number nor a word with a meaning of its own."""

    regex = r"[\w-]{1,80}"

    def to_python(self, value: str) -> str:
        word = value.lower()
        if word.isdecimal() or word in RESERVED:
            raise ValueError(value)
        return word

    def to_url(self, value: str) -> str:
        return value


class TargetConverter(IdConverter):
    """A decimal id of any kind."""

    def to_python(self, value: str) -> int:
        number = int(value)
        if kind_of(number) is None:
            raise ValueError(value)
        return number


def register_all() -> None:
    """Make `<user:…>`, `<connection:…>` and so on known to URL patterns: one for each kind, by its name in lower case, `<target:…>` and `<room_name:…>`."""
    for kind in Kind:
        if kind is not Kind.USER:
            register_converter(
                type(f"{kind.name}Converter", (IdConverter,), {"kind": kind}), kind.name.lower()
            )
    register_converter(PersonConverter, "user")
    register_converter(TargetConverter, "target")
    register_converter(RoomNameConverter, "room_name")
