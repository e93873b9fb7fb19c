"""The grown form's files agree with the site: they cannot be started here, but they can be read."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
CHECKED = dict(
    line.split("=", 1)
    for line in (ROOT / "deploy" / "check.env").read_text().splitlines()
    if not line.startswith("#")
)
GIVEN = {**CHECKED, "DB_PASSWORD": "standin"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return found


@pytest.fixture(scope="module")
def nginx() -> str:
    return (ROOT / "deploy" / "nginx.conf").read_text()


def environment(compose: dict[str, Any], service: str) -> dict[str, str]:
    """Return a service's environment with what compose fills in."""

    def fill(match: re.Match[str]) -> str:
        name, default = match["name"], match["default"] or ""
        return GIVEN.get(name, default)

    pattern = re.compile(r"\$\{(?P<name>\w+)(?::-(?P<default>[^}]*)|:\?[^}]*)?\}")
    given = compose["services"][service]["environment"]
    return {name: pattern.sub(fill, value) for name, value in given.items()}


def test_form_is_two_webs_a_worker_and_what_they_share(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"migrate", "web", "worker", "db", "redis", "proxy"}
    assert services["web"]["deploy"]["replicas"] == 2
    assert services["web"]["command"] == ["serve", "--no-worker"]
    assert environment(compose, "web")["WEB_CONCURRENCY"] == "2"


def test_every_variable_is_one_the_site_reads(compose: dict[str, Any]) -> None:
    known = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert set(environment(compose, "web")) <= known


def test_ci_checks_the_environment_of_the_form(compose: dict[str, Any]) -> None:
    assert environment(compose, "web") == CHECKED


def test_proxy_has_the_limit_of_the_site(nginx: str) -> None:
    assert settings.MAX_BODY_BYTES == 1024 * 1024
    assert "client_max_body_size 1m;" in nginx


def test_proxy_sends_files_only_when_a_view_names_them(nginx: str) -> None:
    place = nginx[nginx.index("location /files/ {") :].split("}", maxsplit=1)[0]
    assert "internal;" in place
    assert "alias /data/media/;" in place


def test_proxy_replaces_what_a_client_claims_of_its_address(nginx: str) -> None:
    assert "X-Forwarded-For $remote_addr;" in nginx


def test_deployment_check_is_clean_in_that_environment(tmp_path: Path) -> None:
    variables = {**os.environ, **CHECKED, "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(
        command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
