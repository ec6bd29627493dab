"""A device that makes passkeys and signs with them, as browsers hand out what it says."""

import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


class Device:
    """
    One device with one key.

    Args:
        origin: The page that it believes to be on.
        is_verifying: It verifies its user.
    """

    def __init__(self, origin: str = "https://desk.example", *, is_verifying: bool = True) -> None:
        self.origin = origin
        self.is_verifying = is_verifying
        self.count = 0
        self.id = b"credential of this device"
        self.handle = b""
        self._key = ec.generate_private_key(ec.SECP256R1())

    def create(self, options: str) -> dict[str, Any]:
        """Make a passkey, as `navigator.credentials.create` does."""
        asked = json.loads(options)
        self.handle = asked["user"]["id"]
        about = self._about(asked["rp"]["id"], _ATTESTED) + bytes(16) + struct.pack(">H", len(self.id))
        data = about + self.id + cbor2.dumps(self._public())
        response = {
            "clientDataJSON": self._client("webauthn.create", asked["challenge"]),
            "attestationObject": _b64(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        return self._credential(response)

    def get(self, options: str) -> dict[str, Any]:
        """Sign with the passkey, as `navigator.credentials.get` does."""
        asked = json.loads(options)
        self.count += 1
        data, client = self._about(asked["rpId"]), self._client("webauthn.get", asked["challenge"])
        signed = data + sha256(_plain(client)).digest()
        response = {
            "clientDataJSON": client,
            "authenticatorData": _b64(data),
            "signature": _b64(self._key.sign(signed, ec.ECDSA(SHA256()))),
            "userHandle": self.handle,
        }
        return self._credential(response)

    def _about(self, host: str, more: int = 0) -> bytes:
        flags = _PRESENT | (_VERIFIED if self.is_verifying else 0) | more
        return sha256(host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind: str, challenge: str) -> str:
        return _b64(json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode())

    def _public(self) -> dict[int, Any]:
        numbers = self._key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        name = _b64(self.id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}


def _b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _plain(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
