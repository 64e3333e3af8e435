"""Posting to group robots: https only, to public addresses, quickly, and believing little.

Whoever enters an address must not be able to reach by it what only this server reaches. The name
is looked up once, every address it has must be public, and the connection goes to the address
that was looked at.
"""

import ipaddress
import socket
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from tracker.rules.webhooks import Request, is_accepted

TIMEOUT = 5.0
LONGEST_ANSWER = 4096


class Refused(Exception):
    """An address that nothing is sent to; the words say why and never name the address."""


def post(request: Request) -> tuple[bool, str]:
    """Whether the robot took the message, and its answer in short. Redirects are not followed."""
    try:
        connection, path = _connection(request.url)
    except (Refused, OSError, ValueError) as trouble:
        return False, str(trouble)[:200] if isinstance(trouble, Refused) else _said(trouble)
    try:
        connection.request(
            "POST", path, request.body, {"Content-Type": "application/json; charset=utf-8"}
        )
        response = connection.getresponse()
        body = response.read(LONGEST_ANSWER)
    except (OSError, HTTPException, ValueError) as trouble:
        return False, _said(trouble)
    finally:
        connection.close()
    return is_accepted(response.status, body), f"{response.status} {_words(body)}"[:200]


def _said(trouble: Exception) -> str:
    """What went wrong, without what the message of an exception may name."""
    return type(trouble).__name__


def _words(body: bytes) -> str:
    return " ".join(body.decode(errors="replace").replace("\0", "").split())


def _connection(url: str) -> tuple[HTTPConnection, str]:
    parts = urlsplit(url)
    is_local = settings.WEBHOOKS_MAY_BE_LOCAL
    if parts.scheme != "https" and not (is_local and parts.scheme == "http"):
        raise Refused(_("The address does not begin with https."))
    if not parts.hostname or parts.username is not None:
        raise Refused(_("The address names no host, or a user."))
    host, port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
    address = _looked_up(host, port, is_local=is_local)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    if parts.scheme == "http":
        return _Plain(host, port, address), path
    return _Secure(host, port, address), path


def _looked_up(host: str, port: int, *, is_local: bool) -> str:
    found = {info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    for address in sorted(map(str, found)):
        if not is_local and not ipaddress.ip_address(address.partition("%")[0]).is_global:
            raise Refused(_("The host is one of the own network."))
    return sorted(map(str, found))[0]


class _Plain(HTTPConnection):
    """A connection to the address that was looked up for the host."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self.address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), TIMEOUT)


class _Secure(HTTPSConnection):
    """The same with TLS; the certificate must be that of the host."""

    def __init__(self, host: str, port: int, address: str) -> None:
        self.own = ssl.create_default_context()
        super().__init__(host, port, timeout=TIMEOUT, context=self.own)
        self.address = address

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), TIMEOUT)
        self.sock = self.own.wrap_socket(plain, server_hostname=self.host)
