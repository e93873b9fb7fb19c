"""Real things for the paths of suites that send everything to every operation."""

from accounts.actions.audiences import create_list
from accounts.actions.filters import Wanted, create_filter
from accounts.testing import Cast
from chat.actions.messages import send_message
from chat.actions.rooms import create_room
from engagement.actions.bookmarks import create_folder
from engagement.actions.comments import create_comment
from moderation.actions import report_thing, warn_owner
from posts.actions.publish import publish_post

Places = dict[str, str]


def make_places(cast: Cast) -> Places:
    """Return things of charlie's that a path can name, by the variable: a post with a comment, a quote, a case, a folder."""
    post = publish_post(actor=cast.charlie, content="Hello.")
    other = publish_post(actor=cast.bob, content="He says hello.", quote_of=post.pk)
    comment = create_comment(actor=cast.charlie, target_id=post.pk, content="Hello again.")
    report = report_thing(actor=cast.bob, target_id=post.pk, reason="spam")
    action = warn_owner(actor=cast.moderator, thing=other, note="Be kind.")
    folder = create_folder(actor=cast.charlie, name="Recipes")
    terms = [Wanted("keyword", "spoiler")]
    kept = {
        "filter": create_filter(actor=cast.charlie, title="Series", terms=terms),
        "list": create_list(actor=cast.charlie, name="Painters"),
        "room": create_room(actor=cast.charlie, name="Kitchen"),
    }
    said = send_message(actor=cast.charlie, room_id=kept["room"].pk, content="Hello there.")
    found = {"post": post, "quote": other, "comment": comment, "folder": folder, "action": action}
    found |= {"report": report, "case": report.case, **kept}
    texts = {"message": str(said.id), "number": "1", "tag": "music"}
    return {name: str(row.pk) for name, row in found.items()} | texts


def places_on(path: str, places: Places) -> Places:
    """Return the places with what `target` stands for on this path."""
    below = "comment" if path.startswith("/api/comments/") else "post"
    return places | {"target": places[below]}
