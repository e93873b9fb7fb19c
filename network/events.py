"""What happens to suggestions: the effects that network's actions emit."""

from accounts.events import PersonEffect


class SuggestionDismissed(PersonEffect):
    """A person does not want another to be suggested to them."""


class SuggestionRestored(PersonEffect):
    """A person takes a dismissal back."""
