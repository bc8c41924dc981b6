#!/usr/bin/env bash
# botocore 1.43.106 (PyPI): AWS's model of Security Hub, from which every SDK is made.
# Valid input: none but the model itself. A note on a finding may have 512 characters and an update 100 findings, in the format of 2018
# (BatchUpdateFindings) as in the one of 2025 (BatchUpdateFindingsV2). The model says so in its prose; as a constraint it has one of the four,
# the 100 of the newer call. Whoever validates against the model (clients, stand-ins, generated types) lets the other three through.
# Prints what the prose and the constraints say, and fails when that changes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet 'botocore==1.43.106'
cat > "$dir/try.py" <<'PY'
import botocore.loaders
shapes = botocore.loaders.Loader().load_service_model("securityhub", "service-2")["shapes"]
def limit(request, member):
    shape = shapes[shapes[request]["members"][member]["shape"]]
    if shape["type"] == "structure":  # of a note its text
        shape = shapes[shape["members"]["Text"]["shape"]]
    return shape.get("max")
def prose(request, member, words):
    return words in shapes[request]["members"][member].get("documentation", "")
old, new = "BatchUpdateFindingsRequest", "BatchUpdateFindingsV2Request"
said = (prose(new, "Comment", "Maximum character length 512"), prose(old, "FindingIdentifiers", "up to 100 findings"))
held = {"Note": limit(old, "Note"), "Comment": limit(new, "Comment"),
        "FindingIdentifiers": limit(old, "FindingIdentifiers"), "MetadataUids": limit(new, "MetadataUids")}
print(f"prose names 512 and 100: {said}; constraints: {held}")
assert said == (True, True) and held == {"Note": None, "Comment": None, "FindingIdentifiers": None, "MetadataUids": 100}, \
    "the model says otherwise: this finding is out of date"
PY
"$dir/venv/bin/python" "$dir/try.py"
