"""The one door to change: what people report, what moderators do, and the trail of what anybody does."""

from moderation.actions.announcing import announce
from moderation.actions.audit import verb_of, write_audit
from moderation.actions.content import hide_thing, hold_thing, remove_thing
from moderation.actions.keywords import keep_keyword, remove_keyword
from moderation.actions.people import suspend_user, warn_owner
from moderation.actions.records import Grounds
from moderation.actions.reports import add_report, note_change, report_thing
from moderation.actions.reviews import act_on, decide_case, default_note, release_hold
from moderation.actions.undo import undo_action

__all__ = [
    "Grounds",
    "act_on",
    "add_report",
    "announce",
    "decide_case",
    "default_note",
    "hide_thing",
    "hold_thing",
    "keep_keyword",
    "note_change",
    "release_hold",
    "remove_keyword",
    "remove_thing",
    "report_thing",
    "suspend_user",
    "undo_action",
    "verb_of",
    "warn_owner",
    "write_audit",
]
