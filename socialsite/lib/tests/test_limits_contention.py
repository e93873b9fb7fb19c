import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from socialsite.lib.tests.services import POSTGRES, REDIS_URL, need_postgres, need_redis

pytestmark = [pytest.mark.live, pytest.mark.once]

ROOT = Path(__file__).parents[3]
ENTRY = (
    "import sys, django; django.setup();"
    "from socialsite.lib.tests.contender import main; main(sys.argv[1])"
)


def start(command: str, database: dict[str, Any], redis_url: str) -> "subprocess.Popen[str]":
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "socialsite.lib.tests.contender_settings",
        "CONTENDED_DATABASE": json.dumps(database),
        "CONTENDED_REDIS": redis_url,
    }
    return subprocess.Popen(
        [sys.executable, "-c", ENTRY, command],
        cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def allowed_calls(database: dict[str, Any], redis_url: str = "") -> int:
    assert start("create", database, redis_url).wait() == 0
    contenders = [start("contend", database, redis_url) for _ in range(4)]
    for contender in contenders:
        assert contender.stdout
        assert contender.stdout.readline() == "ready\n"
    for contender in contenders:
        assert contender.stdin
        contender.stdin.write("go\n")
        contender.stdin.flush()
    return sum(int(contender.communicate()[0]) for contender in contenders)


def sqlite(folder: Path) -> dict[str, Any]:
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20}
    options["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    # The name is also what separates this run from others in Redis.
    name = str(folder / f"{uuid4().hex}.sqlite3")
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": options}


def postgres() -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "HOST": POSTGRES.hostname,
        "PORT": POSTGRES.port or 5432,
        "USER": POSTGRES.username or "postgres",
        "PASSWORD": POSTGRES.password or "",
        "OPTIONS": {"options": f"-c search_path=limits_{os.getpid()}"},
    }


def test_t29_exactly_100_pass_on_sqlite(tmp_path: Path) -> None:
    assert allowed_calls(sqlite(tmp_path)) == 100


def test_t29_exactly_100_pass_on_postgresql() -> None:
    need_postgres()
    try:
        assert allowed_calls(postgres()) == 100
    finally:
        assert start("drop", postgres(), "").wait() == 0


def test_t29_exactly_100_pass_on_redis(tmp_path: Path) -> None:
    need_redis()
    assert allowed_calls(sqlite(tmp_path), REDIS_URL) == 100
