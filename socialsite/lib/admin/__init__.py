"""The moderators' console: what every app's admin pages are made of.

Pages show evidence and change nothing by themselves; what a moderator does is an `Act`, which calls an action of an app.
"""

from socialsite.lib.admin.acts import Act, ActForm, add_act
from socialsite.lib.admin.cells import ago, at, link, link_to_id, person
from socialsite.lib.admin.dashboard import Chart, Figure, add_chart, add_figure
from socialsite.lib.admin.evidence import EvidenceAdmin
from socialsite.lib.admin.panels import Panel, Table, add_panel
from socialsite.lib.admin.roles import ADMINS, MODERATORS, STAFF

__all__ = [
    "ADMINS",
    "MODERATORS",
    "STAFF",
    "Act",
    "ActForm",
    "Chart",
    "EvidenceAdmin",
    "Figure",
    "Panel",
    "Table",
    "add_act",
    "add_chart",
    "add_figure",
    "add_panel",
    "ago",
    "at",
    "link",
    "link_to_id",
    "person",
]
