"""Secrets of a local stack: made at its first start, one file each, readable by their owner only."""

import os
import secrets


def key_ring():
    """Key 1 of a ring; a rotation appends "k2 …"."""
    return "k1 " + secrets.token_hex(32)


# What each file holds. Real keys come from the operator's vault; these never leave the machine.
KEYS = {
    "nik.keys": key_ring,
    "kk.keys": key_ring,
    "nip.keys": key_ring,
    "phone.keys": key_ring,
    "phone-cipher.keys": key_ring,
    "gateway-token": lambda: secrets.token_urlsafe(24),
    "webhook-secret": lambda: secrets.token_hex(16),
    "webhook-verify": lambda: secrets.token_hex(16),
    "postgres-password": lambda: secrets.token_hex(16),
}


class Keys:
    """The directory of secrets."""

    def __init__(self, directory):
        self.directory = os.path.join(directory, "secrets")

    def make(self):
        """Makes what is missing; never changes what is there."""
        os.makedirs(self.directory, mode=0o700, exist_ok=True)
        for name, value in KEYS.items():
            self.put(name, value())

    def put(self, name, text):
        """A secret that is derived from others, such as a URL with a password."""
        path = self.path(name)
        if os.path.exists(path) and (name in KEYS or self.get(name) == text):
            return
        scratch = f"{path}.{os.getpid()}"
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "w", encoding="ascii") as target:
            target.write(text + "\n")
        os.rename(scratch, path)

    def path(self, name):
        return os.path.join(self.directory, name)

    def get(self, name):
        with open(self.path(name), encoding="ascii") as source:
            return source.read().strip()
