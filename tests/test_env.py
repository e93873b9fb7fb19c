"""Variables that are read with a shape of their own."""

from pathlib import Path
from typing import Any

import pytest

from socialsite import env

NONE: list[Any] = []


def test_networks_and_files_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NETWORKS", "10.20.0.0/16, fd00::/8")
    assert [str(found) for found in env.read("NETWORKS", NONE, env.networks)] == [
        "10.20.0.0/16",
        "fd00::/8",
    ]
    monkeypatch.setenv("FILE", str(tmp_path / "ca.pem"))
    (tmp_path / "ca.pem").write_text("x")
    assert env.read("FILE", "", env.file) == str(tmp_path / "ca.pem")


@pytest.mark.parametrize("text", ["10.20.0.1/16", "10.20.0.0/33", "example.org", "10.0.0.0/8;x"])
def test_what_is_no_network_stops_the_start(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETWORKS", text)
    with pytest.raises(SystemExit, match="NETWORKS"):
        env.read("NETWORKS", NONE, env.networks)


def test_a_file_that_is_not_there_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILE", "/nowhere/ca.pem")
    with pytest.raises(SystemExit, match="no such file"):
        env.read("FILE", "", env.file)
