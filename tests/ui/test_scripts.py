"""Selecting in the world's scripts: what is right by caret is right by mouse too."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import regex
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator.cli import main
from annotator.store import Project
from tests.ui.driving import Driver, project_at, run_main

_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Row(NamedTuple):
    """A text, what is aimed at in it, and what a double click on its first letter selects."""

    text: str
    words: str
    double: str


TABLE = {
    "english possessive": Row("He left Iran's border.", "Iran", "Iran"),
    "english compound": Row("An Iran-backed group met.", "Iran", "Iran"),
    "irish name": Row("Then O'Brien spoke.", "O'Brien", "O'Brien"),
    "french elision": Row("Dans l'Europe entière.", "Europe", "Europe"),
    "french particle": Row("Avec d'Estaing hier.", "d'Estaing", "d'Estaing"),
    "italian elision": Row("Parla dell'Italia oggi.", "Italia", "Italia"),
    "turkish ending": Row("Dün Ankara'da ışık vardı.", "Ankara", "Ankara"),
    "turkish ending, curly": Row("Erdoğan’ın sözü.", "Erdoğan", "Erdoğan"),
    "german compound": Row("Die EU-Kommission tagt.", "EU", "EU"),
    "german double name": Row("In Baden-Württemberg war es.", "Baden-Württemberg", "Baden"),
    "vietnamese": Row("Ông Nguyễn Phú Trọng nói.", "Nguyễn Phú Trọng", "Nguyễn"),
    "russian": Row("Он живёт в Москве.", "Москве", "Москве"),
    "greek": Row("Μένει στην Αθήνα, είπε.", "Αθήνα", "Αθήνα"),
    "list of names": Row("In Oslo,Paris,Rome;Bonn said.", "Paris", "Paris"),
    "korean subject": Row("김철수가 서울에서 말했다.", "김철수", "김철수가"),
    "korean place": Row("어제 서울에서 말했다.", "서울", "서울에서"),
    "latin and korean": Row("어제 LG전자는 말했다.", "LG", "LG전자는"),
    "chinese": Row("他说葛城市在日本。", "葛城市", "葛"),
    "japanese": Row("東京タワーは田中さんが建てた。", "田中", "田"),
    "katakana": Row("昨日トランプは言った。", "トランプ", "トランプ"),
    "thai": Row("เขาอยู่กรุงเทพวันนี้", "กรุงเทพ", "กรุงเทพ"),
    "lao": Row("ລາວຢູ່ວຽງຈັນມື້ນີ້", "ວຽງຈັນ", ""),
    "khmer": Row("គាត់នៅភ្នំពេញថ្ងៃនេះ", "ភ្នំពេញ", ""),
    "burmese": Row("သူရန်ကုန်မှာနေသည်", "ရန်ကုန်", ""),
    "hindi": Row("वह दिल्ली में रहता है।", "दिल्ली", "दिल्ली"),
    "marathi ending": Row("ती मुंबईत राहते.", "मुंबई", "मुंबईत"),
    "tamil ending": Row("அவர் சென்னைக்கு வந்தார்.", "சென்னை", "சென்னைக்கு"),
    "georgian": Row("ის თბილისში იყო.", "თბილის", "თბილისში"),
    "amharic prefix": Row("እሱ በአዲስ ነው።", "አዲስ", "በአዲስ"),
    "arabic": Row("قال في بغداد أمس.", "بغداد", "بغداد"),
    "arabic and": Row("زار دمشق وبغداد أمس.", "بغداد", "وبغداد"),
    "arabic in": Row("كان ببغداد أمس.", "بغداد", "ببغداد"),
    "arabic the": Row("قال العراقي أمس.", "عراقي", "العراقي"),
    "arabic for the": Row("قال للعراق أمس.", "عراق", "للعراق"),
    "arabic in brackets": Row("قال (بغداد) أمس.", "بغداد", "بغداد"),
    "arabic number": Row("قال إن 12.5% من الناس.", "12.5%", ""),
    "latin name in arabic": Row("قال إن Ann Lee، وصلت أمس.", "Ann Lee", "Ann"),
    "arabic name in english": Row("He said (بغداد) and left.", "بغداد", "بغداد"),
    "two arabic words in english": Row("He met محمد علي, they said.", "محمد علي", "محمد"),
    "persian plural": Row("او ایرانی‌ها را دید.", "ایرانی", ""),
    "hebrew prefix": Row("הוא גר בירושלים היום.", "ירושלים", "בירושלים"),
    "hebrew": Row("היא אמרה בנימין נתניהו, אתמול.", "בנימין נתניהו", "בנימין"),
    "zero-width spaces": Row("Er war in \u200bOslo\u200b und da.", "Oslo", "Oslo"),
    "byte-order mark": Row("Er sah \ufeffKöln.", "Köln", "Köln"),
    "soft hyphens": Row("In Bag\u00addad\u00ad war er.", "Bag\u00addad", "Bag\u00addad"),
    "directions": Row("Sie sah \u2068Ann Lee\u2069 dort.", "Ann Lee", "Ann"),
    "emoji": Row("Oslo👩‍👩‍👧Bergen here.", "👩‍👩‍👧", ""),
}  # fmt: skip


def glyphs(driver: Driver, offset: int) -> tuple[float, float, int]:
    """Where the letter at this code point begins and ends on the page, and at which height."""
    cluster = regex.match(r"\X", driver.text(), pos=offset)
    assert cluster is not None
    view = driver.view
    view.reveal(offset, offset)
    driver.settle()
    units = view.to_units(offset)
    block = view.document().findBlock(units)
    line = block.layout().lineForTextPosition(units - block.position())
    at, text = units - block.position(), block.text()
    length = len(cluster.group().encode("utf-16-le")) // 2
    length += text[at : at + 1] == "ل" and text[at + 1 : at + 2] in tuple("اأإآ")
    runs = line.glyphRuns(at, length)
    while not runs or all(run.boundingRect().width() == 0 for run in runs):
        length += 1
        runs = line.glyphRuns(at, length)
    box = view.document().documentLayout().blockBoundingRect(block)
    bar = view.verticalScrollBar().value()
    left = box.left() + min(run.boundingRect().left() for run in runs)
    right = box.left() + max(run.boundingRect().right() for run in runs)
    middle = round(box.top() + line.y() + line.ascent() - 4) - bar
    rtl = runs[0].isRightToLeft()
    return (right, left, middle) if rtl else (left, right, middle)


def near_start(driver: Driver, offset: int) -> QPoint:
    begin, end, y = glyphs(driver, offset)
    return QPoint(round(begin + (end - begin) * 0.25), y)


def near_end(driver: Driver, offset: int) -> QPoint:
    begin, end, y = glyphs(driver, offset)
    return QPoint(round(begin + (end - begin) * 0.75), y)


def last_letter(text: str, start: int, end: int) -> int:
    """The last place of `[start, end)` where a glyph begins that is not a mark's."""
    return start + [m.start() for m in regex.finditer(r"\X", text[start:end])][-1]


def sweep(driver: Driver, first: QPoint, last: QPoint) -> None:
    viewport = driver.view.viewport()
    QTest.mousePress(viewport, _LEFT, _NONE, first)
    driver._move((first + last) / 2)
    driver._move(last)
    QTest.mouseRelease(viewport, _LEFT, _NONE, last)
    driver.settle()


def ends(driver: Driver, row: Row) -> tuple[QPoint, QPoint]:
    start, end = driver.find(row.words)
    return near_start(driver, start), near_end(driver, last_letter(row.text, start, end))


def forward(driver: Driver, row: Row) -> None:
    sweep(driver, *ends(driver, row))


def backward(driver: Driver, row: Row) -> None:
    sweep(driver, *reversed(ends(driver, row)))


def by_caret(driver: Driver, row: Row) -> None:
    driver.view.select(*driver.find(row.words))


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("table")
    path = project_at(folder)
    assert main(["new", str(path)]) == 0
    files = [folder / f"{number:03}.txt" for number in range(len(TABLE))]
    for file, row in zip(files, TABLE.values(), strict=True):
        file.write_text(row.text, encoding="utf-8")
    assert main(["import", str(path), *map(str, files)]) == 0
    return path


@pytest.fixture
def table(tmp_path: Path, qapp: QApplication, _made: Path) -> Path:
    """A project with an article for each row of the table, in its order."""
    return Path(shutil.copy(_made, project_at(tmp_path)))


def marked_in_each(table: Path, *ways: Callable[[Driver, Row], None]) -> dict[str, list[list[str]]]:
    """By row and way to select, what the key of a label marked after the selection.

    That of the last way is as the file has it; those of the others are undone in the window.
    """
    found: dict[str, list[list[str]]] = {name: [] for name in TABLE}

    def script(driver: Driver) -> None:
        session = driver.window.session
        keys = session.project.article_keys(annotator="ada")
        for key, (name, row) in zip(keys, TABLE.items(), strict=True):
            session.open_article(key)
            assert driver.text() == row.text
            driver.settle()
            for number, select in enumerate(ways, start=1):
                select(driver, row)
                driver.view.setFocus()
                driver.key("1")
                if number < len(ways):
                    mentions = driver.annotation().mentions.values()
                    found[name].append([m.text for m in mentions])
                    session.undo()
                    driver.view.select(0, 0)
                    assert not driver.annotation().mentions

    assert run_main([str(table)], script, size=(900, 500)) == 0
    with Project.open(table) as project:
        keys = project.article_keys(annotator="ada")
        for key, (name, row) in zip(keys, TABLE.items(), strict=True):
            mentions = project.annotation(key, "ada").mentions.values()
            assert all(row.text[m.start : m.end] == m.text for m in mentions)
            found[name].append([m.text for m in mentions])
    return found


def test_what_is_aimed_at_is_what_is_marked_by_caret_and_by_mouse_both_ways(table: Path) -> None:
    found = marked_in_each(table, by_caret, forward, backward)
    assert found == {name: [[row.words]] * 3 for name, row in TABLE.items()}


def test_a_double_click_takes_what_is_a_word_in_the_script(table: Path) -> None:
    def double_click(driver: Driver, row: Row) -> None:
        viewport, point = driver.view.viewport(), near_start(driver, driver.find(row.words)[0])
        QTest.mouseClick(viewport, _LEFT, _NONE, point)
        QTest.mouseDClick(viewport, _LEFT, _NONE, point)
        driver.settle()

    found = marked_in_each(table, double_click)
    wanted = {name: [[row.double]] for name, row in TABLE.items() if row.double}
    assert {name: found[name] for name in wanted} == wanted
