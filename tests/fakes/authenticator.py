"""An authenticator in software: makes passkeys and signs with them as WebAuthn says, or tampered with.

It gives what a browser would send on: the JSON of a PublicKeyCredential.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def written(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def read(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One device with one passkey; a copy of this object is what a thief of its key would have."""

    origin: str = "http://localhost:8000"
    site: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    credential: bytes = b"a credential's id"
    handle: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options):
        """Return a new credential for the options of a registration."""
        self.handle = options["user"]["id"]
        point = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        ident = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential
        data = self._data(self.flags | ATTESTED) + ident + public
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options)
        return self._credential({"clientDataJSON": written(client), "attestationObject": written(made)})

    def sign(self, options, **said):
        """Return an assertion for the options of a sign-in; `said` replaces what the browser says of it."""
        self.count += 1
        client, data = self._client("webauthn.get", options, **said), self._data(self.flags)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        encoded = {name: written(value) for name, value in response.items()}
        return self._credential(encoded | {"userHandle": self.handle})

    def _data(self, flags):
        return hashlib.sha256(self.site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind, options, **said):
        usual = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(usual | said).encode()

    def _credential(self, response):
        ident = written(self.credential)
        return json.dumps({"id": ident, "rawId": ident, "type": "public-key", "response": response})
