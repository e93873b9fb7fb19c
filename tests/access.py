"""The whole access matrix: one table for each part of the site."""

from dataclasses import replace

from socialsite.lib.testing.matrix import Row, read_table
from tests.access_account import ACCOUNT
from tests.access_cases import CASES
from tests.access_chat import ROOMS
from tests.access_comments import COMMENTS
from tests.access_deeds import DEEDS
from tests.access_edges import EDGES
from tests.access_feed import FEED
from tests.access_lists import LISTS
from tests.access_messages import MESSAGES
from tests.access_network import NETWORK
from tests.access_notices import NOTICES
from tests.access_people import PEOPLE
from tests.access_posts import POSTS
from tests.access_ranking import RANKING
from tests.access_reactions import REACTIONS
from tests.access_search import SEARCH
from tests.access_site import SITE
from tests.access_sockets import SOCKETS
from tests.access_streams import STREAMS
from tests.access_suggestions import SUGGESTIONS
from tests.access_told import TOLD
from tests.access_trends import TRENDS

NAMED = {"public", "private", "hidden", "suspended", "deleted", "missing"}
TABLES: dict[str, list[Row]] = {
    "people": read_table(PEOPLE),
    "edges": read_table(EDGES),
    "account": read_table(ACCOUNT),
    "network": read_table(NETWORK),
    "suggestions": read_table(SUGGESTIONS),
    "told": read_table(TOLD),
    "notices": read_table(NOTICES),
    "posts": read_table(POSTS),
    "deeds": read_table(DEEDS),
    "reactions": read_table(REACTIONS),
    "comments": read_table(COMMENTS),
    "cases": read_table(CASES),
    "lists": read_table(LISTS),
    "ranking": read_table(RANKING),
    "feed": read_table(FEED),
    "search": read_table(SEARCH),
    "rooms": read_table(ROOMS),
    "messages": read_table(MESSAGES),
    "site": read_table(SITE),
    "trends": read_table(TRENDS),
    "sockets": read_table(SOCKETS),
    "streams": read_table(STREAMS),
}
ROWS = [row for table in TABLES.values() for row in table]


SIGN_IN_ONLY = {"POST /api/auth/logout", "POST /api/auth/confirm", "POST /api/auth/password/change"}
"""What no personal token may do, whatever its scopes"""


MAIN = {"post:public", "comment:shown", "friend:commented"}
"""The states of things in which every credential is tried"""


def cells_of(row: Row) -> dict[str, int]:
    """Return what each caller must get; the owner calls by a browser's cookie and by a token that may write, too."""
    if ":" in row.state and row.state not in MAIN:
        return row.expected
    owner = row.expected["owner"]
    is_for_sign_ins = row.operation in SIGN_IN_ONLY or row.state == "confirmed"
    return row.expected | {"browser": owner, "writer": 403 if is_for_sign_ins else owner}


def by_name(rows: list[Row]) -> list[Row]:
    """Return the rows about a person whom a path can name, with their names in the place of their ids."""
    return [
        replace(row, path=row.path.replace("<user>", "@<username>"))
        for row in rows
        if row.path.startswith("/api/") and "/<user>" in row.path and row.state in NAMED
    ]
