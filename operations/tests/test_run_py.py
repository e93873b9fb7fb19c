"""`run.py`: what it installs, makes and says; each missing thing is one line."""

import importlib.util
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import run as runner


class Recorder:
    """Stands for the programs that `run.py` starts; those that are named fail."""

    def __init__(self, *failing: str, stderr: str = "") -> None:
        self.failing = failing
        self.stderr = stderr
        self.commands: list[str] = []

    def __call__(self, command: list[str]) -> Any:
        line = " ".join(command)
        self.commands.append(line)
        failed = any(word in line for word in self.failing)
        return subprocess.CompletedProcess(command, int(failed), "", self.stderr)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the paths in an empty folder, with three locks and no uv."""
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    for name, path in {
        "HERE": tmp_path, "VENV": venv, "PYTHON": venv / "bin" / "python", "STAMP": venv / "locks.json",
        "LOG": venv / "install.log",
    }.items():  # fmt: skip
        monkeypatch.setattr(runner, name, path)
    for lock in ("requirements.txt", "requirements-scale.txt", "requirements-dev.txt"):
        (tmp_path / lock).write_text(lock)
    for variable in ("DATA_DIR", "SECRET_KEY", "DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(variable, "")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    return tmp_path


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr(runner, "run", recorder)
    return recorder


def stopped(call: Any, *arguments: Any, **options: Any) -> str:
    """Return the one line a call stops with."""
    with pytest.raises(SystemExit) as stop:
        call(*arguments, **options)
    line = str(stop.value.code)
    assert "\n" not in line
    return line


def installs(recorder: Recorder) -> list[str]:
    return [line for line in recorder.commands if " install " in line]


def test_old_python_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    assert stopped(runner.main, []) == "Python 3.11 or newer is needed, this is 3.10."


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_missing_module_is_said(house: Path, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == module else find(name)
    )
    assert f"Python's {module} module is missing" in stopped(runner.make_venv)


def test_unknown_command_is_said() -> None:
    assert "knows no 'bogus'" in stopped(runner.main, ["bogus"])


def test_venv_that_cannot_be_made_is_said(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "run", Recorder("venv", stderr="first\nno space left"))
    assert stopped(runner.make_venv) == ".venv cannot be made: no space left"


def test_failing_pip_is_said_with_its_error(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "WARNING: slow\nERROR: No matching distribution found for x==1\nnotice"
    monkeypatch.setattr(runner, "run", Recorder(" install ", stderr=said))
    line = stopped(runner.install, runner.needed_locks(for_tests=False))
    assert line.startswith("pip failed: ERROR: No matching distribution found for x==1")
    assert not runner.read_stamp()


def test_locks_follow_the_form(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def names(*, for_tests: bool = False) -> list[str]:
        return [lock.name for lock in runner.needed_locks(for_tests=for_tests)]

    assert names() == ["requirements.txt"]
    assert names(for_tests=True) == [f"requirements{part}.txt" for part in ("", "-scale", "-dev")]
    monkeypatch.setenv("DATABASE_URL", "postgres://x/y")
    assert names() == ["requirements.txt", "requirements-scale.txt"]


def test_only_changed_locks_are_installed(house: Path, programs: Recorder) -> None:
    runner.install(runner.needed_locks(for_tests=False))
    runner.install(runner.needed_locks(for_tests=False))
    assert len(installs(programs)) == 1
    runner.install(runner.needed_locks(for_tests=True))
    assert installs(programs)[1].endswith(f"-r {house / 'requirements-dev.txt'}")
    (house / "requirements.txt").write_text("changed")
    runner.install(runner.needed_locks(for_tests=False))
    assert len(installs(programs)) == 3


def test_installation_checks_hashes_and_builds_nothing(house: Path, programs: Recorder) -> None:
    runner.install(runner.needed_locks(for_tests=False))
    assert "--require-hashes --only-binary :all:" in installs(programs)[0]


def test_uv_is_used_when_there(
    house: Path, programs: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/uv")
    runner.install(runner.needed_locks(for_tests=False))
    assert programs.commands[0].startswith("/bin/uv pip install")
    assert len(programs.commands) == 1


def test_failing_uv_leaves_it_to_pip(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder("/bin/uv")
    monkeypatch.setattr(runner, "run", recorder)
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/uv")
    runner.install(runner.needed_locks(for_tests=False))
    assert "-m pip install" in recorder.commands[-1]


def test_damaged_stamp_installs_again(house: Path, programs: Recorder) -> None:
    for text in ("{", "[]", json.dumps({"requirements.txt": "old"})):
        runner.STAMP.write_text(text)
        runner.install(runner.needed_locks(for_tests=False))
    assert len(installs(programs)) == 3


def test_data_folder_gets_a_key_that_only_its_owner_reads(house: Path) -> None:
    runner.make_data_dir()
    file = house / "var" / "secret_key"
    key = file.read_text()
    assert len(key) >= 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    runner.make_data_dir()
    assert file.read_text() == key


def test_given_key_is_not_written(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "given")
    runner.make_data_dir()
    assert not (house / "var" / "secret_key").exists()


def test_data_folder_that_cannot_be_made_is_said(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", "/proc/nowhere")
    assert stopped(runner.make_data_dir).startswith("DATA_DIR: /proc/nowhere cannot be used")


@pytest.mark.parametrize(
    ("arguments", "tail"),
    [
        ([], ["manage.py", "serve", "--migrate"]),
        (["manage", "check"], ["manage.py", "check"]),
        (["test", "-k", "x"], ["-m", "pytest", "-n", str(os.cpu_count()), "-k", "x"]),
    ],
)
def test_each_command_becomes_its_program(
    house: Path,
    programs: Recorder,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    tail: list[str],
) -> None:
    monkeypatch.chdir(house)
    became: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda program, command: became.append(command))
    for variable in ("PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE"):
        monkeypatch.setenv(variable, "")
    runner.main(arguments)
    assert [word.removeprefix(f"{house}/") for word in became[0][1:]] == tail
