"""The same over TLS, with a certificate made for the test."""

from __future__ import annotations

import ssl
import subprocess
import time
from pathlib import Path

import pytest

import rollbook
from rollbook import Client
from tests.misbehaving import INFO, Behaviour, MisbehavingServer, drip, hang_up, stall


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(path.with_suffix(".key")), "-out", str(path),
        ],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return path


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


class SecureServer(MisbehavingServer):
    def __init__(self, certificate: Path, *behaviours: Behaviour) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        super().__init__(*behaviours, wrap=lambda sock: context.wrap_socket(sock, server_side=True))
        self.url = self.url.replace("http:", "https:")


def test_questions_and_changes_go_over_tls(certificate: Path) -> None:
    server = SecureServer(certificate, INFO, INFO, hang_up, INFO)
    with Client(server.url, ssl_context=trusting(certificate), token="abc") as client:
        for _ in range(3):
            assert client.info() == {"engine": "here"}
    assert server.connections == 2, "a connection is kept, and replaced where it died"
    assert b"Authorization: Bearer abc" in server.requests[0]
    server.close()


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    server = SecureServer(certificate, INFO)
    with Client(server.url, token="abc") as client, pytest.raises(rollbook.ConnectionFailedError, match="certificate"):
        client.info()
    assert server.requests == [], "the token was not sent"
    assert server.connections == 1, "another try would change nothing"
    server.close()


@pytest.mark.parametrize("slow", [stall, drip(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000, 0.05)])
def test_a_slow_server_does_not_hold_its_caller(certificate: Path, slow: Behaviour) -> None:
    server = SecureServer(certificate, slow)
    with Client(server.url, ssl_context=trusting(certificate), timeout=1) as client:
        began = time.monotonic()
        with pytest.raises(rollbook.DeadlineExceededError):
            client.info()
        assert time.monotonic() - began < 10
    server.close()
