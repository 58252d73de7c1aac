"""Keys that follow from seeds, restored keyrings and key files."""

from __future__ import annotations

from typing import NamedTuple

from .._ehr import AccountId
from .._ehr import _Toolbox as _t
from ..enums import Role
from ._args import Account, Data

__all__ = [
    "DecodedAccountKeys",
    "GenerationKeys",
    "SigningAndEncryption",
    "decode_account_keys",
    "device_keys",
    "generation_keys",
    "open_key_file",
    "recovery_keys",
    "restore_keyring",
]


class GenerationKeys(NamedTuple):
    """The keys of one generation of an account. Secret."""

    local: bytes
    x25519_secret: bytes
    x25519: bytes

    def __repr__(self) -> str:
        return "GenerationKeys(<secret>)"


class SigningAndEncryption(NamedTuple):
    """The keys of a device or of a backup seed. Secret."""

    ed25519_seed: bytes
    ed25519: bytes
    x25519_secret: bytes
    x25519: bytes

    def __repr__(self) -> str:
        return "SigningAndEncryption(<secret>)"


class DecodedAccountKeys(NamedTuple):
    """What the keys of an account are. The backup seed and ``data``, the keys encoded again, are secret."""

    account: AccountId
    role: Role
    signing_key: bytes
    device_key: bytes
    generation: int
    encryption_key: bytes
    backup_seed: bytes | None
    data: bytes

    def __repr__(self) -> str:
        return f"DecodedAccountKeys({self.account!r})"


def generation_keys(seed: Data) -> GenerationKeys:
    """The keys of a generation seed."""
    return GenerationKeys(*_t.generation_keys(seed))


def recovery_keys(seed: Data) -> SigningAndEncryption:
    """The keys of a backup seed."""
    return SigningAndEncryption(*_t.recovery_keys(seed))


def device_keys(data: Data) -> SigningAndEncryption:
    """The keys of a device, from its 64 bytes."""
    return SigningAndEncryption(*_t.device_keys(data))


def restore_keyring(sealed: Data, account: Account, secret: Data, published: Data) -> list[GenerationKeys]:
    """Opens every generation of a sealed keyring, oldest first, with a device's or the backup seed's X25519 secret."""
    return [GenerationKeys(*keys) for keys in _t.restore_keyring(sealed, account, secret, published)]


def open_key_file(file: Data, passphrase: str) -> bytes:
    """Content of a key file, or `CannotOpenError`."""
    return _t.open_key_file(file, passphrase)


def decode_account_keys(data: Data, foreign_signing_key: Data | None = None) -> DecodedAccountKeys:
    """Decodes the content of a key file. Keys that sign elsewhere need the public key of what signs for them."""
    account, role, signing, device, generation, encryption, seed, again = _t.decode_account_keys(
        data, foreign_signing_key
    )
    return DecodedAccountKeys(account, Role(role), signing, device, generation, encryption, seed, again)
