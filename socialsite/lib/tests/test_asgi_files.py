"""T41, DECISIONS 7: a view names a file, the front sends it."""

import os
import socket
import time
from collections.abc import Iterable, Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialsite.lib.asgi.files import internal_path, open_below
from socialsite.lib.tests.front import Start, ask, compose, plain, serving

pytestmark = pytest.mark.once

CONTENT = os.urandom(300_000)
LARGE = 20_000_000


def app(variables: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Name the file that the query asks for; `/quick` names none."""
    if variables["PATH_INFO"] == "/quick":
        return plain(start, b"quick")
    status = "404 Not Found" if variables["PATH_INFO"] == "/other" else "200 OK"
    header = variables["QUERY_STRING"] or internal_path("ab/päper 1.bin")
    extra = [("ETag", variables["HTTP_X_TAG"])] if "HTTP_X_TAG" in variables else []
    start(status, [("X-Accel-Redirect", header), ("Content-Type", "image/png"), *extra])
    return [b"not sent"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("root") / "media"
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "päper 1.bin").write_bytes(CONTENT)
    (folder / "empty").write_bytes(b"")
    with (folder / "large").open("wb") as file:
        file.truncate(LARGE)
    (folder.parent / "secret").write_bytes(b"secret")
    (folder / "link").symlink_to(folder.parent / "secret")
    (folder / "folder link").symlink_to(folder.parent)
    os.mkfifo(folder / "pipe")
    return folder


@pytest.fixture(scope="module")
def port(root: Path) -> Iterator[int]:
    with serving(compose(app, root, threads=1)) as number:
        yield number


def test_t41_whole_file_with_the_headers_of_the_view(port: int) -> None:
    answer, body = ask(port, "GET", "/")
    assert (answer.status, body == CONTENT) == (200, True)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["X-Accel-Redirect"] is None


def test_t44_file_of_a_stranger_is_sent_with_the_safe_headers(port: int) -> None:
    headers = ask(port, "GET", "/")[0].headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=st.integers(0, 400_000), length=st.integers(1, 300_000))
def test_t41_part_over_http_is_the_slice(port: int, first: int, length: int) -> None:
    wanted = CONTENT[first : first + length]
    answer, body = ask(port, "GET", "/", headers={"Range": f"bytes={first}-{first + length - 1}"})
    assert (answer.status, body == wanted) == (206 if wanted else 416, True)
    where = f"{first}-{first + len(wanted) - 1}" if wanted else "*"
    assert answer.headers["Content-Range"] == f"bytes {where}/{len(CONTENT)}"


def test_t41_many_ranges_are_answered_with_the_whole_once(port: int) -> None:
    many = "bytes=" + ",".join("0-99999" for _ in range(1000))
    answer, body = ask(port, "GET", "/", headers={"Range": many})
    assert (answer.status, len(body)) == (200, len(CONTENT))


def test_t41_head_answers_length_and_ignores_range(port: int) -> None:
    answer, body = ask(port, "HEAD", "/", headers={"Range": "bytes=0-1"})
    assert (answer.status, body) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(CONTENT))


def test_t41_if_range_that_holds_gives_the_part(port: int) -> None:
    headers = ask(port, "HEAD", "/")[0].headers
    for condition in (headers["ETag"], headers["Last-Modified"]):
        asked = {"Range": "bytes=5-9", "If-Range": condition}
        assert ask(port, "GET", "/", headers=asked)[1] == CONTENT[5:10]


@pytest.mark.parametrize("condition", ['"other"', formatdate(0, usegmt=True), "W/x", ""])
def test_t41_if_range_that_does_not_hold_gives_the_whole(port: int, condition: str) -> None:
    asked = {"Range": "bytes=5-9", "If-Range": condition}
    assert len(ask(port, "GET", "/", headers=asked)[1]) == len(CONTENT)


def test_t41_weak_tag_never_holds_for_a_part(port: int) -> None:
    asked = {"Range": "bytes=5-9", "If-Range": 'W/"1"', "X-Tag": 'W/"1"'}
    assert ask(port, "GET", "/", headers=asked)[0].status == 200


@pytest.mark.parametrize("asked", ['"1"', 'W/"1"', '"0", "1"', "*"])
def test_known_version_is_304_without_a_body(port: int, asked: str) -> None:
    answer, body = ask(port, "GET", "/", headers={"X-Tag": '"1"', "If-None-Match": asked})
    assert (answer.status, body, answer.headers["ETag"]) == (304, b"", '"1"')


def test_other_version_is_sent(port: int) -> None:
    assert ask(port, "GET", "/", headers={"If-None-Match": '"other"'})[0].status == 200


def test_empty_file_has_no_parts(port: int) -> None:
    answer, body = ask(port, "GET", "/?/files/empty", headers={"Range": "bytes=0-"})
    assert (answer.status, body, answer.headers["Content-Length"]) == (200, b"", "0")


def test_status_of_the_view_stays(port: int) -> None:
    answer, body = ask(port, "GET", "/other", headers={"Range": "bytes=0-1"})
    assert (answer.status, len(body)) == (404, len(CONTENT))


@pytest.mark.parametrize(
    "target",
    [
        "/files/../secret", "/files/%2e%2e/secret", "/files/ab/../../secret", "/files//etc/passwd",
        "/files/link", "/files/folder%20link/secret", "/files/ab", "/files/pipe", "/files/", "/files/none",
        "/files/a%00b", "/secret", "secret", "/files/" + "x" * 5000,
    ],
)  # fmt: skip
def test_what_is_not_a_file_below_the_root_is_404(port: int, target: str) -> None:
    answer, body = ask(port, "GET", f"/?{target}")
    assert answer.status == 404
    assert b"not_found" in body
    assert b"secret" not in body


def test_link_inside_the_root_is_followed(root: Path) -> None:
    (root / "inside").symlink_to(root / "ab" / "päper 1.bin")
    found = open_below(root, "/files/inside")
    assert found
    assert found.size == len(CONTENT)
    found.file.close()


def ask_for_large(port: int, window: int = 4096) -> socket.socket:
    """Ask for the large file and do not read."""
    client = socket.create_connection(("127.0.0.1", port), timeout=10)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    client.sendall(b"GET /?/files/large HTTP/1.1\r\nHost: x\r\n\r\n")
    return client


def test_eight_slow_readers_do_not_hold_up_the_one_thread(port: int) -> None:
    readers = [ask_for_large(port) for _ in range(8)]
    time.sleep(0.2)
    started = time.monotonic()
    bodies = {ask(port, "GET", "/quick")[1] for _ in range(20)}
    taken = time.monotonic() - started
    assert len(ask(port, "GET", "/")[1]) == len(CONTENT)
    for reader in readers:
        reader.close()
    assert bodies == {b"quick"}
    assert taken < 2


def open_files() -> int:
    return sum(
        os.path.realpath(f"/proc/self/fd/{number}").endswith("/large")
        for number in os.listdir("/proc/self/fd")
    )


def test_reader_that_leaves_frees_the_file(port: int) -> None:
    readers = [ask_for_large(port) for _ in range(5)]
    wait_for(lambda: open_files() == 5)
    for reader in readers:
        reader.close()
    wait_for(lambda: open_files() == 0)
    assert open_files() == 0


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 5
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)


def test_slow_reader_gets_all_of_it(port: int) -> None:
    with ask_for_large(port, window=65536) as client:
        left = LARGE
        while left > 0 and (part := client.recv(1_000_000)):
            left -= len(part)
            time.sleep(0.001)
    assert left <= 0
