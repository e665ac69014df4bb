"""The style sheet of a look: what a palette cannot say."""

from annotator.resources import resource
from annotator.ui.theme import Theme


def style_sheet(theme: Theme) -> str:
    """Round corners, thin lines, quiet buttons."""
    return f"""
    QToolTip {{ background: {theme.card}; color: {theme.text}; border: 1px solid {theme.line};
        padding: 4px 6px; }}
    #header {{ background: {theme.panel}; border-bottom: 1px solid {theme.line}; }}
    #footer {{ background: {theme.panel}; border-top: 1px solid {theme.line}; }}
    #side, #articles {{ background: {theme.panel}; }}
    #side {{ border-left: 1px solid {theme.line}; }}
    #articles {{ border-right: 1px solid {theme.line}; }}
    #article {{ background: {theme.page}; color: {theme.text}; border: none;
        selection-background-color: {theme.selection}; selection-color: {theme.text}; }}
    #title {{ font-weight: 600; }}
    #muted {{ color: {theme.muted}; }}
    #heading {{ font-weight: 600; }}
    #count {{ background: {theme.groove}; border-radius: 9px; padding: 1px 9px; }}
    QPushButton {{ background: {theme.card}; color: {theme.text};
        border: 1px solid {theme.line}; border-radius: 6px; padding: 5px 14px; }}
    QPushButton:hover {{ background: {theme.hover}; }}
    QPushButton:focus, QPushButton:default {{ border-color: {theme.accent}; }}
    QPushButton:disabled {{ color: {theme.muted}; }}
    QPushButton#primary {{ background: {theme.accent}; color: {theme.accent_ink};
        border: none; border-radius: 6px; padding: 7px 16px; font-weight: 600; }}
    QPushButton#primary:disabled {{ background: {theme.groove}; color: {theme.muted}; }}
    QToolButton {{ background: transparent; color: {theme.text}; border: 1px solid transparent;
        border-radius: 5px; padding: 3px 6px; }}
    QToolButton:hover {{ background: {theme.hover}; }}
    QToolButton:focus {{ border-color: {theme.accent}; }}
    QToolButton::menu-indicator {{ image: none; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QProgressBar {{ background: {theme.groove}; border: none; border-radius: 3px;
        max-height: 6px; min-height: 6px; }}
    QProgressBar::chunk {{ background: {theme.accent}; border-radius: 3px; }}
    QLineEdit, QComboBox, QSpinBox {{ background: {theme.card}; color: {theme.text};
        border: 1px solid {theme.line}; border-radius: 5px; padding: 4px 6px;
        selection-background-color: {theme.accent}; selection-color: {theme.accent_ink}; }}
    QLineEdit:focus, QComboBox:focus, QSpinBox:focus {{ border-color: {theme.accent}; }}
    QAbstractItemView {{ background: {theme.panel}; border: none; }}
    QMenu {{ background: {theme.card}; border: 1px solid {theme.line}; padding: 4px; }}
    QMenu::item {{ padding: 5px 22px 5px 14px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {theme.accent}; color: {theme.accent_ink}; }}
    QMenu::item:disabled {{ color: {theme.muted}; }}
    QMenu::separator {{ height: 1px; background: {theme.line}; margin: 4px 8px; }}
    QMenuBar {{ background: {theme.panel}; border-bottom: 1px solid {theme.line}; }}
    QMenuBar::item {{ padding: 4px 10px; background: transparent; }}
    QMenuBar::item:selected {{ background: {theme.hover}; border-radius: 4px; }}
    QComboBox::drop-down {{ border: none; width: 24px; }}
    QComboBox::down-arrow {{ image: url({_drawing("down", theme)}); width: 14px; height: 14px; }}
    QSpinBox::up-button, QSpinBox::down-button {{ border: none; width: 22px; }}
    QSpinBox::up-arrow {{ image: url({_drawing("up", theme)}); width: 11px; height: 11px; }}
    QSpinBox::down-arrow {{ image: url({_drawing("down", theme)}); width: 11px; height: 11px; }}
    QCheckBox {{ spacing: 8px; }}
    QCheckBox::indicator, QTreeView::indicator {{ width: 15px; height: 15px;
        border: 1px solid {theme.muted}; border-radius: 4px; background: {theme.card}; }}
    QTreeView::indicator:indeterminate {{ background: {theme.selection}; }}
    QCheckBox::indicator:checked, QTreeView::indicator:checked {{
        background: {theme.accent}; border-color: {theme.accent};
        image: url({_drawing("tick", theme, on_accent=True)}); }}
    QCheckBox:focus {{ color: {theme.accent}; }}
    QSlider {{ min-height: 22px; }}
    QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {theme.groove}; }}
    QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px;
        background: {theme.accent}; }}
    QSlider::handle:horizontal {{ width: 14px; margin: -6px 0; border-radius: 8px;
        background: {theme.card}; border: 1px solid {theme.muted}; }}
    QSlider::handle:horizontal:focus {{ border: 2px solid {theme.accent}; }}
    #reading {{ background: {theme.card}; border: 1px solid {theme.line}; border-radius: 9px; }}
    #section #heading, #articles #heading {{ color: {theme.text}; }}
    #section #count, #articles #count {{ color: {theme.muted}; }}
    #section #empty, #section #more, #section #sort, #articles #empty, #articles #done,
    #articles #statuses {{ color: {theme.muted}; }}
    #section #empty, #articles #empty {{ border: 1px dashed {theme.line}; border-radius: 8px;
        padding: 14px; }}
    #side QSplitter::handle {{ background: transparent; }}
    #entities {{ background: {theme.card}; border: 1px solid {theme.line}; border-radius: 8px;
        padding: 4px 0; }}
    #quotes {{ background: {theme.panel}; border: none; }}
    #picker {{ background: {theme.card}; border: 1px solid {theme.line}; }}
    #picker QListView {{ background: {theme.card}; border: none; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 2px; }}
    QScrollBar::handle:vertical {{ background: {theme.line}; border-radius: 3px;
        min-height: 32px; }}
    QScrollBar::handle:vertical:hover {{ background: {theme.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QSplitter::handle {{ background: {theme.line}; }}
    """


def _drawing(name: str, theme: Theme, *, on_accent: bool = False) -> str:
    """The path of a shipped drawing in an ink that stands out on the cards or on the accent."""
    pale = theme.dark != on_accent
    return resource("resources", "icons", f"{name}-{'pale' if pale else 'dark'}.svg").as_posix()
