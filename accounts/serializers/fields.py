"""Fields of people: each cleans what is sent and refuses what cannot be shown."""

from typing import Any

from rest_framework import serializers
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from accounts.addresses import plain_address
from accounts.industries import INDUSTRIES
from accounts.models.users import LENGTHS
from accounts.passwords import MAX_LENGTH
from socialsite.lib.errors import Invalid
from socialsite.lib.text.names import clean_display_name, clean_text, clean_url, clean_username


class CleanedField(serializers.CharField):
    """Text that a function of `lib.text` cleans; its refusal becomes the field's."""

    def __init__(self, clean: Any, **options: Any) -> None:
        self.clean = clean
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        try:
            return self.clean(text) if text else ""
        except Invalid as error:
            raise serializers.ValidationError(error.message, error.code) from error


class UsernameField(CleanedField):
    def __init__(self, **options: Any) -> None:
        super().__init__(clean_username, max_length=LENGTHS["username"], min_length=3, **options)


class DisplayNameField(CleanedField):
    def __init__(self, **options: Any) -> None:
        super().__init__(clean_display_name, max_length=200, **options)


class TextField(CleanedField):
    def __init__(self, max_length: int, **options: Any) -> None:
        super().__init__(clean_text, max_length=max_length, **options)


class UrlField(CleanedField):
    def __init__(self, **options: Any) -> None:
        super().__init__(clean_url, max_length=2000, **options)


class EmailField(serializers.EmailField):
    """A mail address, in lower case and ASCII: a domain in another script as its punycode, so that a mailbox has one spelling."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LENGTHS["email"], **options)

    def to_internal_value(self, data: Any) -> str:
        address = plain_address(super().to_internal_value(data))
        if not address.isascii():
            self.fail("invalid")
        return address


class PasswordField(serializers.CharField):
    """A password as it is: nothing is trimmed or cut off."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MAX_LENGTH, trim_whitespace=False, write_only=True, **options)
        # The parser has refused lone surrogates; the library's check looks at each of a million characters once more (T17).
        self.validators = [
            check
            for check in self.validators
            if not isinstance(check, ProhibitSurrogateCharactersValidator)
        ]


class IndustryField(serializers.ChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(choices=INDUSTRIES, **options)
