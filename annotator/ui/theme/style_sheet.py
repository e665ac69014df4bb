"""The style sheet of a theme, for what a palette cannot express."""

from annotator.resources import resource
from annotator.ui.theme.theme import ColorSet, Theme


def style_sheet(theme: Theme) -> str:
    """Return the style sheet: round corners, thin lines, flat buttons.

    One sheet serves the whole window: Qt styles a widget with a sheet of its own, and all that
    is in it, again each time one is set.
    """
    return f"""
    QToolTip {{ background: {theme.card}; color: {theme.text}; border: 1px solid {theme.line};
        padding: 4px 6px; }}
    #header {{ background: {theme.panel}; border-bottom: 1px solid {theme.line}; }}
    #footer {{ background: {theme.panel}; border-top: 1px solid {theme.line};
        color: {theme.text}; min-height: 34px; }}
    #footer::item {{ border: none; }}
    #footer #key {{ background: {theme.card}; border: 1px solid {theme.line};
        border-radius: 4px; padding: 2px 6px; color: {theme.text}; font-size: 11px; }}
    #footer #key:hover {{ background: {theme.hover}; }}
    #footer #word {{ color: {theme.muted}; font-size: 12px; }}
    #footer #current {{ color: {theme.accent}; font-weight: 600; font-size: 12px; }}
    #footer #offered {{ color: {theme.text}; font-size: 12px; }}
    #footer #saved {{ color: {theme.good}; font-weight: 600; padding-right: 10px; }}
    #footer #waiting {{ color: {theme.bad}; font-weight: 600; padding-right: 10px; }}
    #layers QLabel {{ color: {theme.muted}; font-size: 12px; }}
    #layers QToolButton {{ color: {theme.muted}; font-size: 12px; padding: 2px 4px;
        text-decoration: line-through; }}
    #layers QToolButton:checked {{ color: {theme.text}; text-decoration: none; }}
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
    QComboBox QLineEdit {{ border: none; padding: 0; }}
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
    #findbar {{ background: {theme.panel}; border-bottom: 1px solid {theme.line}; }}
    #findbar QToolButton:checked {{ background: {theme.selection}; border-color: {theme.accent};
        font-weight: 600; }}
    #findbar #count {{ background: transparent; color: {theme.muted}; padding: 0 4px; }}
    #findbar #count[nothing="true"] {{ color: {theme.bad}; }}
    #toast {{ background: {theme.text}; color: {theme.page}; border-radius: 8px;
        padding: 8px 16px; }}
    #notice {{ background: {theme.text}; border-radius: 8px; }}
    #notice QLabel {{ color: {theme.page}; }}
    #notice #key {{ border: 1px solid {theme.page}; border-radius: 4px; padding: 1px 5px;
        font-size: 11px; }}
    #notice QPushButton {{ background: transparent; color: {theme.page}; border: none;
        font-weight: 600; text-decoration: underline; padding: 2px 4px; }}
    #notice QPushButton:hover {{ background: {theme.page}; color: {theme.text};
        text-decoration: none; }}
    #bar {{ background: {theme.card}; border: 1px solid {theme.line}; border-radius: 9px; }}
    #bar QToolButton {{ border-radius: 10px; padding: 2px 7px; font-weight: 600;
        font-size: 11px; }}
    {_pill("role", theme.nobody, fill=theme.card)}
    {_pill("quote", theme.speakers[0])}
    {"".join(_pill(f"tone-{name}", shades) for name, shades in theme.tones.items())}
    """


def _pill(name: str, shades: ColorSet, *, fill: str = "") -> str:
    """Return the style of the buttons with this name in the selection bar."""
    return (
        f"#bar #{name} {{ background: {fill or shades.fill}; color: {shades.strong};"
        f" border: 1px solid {shades.edge}; }}"
        f"#bar #{name}:hover {{ border-color: {shades.strong}; }}"
    )


def _drawing(name: str, theme: Theme, *, on_accent: bool = False) -> str:
    """Return the path of a shipped drawing in a colour that contrasts with cards or the accent."""
    pale = theme.dark != on_accent
    return resource("resources", "icons", f"{name}-{'pale' if pale else 'dark'}.svg").as_posix()
