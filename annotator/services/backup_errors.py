"""What can be wrong with a backup."""

from annotator.core.errors import AnnotatorError


class BackupError(AnnotatorError):
    """A backup that does not exist or belongs to another project; nothing was changed."""


class BackupDamaged(BackupError):
    """A backup, or what it shares with others, is missing, cut off or changed."""


class BackupNewer(BackupError):
    """A backup that a newer version of the program made."""


class TooLittleSpace(BackupError):
    """The disk has too little space for a backup, or for a backup that is read."""
