"""The fonts and icons that travel with the program are whole, small and licensed."""

from pathlib import Path
from xml.etree import ElementTree

RESOURCES = Path(__file__).parents[1] / "resources"
TRUE_TYPE = b"\x00\x01\x00\x00"
SVG = "{http://www.w3.org/2000/svg}svg"


def test_each_font_is_plain_true_type_so_that_loading_it_costs_no_unpacking() -> None:
    fonts = sorted((RESOURCES / "fonts").glob("*.ttf"))
    assert fonts
    for font in fonts:
        assert font.read_bytes()[:4] == TRUE_TYPE, font.name


def test_the_fonts_together_stay_under_two_and_a_half_megabytes() -> None:
    assert sum(font.stat().st_size for font in (RESOURCES / "fonts").glob("*.ttf")) < 2_500_000


def test_each_icon_is_a_square_drawing() -> None:
    icons = sorted((RESOURCES / "icons").glob("*.svg"))
    assert icons
    for icon in icons:
        root = ElementTree.parse(icon).getroot()
        assert root.tag == SVG, icon.name
        assert root.get("width") == root.get("height"), icon.name


def test_the_licences_of_fonts_and_icons_lie_beside_them() -> None:
    for name in ("fonts/OFL-Inter.txt", "fonts/OFL-Noto.txt", "icons/LICENSE-lucide.txt"):
        assert "permission" in (RESOURCES / name).read_text(encoding="utf-8").lower(), name
