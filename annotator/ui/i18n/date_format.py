"""The format of dates and times in the window."""

from datetime import UTC, datetime

from PySide6.QtCore import QDateTime, QLocale

from annotator.ui.i18n.translation import tr


def format_datetime(moment: datetime) -> str:
    """Return the local time to the minute, with "Today" or "Yesterday" for the last two days."""
    local = moment.astimezone()
    at = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    text = QLocale().toString(at, "d MMMM yyyy, HH:mm")
    days = (datetime.now(UTC).astimezone().date() - local.date()).days
    time = f"{local:%H:%M}"
    return {0: tr("Today, {1}", time), 1: tr("Yesterday, {1}", time)}.get(days, text)
