from importlib.metadata import version
from itertools import pairwise

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from socialsite.lib import effects
from socialsite.lib.ids import Kind

FLOORS = {name.rpartition(".")[2]: floor for floor, name in enumerate(settings.OUR_APPS)}
OLDEST = {"Django": (5, 2, 14), "daphne": (4, 2, 3), "channels": (4, 3, 0), "pillow": (12, 3, 0)}


def upward_keys(known: list[type[models.Model]]) -> list[str]:
    return [
        f"{model._meta.label}.{field.name}"
        for model in known
        if model._meta.app_label in FLOORS
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and FLOORS.get(field.related_model._meta.app_label, -1) > FLOORS[model._meta.app_label]
    ]


def test_no_foreign_key_points_up() -> None:
    known = apps.get_models()
    assert len([model for model in known if model._meta.app_label in FLOORS]) > 15
    assert upward_keys(known) == []


def test_a_foreign_key_that_points_up_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FLOORS, "accounts", 99)
    assert upward_keys(apps.get_models())


def test_effects_are_heard_in_the_order_of_the_floors() -> None:
    for effect in effects.listeners():
        heard = effects.handlers_of(effect)
        floors = [settings.OUR_APPS.index(handler.__module__.split(".")[0]) for handler in heard]
        assert all(low <= high for low, high in pairwise(floors)), effect


def test_every_number_of_a_kind_fits_its_bits_and_stands_once() -> None:
    numbers = [kind.value for kind in Kind]
    assert len(set(numbers)) == len(numbers)
    assert 0 < min(numbers) <= max(numbers) < 64


@pytest.mark.parametrize("name", OLDEST)
def test_m4_no_library_is_older_than_its_last_known_hole(name: str) -> None:
    found = tuple(int(part) for part in version(name).split(".")[:3])
    assert found >= OLDEST[name]
