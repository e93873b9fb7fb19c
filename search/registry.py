"""People in the search, and what search registers with the floors below."""

from accounts.events import (
    AccountPrivacyChanged,
    BadgeSet,
    ProfileEdited,
    Registered,
    SettingsChanged,
)
from search import live, people
from search.indexing import wrong_documents
from search.searchables import register_kind, register_search
from socialsite.lib import effects, invariants
from socialsite.lib.ids import Kind


def register() -> None:
    live.register()
    register_kind(Kind.USER, people.PEOPLE)
    register_search("users", people.SEARCH)
    for effect in (Registered, ProfileEdited, SettingsChanged, AccountPrivacyChanged):
        effects.listen(effect, people.index_actor)
    effects.listen(BadgeSet, people.index_badge)
    invariants.register_check("search.documents", wrong_documents)
