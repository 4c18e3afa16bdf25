"""The table of what each kind of update becomes: ``updates/*.json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CASES: dict[str, dict[str, Any]] = {
    f"{path.stem}: {case['case']}": case
    for path in sorted((Path(__file__).parent / "updates").glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
}
