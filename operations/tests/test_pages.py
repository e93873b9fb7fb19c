import importlib
import json
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.validation import validate_schema

from operations import urls, views
from socialsite.lib.testing.client import ApiClient, code_of


def test_y92_contract_of_the_whole_site_makes_no_warning(tmp_path: Any) -> None:
    file = tmp_path / "schema.json"
    call_command("spectacular", file=str(file), format="openapi-json", fail_on_warn=True)
    document = json.loads(file.read_text())
    validate_schema(document)
    assert len(document["paths"]) > 40


@pytest.mark.parametrize("path", ["/api/schema", "/api/schema/"])
def test_y92_contract_is_published_as_json(path: str) -> None:
    answer = Client().get(path)
    assert answer.headers["Content-Type"] == "application/json"
    assert "/api/users/{user}/followers" in answer.json()["paths"]
    assert "/health" in answer.json()["paths"]


def test_y92_contract_is_published_as_yaml_too() -> None:
    answer = Client().get("/api/schema", headers={"Accept": "application/vnd.oai.openapi"})
    assert answer.content.startswith(b"openapi: 3.0.3")


def test_y92_contract_is_made_once() -> None:
    assert views.contract() is views.contract()


def test_y92_documentation_asks_no_other_server() -> None:
    for path in ("/api/docs", "/api/docs?script="):
        page = Client().get(path)
        assert page.status_code == 200
        assert not re.search(rb"""(src|href)=["']?(https?:)?//""", page.content)
        policy = page.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self';")


def test_y92_setting_removes_the_documentation(settings: Any) -> None:
    settings.API_DOCS = False
    assert urls.contract_paths() == []
    page = Client().get("/").content.decode()
    assert "/api/docs" not in page
    assert "/health" in page


def test_front_page_says_what_this_is_and_links_on() -> None:
    page = Client().get("/")
    assert page.status_code == 200
    for link in ("/api/docs", "/admin/", "/health"):
        assert f'href="{link}"' in page.content.decode()


def test_front_page_has_a_strict_policy_with_a_nonce_of_its_own() -> None:
    first, second = (Client().get("/") for _ in range(2))
    policy = first.headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([\w-]+)'", policy)
    assert nonce
    assert f'nonce="{nonce[1]}"' in first.content.decode()
    assert "unsafe" not in policy
    assert policy != second.headers["Content-Security-Policy"]


def test_front_page_takes_reads_only() -> None:
    assert Client().head("/").status_code == 200
    assert Client().post("/").status_code == 405


@pytest.mark.parametrize("path", ["/nothing", "/api/nothing", "/api/users/12", "/healthy"])
def test_unknown_path_is_404_in_the_error_shape(api: ApiClient, path: str) -> None:
    answer = api.read(path)
    assert (answer.status_code, code_of(answer)) == (404, "not_found")
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]


def test_handlers_of_the_site_speak_the_error_shape() -> None:
    site = importlib.import_module("socialsite.urls")
    for name in ("handler400", "handler403", "handler404", "handler500"):
        assert getattr(site, name).startswith("socialsite.lib.api.fallbacks.")
