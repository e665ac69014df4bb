"""The two buttons below most dialogs."""

from collections.abc import Callable

from PySide6.QtWidgets import QDialogButtonBox


def ok_cancel(accept: Callable[[], object], reject: Callable[[], object]) -> QDialogButtonBox:
    """OK and Cancel in the order of the desktop, and what they call."""
    box = QDialogButtonBox(
        QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
    )
    box.accepted.connect(accept)
    box.rejected.connect(reject)
    return box
