"""Draws every screen of the window into docs/pictures: `python -m tests.pictures [NAME…]`.

Each in four looks: light, dark, high contrast and Arabic. The page docs/screens.md shows them.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from annotator.ui.settings import Settings, settings_path
from tests.ui.driving import Driver, run_main
from tests.ui.screens import SIZE, make_showcase, picture, screens, with_screen
from tests.words import ROOT

OUT: Final = ROOT / "docs" / "pictures"
PAGE: Final = ROOT / "docs" / "screens.md"
LOOKS: Final = {
    "light": ("light", "en"),
    "dark": ("dark", "en"),
    "contrast": ("light-contrast", "en"),
    "arabic": ("light", "ar"),
}
"""By name: look and language of the window."""
_UNDRAWN: Final = ("backups",)
"""They show where files lie on this machine."""
_TITLES: Final = {"contrast": "High contrast", "arabic": "Arabic"}


def main(wanted: Sequence[str]) -> int:
    """Draw these screens, or all and the page that shows them."""
    OUT.mkdir(parents=True, exist_ok=True)
    for look, (theme, language) in LOOKS.items():
        for name, bring_up in screens().items():
            if name not in _UNDRAWN and (not wanted or name in wanted):
                _draw(name, bring_up, theme, language, OUT / f"{name}-{look}.webp")
    if not wanted:
        names = [name for name in screens() if name not in _UNDRAWN]
        PAGE.write_text(page(names), encoding="utf-8")
    return 0


def page(names: Sequence[str]) -> str:
    """The page of all pictures, in Markdown."""
    lines = [
        "# Every screen",
        "",
        "Drawn by `make pictures`: the real window, in light, dark, high contrast and Arabic.",
    ]
    for name in names:
        lines += ["", f"## {name.replace('-', ' ').capitalize()}", ""]
        titles = [_TITLES.get(look, look.capitalize()) for look in LOOKS]
        cells = [f"![{name}, {look}](pictures/{name}-{look}.webp)" for look in LOOKS]
        lines += [
            f"| {' | '.join(titles)} |",
            "| --- " * len(LOOKS) + "|",
            f"| {' | '.join(cells)} |",
        ]
    return "\n".join(lines) + "\n"


def _draw(
    name: str, bring_up: Callable[[Driver], object], theme: str, language: str, out: Path
) -> None:
    """One screen in a window of its own, so that no other leaves its traces."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(XDG_CONFIG_HOME=folder, XDG_DATA_HOME=folder, LOGNAME="ada")
        settings = Settings(settings_path())
        settings.theme_name, settings.language, settings.annotator = theme, language, "ada"
        settings.set_choice("no_suggestions", on=True)
        settings.save()
        project = make_showcase(Path(folder) / "news.annotator")

        def look(driver: Driver, found: list[QWidget]) -> None:
            _save(picture(driver.window, found), out)

        def script(driver: Driver) -> None:
            with_screen(driver, bring_up, partial(look, driver))

        if run_main([str(project)], script, size=SIZE):
            raise SystemExit(f"{name}: the window did not end well")


def _save(image: QImage, out: Path) -> None:
    flat = image.convertToFormat(QImage.Format.Format_RGB888)
    if not flat.save(str(out), "WEBP", 100):
        raise SystemExit(f"{out} cannot be written")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
