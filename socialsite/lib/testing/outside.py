"""A server elsewhere: real TLS on the loopback address, with a certificate of a CA made for the run, that answers whatever a test says."""

import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = "127.0.0.1"
Answer = Callable[[Any], None]
"""(the socket, its request read) -> writes what it likes"""


class Outside:
    """Serves paths, each by a function; `asked` holds the requests as they came, `visits` how many connections there were."""

    def __init__(self, folder: Path, address: str = LOOPBACK, port: int = 0) -> None:
        self.ca_file, chain = write_certificates(folder)
        self.paths: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.visits = 0
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(chain)
        self._listener = socket.create_server((address, port))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def url(self, path: str, host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{path}"

    def put(self, path: str, body: bytes, content_type: str = "image/png") -> str:
        """Serve a file; returns its address."""
        self.paths[path] = plain(body, content_type)
        return self.url(path)

    def close(self) -> None:
        # A close alone does not wake the thread that waits in accept.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            self.visits += 1
            threading.Thread(target=self._talk, args=(raw,), daemon=True).start()

    def _talk(self, raw: socket.socket) -> None:
        try:
            with self._context.wrap_socket(raw, server_side=True) as secured:
                request = secured.recv(65536).decode("latin-1")
                self.asked.append(request)
                self.paths.get(request.split(" ")[1], status(404))(secured)
        except OSError:
            raw.close()


def plain(body: bytes, content_type: str, code: str = "200 OK", extra: str = "") -> Answer:
    head = f"HTTP/1.1 {code}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
    return lambda stream: stream.sendall(head.encode() + body)


def status(number: int) -> Answer:
    return plain(b"", "text/plain", f"{number} Said")


def redirect(to: str) -> Answer:
    return plain(b"", "text/plain", "302 Found", f"Location: {to}\r\n")


def write_certificates(folder: Path) -> tuple[Path, Path]:
    """Write the CA, and the server's key with its certificate; returns the two files."""
    authority, chain = _certificates()
    folder.mkdir(parents=True, exist_ok=True)
    files = folder / "ca.pem", folder / "server.pem"
    for file, text in zip(files, (authority, chain), strict=True):
        file.write_bytes(text)
    return files


@cache
def _certificates() -> tuple[bytes, bytes]:
    root, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _sign(root, "tests", root, "tests", x509.BasicConstraints(ca=True, path_length=0))
    names = [
        x509.DNSName("localhost"),
        x509.DNSName("media.test"),
        x509.DNSName("xn--mdia-bpa.test"),
    ]
    loopback = x509.IPAddress(ip_address(LOOPBACK))
    alternatives = x509.SubjectAlternativeName([*names, loopback])
    leaf = _sign(key, "media.test", root, "tests", alternatives)
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return authority, secret + leaf


def _sign(
    key: ec.EllipticCurvePrivateKey,
    name: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    issuer: str,
    extension: x509.ExtensionType,
) -> bytes:
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        .sign(issuer_key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)
