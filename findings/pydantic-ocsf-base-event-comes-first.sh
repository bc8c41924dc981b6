#!/usr/bin/env bash
# pydantic-ocsf 3.0.0 (PyPI), with pydantic 2.14.4 and Python 3.
# Valid input: an event of OCSF's class Base Event (uid 0), with all that the class requires.
# Asked first, the model takes it. Asked after any other class was looked up, API Activity for one, the same event is not judged at all:
# `BaseEvent` is not fully defined; you should define `Enrichment`. Other classes are built on top of it and leave it half built, so
# whoever reads events of several classes one after another stops at the first Base Event, depending on what came before. Looking
# `BaseEvent` up before all others helps.
# Prints what both orders say, and fails when that changes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/python" -m pip install --quiet pydantic-ocsf==3.0.0 pydantic==2.14.4
cat > "$dir/try.py" <<'PY'
import sys
from ocsf.v1_7_0 import events

event = {
    "activity_id": 99, "category_uid": 0, "class_uid": 0, "type_uid": 99, "severity_id": 1,
    "time": 1763647387000, "metadata": {"version": "1.7.0", "product": {"vendor_name": "AWS"}},
}
for name in sys.argv[1:]:
    getattr(events, name)
try:
    events.BaseEvent.model_validate(event)
    print("taken")
except Exception as error:
    print(f"{type(error).__name__}: {error}".splitlines()[0])
PY
said() { "$dir/venv/bin/python" "$dir/try.py" "$@"; }
first=$(said)
after=$(said ApiActivity)
helped=$(said BaseEvent ApiActivity)
printf 'alone: %s\nafter ApiActivity: %s\nlooked up before it: %s\n' "$first" "$after" "$helped"
if [ "$first" != taken ] || [ "$helped" != taken ] || [[ "$after" != PydanticUserError*not\ fully\ defined* ]]; then
  echo 'pydantic-ocsf no longer behaves so: this finding is out of date' >&2
  exit 1
fi
