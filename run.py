#!/usr/bin/env python3
"""Set the site up and run it; needs Python 3.11 and nothing else.

    python3 run.py                  serve on PORT (default 8000)
    python3 run.py test [...]       run the whole suite; what follows goes to pytest
    python3 run.py manage [...]     run one of the site's commands (`manage help` lists them)

Each makes .venv, installs the locked libraries when a lock has changed, and makes the data folder (DATA_DIR, default var/)
with a secret key. Whatever is missing is said in one line.
"""

import contextlib
import hashlib
import importlib.util
import json
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "locks.json"
LOG = VENV / "install.log"
OLDEST = (3, 11)


def main(arguments: "list[str]") -> None:
    """Do the set-up and become the command."""
    if sys.version_info < OLDEST:
        sys.exit(
            "Python {}.{} or newer is needed, this is {}.{}.".format(*OLDEST, *sys.version_info)
        )
    command, rest = (arguments or ["serve"])[0], arguments[1:]
    if command not in COMMANDS:
        sys.exit(f"run.py knows no {command!r}: use no argument, `test` or `manage`.")
    make_venv()
    install(needed_locks(for_tests=command == "test"))
    make_data_dir()
    COMMANDS[command](rest)


def make_venv() -> None:
    """Make .venv unless its Python is there."""
    if os.access(PYTHON, os.X_OK):
        return
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            sys.exit(
                f"Python's {module} module is missing: install python3-venv, or a complete Python."
            )
    say("Making .venv")
    make = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if (result := run(make)).returncode:
        sys.exit(f".venv cannot be made: {last_line(result)}")


def needed_locks(*, for_tests: bool) -> "list[Path]":
    """Return the lock files of this form of the site; the suite speaks to PostgreSQL and Redis wherever they are."""
    names = ["requirements.txt"]
    grown = os.environ.get("DATABASE_URL", "").startswith("postgres") or os.environ.get("REDIS_URL")
    if grown or for_tests:
        names.append("requirements-scale.txt")
    if for_tests:
        names.append("requirements-dev.txt")
    return [HERE / name for name in names]


def install(locks: "list[Path]") -> None:
    """Install the locks whose digest is not the one installed last."""
    installed = read_stamp()
    digests = {lock.name: hashlib.sha256(lock.read_bytes()).hexdigest() for lock in locks}
    changed = [lock for lock in locks if installed.get(lock.name) != digests[lock.name]]
    if not changed:
        return
    say("Installing the libraries of " + ", ".join(lock.name for lock in changed))
    options = ["--require-hashes", "--only-binary", ":all:"]
    for lock in changed:
        options += ["-r", str(lock)]
    if not install_by_uv(options):
        install_by_pip(options)
    STAMP.write_text(json.dumps({**installed, **digests}))


def read_stamp() -> "dict[str, str]":
    """Return the digests of the installed locks."""
    try:
        found = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def install_by_uv(options: "list[str]") -> bool:
    """Install with uv when it is there; it is faster, but nobody needs it."""
    uv = shutil.which("uv")
    return (
        bool(uv)
        and run([str(uv), "pip", "install", "--python", str(PYTHON), *options]).returncode == 0
    )


def install_by_pip(options: "list[str]") -> None:
    """Install with the pip of .venv, or stop with the reason."""
    if run([str(PYTHON), "-m", "pip", "--version"]).returncode:
        run([str(PYTHON), "-m", "ensurepip"])
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    # Not compiled: Python does that for the few modules it imports, when it first does.
    result = run([*pip, "--no-compile", *options])
    if result.returncode:
        LOG.write_text(result.stdout + result.stderr)
        sys.exit(f"pip failed: {last_line(result)} ({LOG} has all of it)")


def make_data_dir() -> None:
    """Make the data folder, and a secret key unless SECRET_KEY is set."""
    folder = Path(os.environ.get("DATA_DIR") or HERE / "var").resolve()
    # Absolute, because the tests run from this folder whatever the current one is.
    os.environ["DATA_DIR"] = str(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.environ.get("SECRET_KEY"):
            make_secret_key(folder / "secret_key")
    except OSError as error:
        sys.exit(f"DATA_DIR: {folder} cannot be used ({error.strerror}).")


def make_secret_key(file: Path) -> None:
    """Write a key that only this user can read, unless there is one."""
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as target:
            target.write(secrets.token_urlsafe(48))


def serve(arguments: "list[str]") -> None:
    """Become the server, which migrates first when that is due."""
    manage(["serve", "--migrate", *arguments])


def test(arguments: "list[str]") -> None:
    """Become the test run, on all processors."""
    os.chdir(HERE)
    become(["-m", "pytest", "-n", str(os.cpu_count() or 1), *arguments])


def manage(arguments: "list[str]") -> None:
    """Become one of the site's commands."""
    become([str(HERE / "manage.py"), *arguments])


def become(arguments: "list[str]") -> None:
    """Replace this process, so that a signal reaches the command itself."""
    sys.stdout.flush()
    if sys.dont_write_bytecode:
        # Whoever wants no compiled files in his folders shall have none, but each start would compile for seconds.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(VENV / "pycache")
    os.execv(PYTHON, [str(PYTHON), *arguments])  # noqa: S606 - no shell is wanted


def run(command: "list[str]") -> "subprocess.CompletedProcess[str]":
    """Run a command quietly."""
    return subprocess.run(command, capture_output=True, text=True, check=False)


def last_line(result: "subprocess.CompletedProcess[str]") -> str:
    """Return the last thing a command has said, its errors first."""
    lines = (result.stderr.strip() or result.stdout.strip() or "no reason given").splitlines()
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines)[-1].strip()


def say(line: str) -> None:
    """Tell the newcomer why it takes a moment."""
    print(line, flush=True)


COMMANDS = {"serve": serve, "test": test, "manage": manage}

if __name__ == "__main__":
    main(sys.argv[1:])
