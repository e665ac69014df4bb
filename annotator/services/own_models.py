"""Signatures that distinguish models trained by this user from those in other people's projects.

A model trained here is signed with a key that is stored in the user's data folder and never
leaves it. A model without a signature by this key is used too, but in a separate process.
"""

import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.services.user import data_folder

if TYPE_CHECKING:
    from annotator.store import Project

_KEY_BYTES: Final = 32


def keep_model(project: "Project", name: str, model: str, *, own: bool) -> None:
    """Store a model in the project, signed if this user trained all of it.

    Raises StoreError.
    """
    key = _key() if own else None
    project.set_value(name, model)
    project.set_value(_signature_of(name), _signature(key, name, model) if key else "")


def is_own(project: "Project", name: str, model: str) -> bool:
    """Return whether this user trained the model that the project stores. Raises StoreError."""
    signature, key = project.value(_signature_of(name)), _key(make=False)
    if key is None or not signature:
        return False
    return hmac.compare_digest(signature.encode(), _signature(key, name, model).encode())


def _signature_of(name: str) -> str:
    return f"{name}-signature"


def _signature(key: bytes, name: str, model: str) -> str:
    return hmac.new(key, f"{name}\0{model}".encode(), "sha256").hexdigest()


def _key(*, make: bool = True) -> bytes | None:
    """Return the user's key; None if there is none and none can be made."""
    path = data_folder() / "annotator" / "model-key"
    if make:
        with suppress(OSError):  # the key exists already, or the folder is not writable
            _write_key(path)
    try:
        key = path.read_bytes()
    except OSError:
        return None
    return key if len(key) == _KEY_BYTES else None


def _write_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
