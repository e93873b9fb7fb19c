"""The people and things of the access matrix: one person in each state, one caller for each way to stand to them, and what they made."""

from engagement.trending.making import make_all
from tests.world.base import World
from tests.world.cases import make_cases
from tests.world.lists import make_lists
from tests.world.messages import make_messages
from tests.world.people import make_clients, make_people, make_places, make_states
from tests.world.posts import make_posts
from tests.world.rooms import make_rooms
from tests.world.things import make_comments, make_deeds

__all__ = ["World", "make_world"]


def make_world() -> World:
    world = World()
    make_people(world)
    make_clients(world)
    make_posts(world)
    make_comments(world)
    make_deeds(world)
    make_lists(world)
    make_places(world)
    make_cases(world)
    make_rooms(world)
    make_messages(world)
    make_states(world)
    # Made now, what trends is the same for every call.
    make_all()
    return world
