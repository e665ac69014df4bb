"""The format of sizes of files in the window."""

from PySide6.QtCore import QLocale


def format_size(size: int) -> str:
    """Return a number of bytes as people write it in the language of the window: 12.3 MB."""
    digits = 0 if size < 1_000_000 else 1
    return QLocale().formattedDataSize(size, digits, QLocale.DataSizeFormat.DataSizeSIFormat)
