"""What an address in a setting must be like."""

from email.utils import parseaddr
from urllib.parse import urlsplit


def is_loopback(url: str) -> bool:
    """Say whether a URL leads to this machine, unencrypted."""
    return urlsplit(url).scheme == "http" and urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}


def has_host(url: str, *schemes: str) -> bool:
    """Say whether a URL has one of the schemes, and a host that something can be sent to."""
    try:
        parts = urlsplit(url)
        has_port = parts.port is None or parts.port >= 0
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname) and has_port


def is_issuer(url: str) -> bool:
    """Say whether an identity provider may be called so: encrypted, or on this machine."""
    return has_host(url, "https") or is_loopback(url)


def is_sender(text: str) -> bool:
    """Say whether mail can come from there: "noreply@clinic.example", or with a name before "<…>"."""
    name, at, host = parseaddr(text)[1].rpartition("@")
    is_whole = bool(name and at and host) and "@" not in name and host.strip(".") == host
    return is_whole and not any(sign.isspace() for sign in name + host)
