"""Run by doccano's Python: import a file as its server does, and print what is in its database.

`python doccano.py FILE TASK FOLDER`. The server's own task is called, with its own settings and
migrations, on a database in FOLDER.
"""

import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path

FILE, TASK, FOLDER = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])

os.environ |= {
    "DATABASE_URL": f"sqlite:///{FOLDER}/db.sqlite3",
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "DOCCANO_HOME": str(FOLDER),
    "MEDIA_ROOT": str(FOLDER / "media"),
    "STANDALONE": "True",
}
sys.path.insert(0, str(Path(find_spec("backend").origin).parent))

import django  # noqa: E402  # it reads the settings above

django.setup()

from data_import.celery_tasks import import_dataset  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.files import File  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django_drf_filepond.models import TemporaryUpload  # noqa: E402
from examples.models import Example  # noqa: E402
from labels.models import Relation, Span  # noqa: E402
from projects.models import SequenceLabelingProject  # noqa: E402


def upload() -> str:
    id_ = "a" * 22  # as long as the ids that the uploader gives
    with FILE.open("rb") as file:
        TemporaryUpload.objects.create(
            upload_id=id_,
            file_id=id_,
            file=File(file, FILE.name),
            upload_name=FILE.name,
            upload_type="F",
        )
    return id_


def found(example: Example) -> dict:
    spans = Span.objects.filter(example=example).select_related("label")
    relations = Relation.objects.filter(example=example).select_related("from_id", "to_id", "type")
    return {
        "text": example.text,
        "meta": example.meta,
        "spans": [(s.start_offset, s.end_offset, s.label.text) for s in spans],
        "relations": [
            (r.from_id.start_offset, r.type.text, r.to_id.start_offset) for r in relations
        ],
    }


call_command("migrate", verbosity=0)
user = get_user_model().objects.create(username="ada")
project = SequenceLabelingProject.objects.create(
    name="news", created_by=user, allow_overlapping=True, use_relation=True
)
# "utf_8" is what its import page proposes.
answer = import_dataset(user.id, project.id, "JSONL", [upload()], TASK, encoding="utf_8")
examples = [found(example) for example in Example.objects.order_by("id")]
print(json.dumps({"errors": answer["error"], "examples": examples}))
