"""Projects as SQLite files; the only package that knows SQL."""

from typing import TYPE_CHECKING, Any

from annotator.store.articles import ArticleRow, Marker, Progress
from annotator.store.errors import (
    ArticleExists,
    DiskError,
    LogLost,
    NewerProject,
    NoSuchArticle,
    NotAProject,
    NotInTrash,
    ProjectAltered,
    ProjectDamaged,
    ProjectExists,
    ProjectLocked,
    ProjectMissing,
    ProjectOverwritten,
    ProjectReadOnly,
    ProjectRemoved,
    StoreError,
    TextConflict,
)
from annotator.store.positions import ARTICLE_ORDERS, ArticleOrder, ArticlePositions
from annotator.store.project import Project

if TYPE_CHECKING:
    from annotator.store.annotation_digests import AnnotationDigest
    from annotator.store.article_filter import ArticleFilter, FilteredKeys, KeyPage
    from annotator.store.backups import backup, project_id, restore_backup
    from annotator.store.database import sqlite_version
    from annotator.store.duplicates import NearDuplicate
    from annotator.store.importer import Importer, ImportOutcome
    from annotator.store.labelled_entities import LabelledEntity
    from annotator.store.new_file import taking_name
    from annotator.store.problem import Problem
    from annotator.store.scheme_change import SchemeUsage
    from annotator.store.search import Hit, ProjectSearch, SearchPage, SearchQuery
    from annotator.store.statistics import Statistics
    from annotator.store.trash import TrashedArticle

__all__ = [
    "ARTICLE_ORDERS",
    "AnnotationDigest",
    "ArticleExists",
    "ArticleFilter",
    "ArticleOrder",
    "ArticlePositions",
    "ArticleRow",
    "DiskError",
    "FilteredKeys",
    "Hit",
    "ImportOutcome",
    "Importer",
    "KeyPage",
    "LabelledEntity",
    "LogLost",
    "Marker",
    "NearDuplicate",
    "NewerProject",
    "NoSuchArticle",
    "NotAProject",
    "NotInTrash",
    "Problem",
    "Progress",
    "Project",
    "ProjectAltered",
    "ProjectDamaged",
    "ProjectExists",
    "ProjectLocked",
    "ProjectMissing",
    "ProjectOverwritten",
    "ProjectReadOnly",
    "ProjectRemoved",
    "ProjectSearch",
    "SchemeUsage",
    "SearchPage",
    "SearchQuery",
    "Statistics",
    "StoreError",
    "TextConflict",
    "TrashedArticle",
    "backup",
    "project_id",
    "restore_backup",
    "sqlite_version",
    "taking_name",
]

_LAZY_MODULES = {
    "ArticleFilter": "article_filter",
    "FilteredKeys": "article_filter",
    "KeyPage": "article_filter",
    "ProjectSearch": "search",
    "SearchPage": "search",
    "Hit": "search",
    "LabelledEntity": "labelled_entities",
    "SearchQuery": "search",
    "Importer": "importer",
    "ImportOutcome": "importer",
    "Problem": "problem",
    "Statistics": "statistics",
    "TrashedArticle": "trash",
    "NearDuplicate": "duplicates",
    "SchemeUsage": "scheme_change",
    "AnnotationDigest": "annotation_digests",
    "backup": "backups",
    "project_id": "backups",
    "restore_backup": "backups",
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
