"""Suggestions on a part of the real graph, beside networkx: `python -m bench.inside.suggestions` does the same on the whole."""

from datetime import UTC, datetime
from random import Random

import pytest

from accounts.models import User
from bench.recall import first_people, oracle, recall, split
from network.suggestions.candidates import find_suggestions
from network.suggestions.graphs import GRAPHS
from operations.seeding.graphs import CARRIED, read_graph
from operations.seeding.loading import Loader
from operations.seeding.society import found_society

PEOPLE, ASKED = 250, 30


@pytest.mark.django_db
@pytest.mark.parametrize("name", GRAPHS)
def test_m56_n56_hidden_friends_are_guessed_as_well_as_by_networkx(name: str) -> None:
    parts = split(first_people(read_graph(CARRIED), PEOPLE), Random(1))
    society = found_society(parts.kept, datetime(2026, 6, 1, tzinfo=UTC), Random(1))
    society.admirers, society.follow_requests, society.asking = [], [], []
    loader = Loader(society, Random(1), "!demo", lambda n: None)
    loader.load()
    # The oracle knows neither privacy nor profiles.
    User.objects.update(
        private_account=False, hide_followers=False, hide_following=False, industry="", location=""
    )
    numbers = {pk: number for number, pk in enumerate(loader.ids)}

    def suggest(person: int) -> list[int]:
        viewer = User.objects.get(pk=loader.ids[person])
        items, _ = find_suggestions(GRAPHS[name], viewer, {})
        return [numbers[item.pk] for item in items]

    people = Random(2).sample(sorted(parts.hidden), ASKED)
    ours, total = recall(parts, people, suggest)
    theirs, _ = recall(parts, people, oracle(parts.kept))
    assert total > ASKED
    assert ours >= theirs > total / 10, (ours, theirs, total)
