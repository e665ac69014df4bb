"""The manifest of a backup: the small file that says which chunks make it up, and what it holds."""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from annotator.core.message import message
from annotator.files import read_bytes, reason_of
from annotator.services.atomic_output import atomic_file, new_file
from annotator.services.backup_errors import BackupDamaged, BackupNewer

_FORMAT: Final = 1
_Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Count = Annotated[int, Field(ge=0)]

Reason = Literal["hourly", "asked", "restore", "delete", "merge", "converted"]
"""Why a backup was made: by itself, because somebody wanted one, before something that cannot be
undone, or from a whole copy that an earlier version of the program had made."""


class Manifest(BaseModel):
    """What a backup is made of, and what it holds."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")

    format: Literal[1] = 1
    program: str
    """The version of the program that made it."""
    reason: Reason
    size: _Count
    """The size of the project file in bytes."""
    sha256: _Digest
    """The SHA-256 of the project file."""
    lists: tuple[_Digest, ...]
    """The chunks that hold the names of the chunks of the project file, 32 bytes each."""
    state: str
    """Is the same in two backups if nothing was saved between them."""
    articles: _Count
    mentions: _Count
    quotes: _Count
    trash: _Count


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write the file, complete or not at all. Raises FileRefused and OSError."""
    line = manifest.model_dump_json().encode()
    with atomic_file(path) as part, new_file(part) as file:
        file.write(line + b"\n" + hashlib.sha256(line).hexdigest().encode() + b"\n")


def read_manifest(path: Path) -> Manifest:
    """Read and check the file. Raises BackupDamaged and BackupNewer."""
    try:
        line, _, check = read_bytes(path).partition(b"\n")
        if check.strip() != hashlib.sha256(line).hexdigest().encode():
            raise BackupDamaged(message("{1} is cut off or changed; use another backup", path))
        content: Any = json.loads(line)
        if isinstance(content, dict) and content.get("format", 0) > _FORMAT:
            raise BackupNewer(
                message("{1} was made by a newer version of Annotator; use that version", path)
            )
        return Manifest.model_validate_json(line)
    except OSError as error:
        raise BackupDamaged(
            message("{1}: {2}; use another backup", path, reason_of(error))
        ) from error
    except (ValueError, TypeError, ValidationError) as error:
        raise BackupDamaged(message("{1} is damaged; use another backup", path)) from error
