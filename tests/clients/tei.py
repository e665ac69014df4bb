"""Run by an environment with the TEI's schema: `python tei.py FILE` prints what is at fault."""

import json
import sys
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

schema = Path(find_spec("schemas").origin).with_name("tei_all.rng")
checker = etree.RelaxNG(etree.parse(schema))
document = etree.parse(sys.argv[1])
checker.validate(document)
faults = [f"line {fault.line}: {fault.message}" for fault in checker.error_log]
said = sum(1 for _ in document.iter("{*}said"))
print(json.dumps({"faults": faults, "said": said}))
