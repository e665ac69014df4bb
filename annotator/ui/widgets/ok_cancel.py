"""The two buttons at the bottom of most dialogs."""

from collections.abc import Callable

from PySide6.QtWidgets import QDialogButtonBox


def ok_cancel_buttons(
    accept: Callable[[], object], reject: Callable[[], object]
) -> QDialogButtonBox:
    """Return OK and Cancel buttons in the desktop's order, connected to these functions."""
    box = QDialogButtonBox(
        QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
    )
    box.accepted.connect(accept)
    box.rejected.connect(reject)
    return box
