"""Projects as SQLite files; the only package that knows SQL."""

from typing import TYPE_CHECKING, Any

from annotator.store.articles import ARTICLE_ORDERS, ArticleOrder, ArticleRow, Marker, Progress
from annotator.store.errors import (
    ArticleExists,
    DiskTrouble,
    LogLost,
    NewerProject,
    NoSuchArticle,
    NotAProject,
    NotInTrash,
    ProjectAltered,
    ProjectDamaged,
    ProjectExists,
    ProjectGone,
    ProjectLocked,
    ProjectMissing,
    ProjectOverwritten,
    ProjectReadOnly,
    StoreError,
    TextConflict,
)
from annotator.store.project import Project

if TYPE_CHECKING:
    from annotator.store.annotation_digests import Work
    from annotator.store.backups import backup, project_id, put_back
    from annotator.store.database import sqlite_version
    from annotator.store.duplicates import NearDuplicate
    from annotator.store.importer import Importer, Outcome
    from annotator.store.labelled_entities import LabelledEntity
    from annotator.store.new_file import taking_name
    from annotator.store.problem import Problem
    from annotator.store.scheme_change import SchemeUsage
    from annotator.store.search import Found, Hit, SearchQuery
    from annotator.store.statistics import Stats
    from annotator.store.trash import Trashed

__all__ = [
    "ARTICLE_ORDERS",
    "ArticleExists",
    "ArticleOrder",
    "ArticleRow",
    "DiskTrouble",
    "Found",
    "Hit",
    "Importer",
    "LabelledEntity",
    "LogLost",
    "Marker",
    "NearDuplicate",
    "NewerProject",
    "NoSuchArticle",
    "NotAProject",
    "NotInTrash",
    "Outcome",
    "Problem",
    "Progress",
    "Project",
    "ProjectAltered",
    "ProjectDamaged",
    "ProjectExists",
    "ProjectGone",
    "ProjectLocked",
    "ProjectMissing",
    "ProjectOverwritten",
    "ProjectReadOnly",
    "SchemeUsage",
    "SearchQuery",
    "Stats",
    "StoreError",
    "TextConflict",
    "Trashed",
    "Work",
    "backup",
    "project_id",
    "put_back",
    "sqlite_version",
    "taking_name",
]

_LAZY_MODULES = {
    "Found": "search",
    "Hit": "search",
    "LabelledEntity": "labelled_entities",
    "SearchQuery": "search",
    "Importer": "importer",
    "Outcome": "importer",
    "Problem": "problem",
    "Stats": "statistics",
    "Trashed": "trash",
    "NearDuplicate": "duplicates",
    "SchemeUsage": "scheme_change",
    "Work": "annotation_digests",
    "backup": "backups",
    "project_id": "backups",
    "put_back": "backups",
    "sqlite_version": "database",
    "taking_name": "new_file",
}


def __getattr__(name: str) -> Any:
    # Not needed for the first paint of the window.
    if name not in _LAZY_MODULES:
        raise AttributeError(name)
    from importlib import import_module

    found = getattr(import_module(f"annotator.store.{_LAZY_MODULES[name]}"), name)
    globals()[name] = found  # an import accesses some of them for every record
    return found
