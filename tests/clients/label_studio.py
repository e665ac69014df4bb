"""Run by Label Studio's Python: check a folder with its own validator and exporter.

`python label_studio.py FOLDER OUT`. Prints the faults, and what its converter to CoNLL-2003, which
reads tasks as an export of the server has them, says of the tokens.
"""

import json
import sys
from pathlib import Path

from label_studio_sdk.converter import Converter
from label_studio_sdk.label_interface import LabelInterface

FOLDER, OUT = Path(sys.argv[1]), Path(sys.argv[2])

config = (FOLDER / "config.xml").read_text(encoding="utf-8")
interface = LabelInterface(config)
interface.validate()
faults, checked = [], 0
for task in json.loads((FOLDER / "tasks.json").read_bytes()):
    if not interface.validate_task({"data": task["data"]}):
        faults.append(f"task {task['id']}")
    for annotation in task["annotations"]:
        # What it checks of predictions, it checks of annotations too, but there without words.
        faults += interface.validate_prediction(annotation, return_errors=True)
        if not interface.validate_annotation(annotation):
            faults.append(f"annotation of task {task['id']}")
        checked += len(annotation["result"])
Converter(config, str(OUT), download_resources=False).convert_to_conll2003(
    str(FOLDER / "tasks.json"), str(OUT), is_dir=False
)
tags = [line.split()[-1] for line in (OUT / "result.conll").read_text("utf-8").splitlines() if line]
print(json.dumps({"faults": faults, "checked": checked, "tags": tags}))
