"""The owner's lists and filters, which are nobody else's business, and a post for those in one."""

from typing import Any

from accounts.actions.audiences import add_to_audience, create_list, remove_from_audience
from accounts.actions.filters import Wanted, create_filter
from posts.actions.publish import publish_post
from posts.models import Post
from tests.world.base import World, owners
from tests.world.posts import put_post, secrets


def make_lists(world: World) -> None:
    """Make a list with `named` in it and a post for it, a filter, and the list of the people whom a text names."""
    owner, plant, me = world.subjects["public"], world.canaries.plant, owners("public")
    words: dict[str, Any] = {
        name: [plant(f"{name} of a list", me)] for name in ("tags", "keywords")
    }
    made = create_list(actor=owner, name=plant("name of a list", me), **words)
    world.canaries.guard(made.pk, "a list", me)
    for caller in ("named", "friend"):
        add_to_audience(actor=owner, audience=made, member=world.callers[caller])
    # Who is taken out reads nothing of it.
    remove_from_audience(actor=owner, audience=made, member=world.callers["friend"])
    readers = f"named {me}"
    post = publish_post(
        actor=owner, visibility="list", list_id=made.pk, **secrets(world, "post:list", readers)
    )
    put_post(world, "list", post, readers)
    place = {"list": made.pk}
    world.put("list:own", **place, user=world.callers["stranger"].pk)
    world.put("list:blocked", **place, user=world.callers["blocked"].pk)
    world.put("list:suspended", **place, user=world.subjects["suspended"].pk)
    named = Post.objects.get(pk=world.places["post:mentioned"]["post"])
    world.put("list:named", list=named.audience_id)
    term = Wanted("keyword", plant("term of a filter", me))
    kept = create_filter(actor=owner, title=plant("title of a filter", me), terms=[term])
    world.canaries.guard(kept.pk, "a filter", me)
    world.put("filter:own", filter=kept.pk)
