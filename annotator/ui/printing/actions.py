"""The actions that print the article, write it as PDF, or copy it to the clipboard."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication, QKeySequence

from annotator.core.inline_markup import text_with_marks
from annotator.files import reason_of
from annotator.ui.actions.action import Action, Menu
from annotator.ui.actions.conditions import article_open
from annotator.ui.i18n.translation import tr, tr_count, tr_message
from annotator.ui.import_export.file_dialogs import ask_save_path
from annotator.ui.widgets.dialogs import show_error
from annotator.ui.window_context import WindowContext

if TYPE_CHECKING:
    from annotator.ui.printing.pages import PrintedArticle


class PrintActions:
    """The actions that print the article, or copy it with its marks."""

    def __init__(self, context: WindowContext) -> None:
        self._window = context.window
        self._session = context.session
        self._view = context.view
        context.registry.add(self.actions())

    def actions(self) -> list[Action]:
        """Return the actions that take the whole article out of the program."""
        opened = (article_open(self._session),)
        return [
            Action("export_pdf", tr("Export as P&DF…"), self.export_pdf, Menu.FILE, (), opened),
            Action(
                "print_article",
                tr("&Print…"),
                self.print_article,
                Menu.FILE,
                (QKeySequence.StandardKey.Print,),
                opened,
            ),
            Action(
                "copy_marked",
                tr("Copy &with annotations"),
                self.copy_marked,
                Menu.EDIT,
                ("Ctrl+Shift+C",),
                opened,
            ),
        ]

    def copy_marked(self) -> None:
        """Copy the selection, or the whole article, as text with inline marks."""
        article, annotation = self._session.article, self._session.annotation
        if article is None or annotation is None:
            return
        start, end = self._view.selection() or (0, len(article.text))
        QGuiApplication.clipboard().setText(text_with_marks(article, annotation, start, end))
        what = tr("The selection") if self._view.selection() else tr("The article")
        self._session.said.emit(tr("{1} is copied with its marks.", what))

    def export_pdf(self) -> None:
        """Ask for a file, and write the article with its marks to it."""
        article = self._session.article
        if article is None:
            return
        name = "".join(c if c.isalnum() or c in "-_ ." else "_" for c in article.id)
        proposal = self._session.project.path.parent / f"{name}.pdf"
        out = ask_save_path(self._window, tr("Export as PDF"), proposal, tr("PDF (*.pdf)"))
        if out is not None:
            self.write_pdf(out if out.suffix else out.with_suffix(".pdf"))

    def write_pdf(self, out: Path) -> None:
        """Write the PDF; an existing file is replaced once the new one is complete."""
        from annotator.ui.printing.pdf import write_pdf

        try:
            pages = write_pdf(self._sheet(), out, self._view.reading.family)
        except OSError as error:
            why = tr_message(reason_of(error)) if error.strerror else tr("it cannot be written")
            show_error(self._window, "Annotator", tr("{1}: {2}; choose another file.", out, why))
            return
        count = tr_count(pages, "{1} page", "{1} pages")
        self._session.said.emit(tr("Exported {1} to {2}.", count, out.name))

    def print_article(self) -> None:
        """Ask for a printer, and print the article with its marks."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        from annotator.ui.printing.pages import print_sheet

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self._sheet().article.title)
        dialog = QPrintDialog(printer, self._window)
        # "Export as PDF" writes files; Qt's dialog for choosing one here opens the files it lists.
        dialog.setOption(QPrintDialog.PrintDialogOption.PrintToFile, on=False)
        accepted = dialog.exec() == QPrintDialog.DialogCode.Accepted
        dialog.deleteLater()
        if not accepted:
            return
        try:
            print_sheet(self._sheet(), printer, self._view.reading.family)
        except OSError:
            sentence = tr(
                "The printer took nothing; choose another one, or export the article as PDF."
            )
            show_error(self._window, "Annotator", sentence)

    def _sheet(self) -> "PrintedArticle":
        from annotator.ui.printing.pages import PrintedArticle

        session = self._session
        assert session.article is not None
        assert session.annotation is not None
        return PrintedArticle(
            session.article, session.annotation, session.annotator, session.scheme
        )
