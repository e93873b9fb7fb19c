import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from operations.tests.live import FOREIGN, ROOT

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not settings.SQLITE, reason="the run on SQLite has done it"),
]
SECONDS = float(os.environ.get("WRITERS_SECONDS", "6"))
"""A release takes 60 (T51)."""


def figures_of(folder: Path, arguments: str) -> dict[str, Any]:
    """Let the writers loose on a database of their own."""
    entry = f"import django; django.setup(); from chaos.writers import main; main({arguments})"
    known = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    done = subprocess.run(
        [sys.executable, "-c", entry],
        cwd=ROOT, env=known | {"DATA_DIR": str(folder)}, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(found)  # noqa: T201 - the counts belong to the run
    return found


def test_t51_8_processes_write_to_one_sqlite_file_and_none_sees_it_locked(tmp_path: Path) -> None:
    found = figures_of(tmp_path, f"{SECONDS}")
    assert found.get("locked", 0) == 0, found
    assert (found["drift"], found["lost_edits"]) == ([], 0)
    assert min(found[name] for name in ("follow", "unfollow", "toggle", "edit")) > 5, found
    assert found["snapshots"] > 5
    assert sum(value for name, value in found.items() if "Error" in name) == 0, found


def test_t51_without_immediate_transactions_the_same_writers_see_it_locked(tmp_path: Path) -> None:
    found = figures_of(tmp_path, "3, immediate=False")
    assert found["locked"] > 0, found
    assert (found["drift"], found["lost_edits"]) == ([], 0)
