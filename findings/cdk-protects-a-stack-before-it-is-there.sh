#!/usr/bin/env bash
# aws-cdk 2.1148.1 (npm), the CDK's command line, against ministack 1.5.33 (PyPI).
# Valid input: a stack with `terminationProtection: true` whose first deployment fails, here because there is a bucket of that name.
# The command line switches the protection on before it executes the stack's first change set, and deletes a stack whose creation failed
# before it tries again. CloudFormation refuses to delete what is protected (user guide, "Protect CloudFormation stacks from being
# deleted"): with the mistake mended no deployment succeeds any more, until a person lifts the protection of a stack that never was.
# Prints how the second deployment ends with the protection and without it, and fails when that changes.
set -euo pipefail
dir=$(mktemp -d)
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet ministack==1.5.33
cd "$dir"
npm install --silent --no-audit --no-fund aws-cdk@2.1148.1
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
GATEWAY_PORT=$port "$dir/venv/bin/ministack" > ministack.log 2>&1 &
server=$!
trap 'kill $server; rm -rf "$dir"' EXIT
export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1 CI=1
until python3 -c "import socket; socket.create_connection(('127.0.0.1', $port))" 2> /dev/null; do sleep 0.2; done

# assembly NAME PROTECTION TRUSTED: what synthesis would write, with a bucket of this name.
assembly() {
  python3 - "$@" <<'PY'
import json, os, sys
name, protection, bucket = sys.argv[1:]
os.makedirs(name, exist_ok=True)
resources = {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": bucket}}}
json.dump({"Resources": resources}, open(f"{name}/stack.json", "w"))
stack = {"type": "aws:cloudformation:stack", "environment": "aws://000000000000/us-east-1",
         "properties": {"templateFile": "stack.json", "stackName": name, "terminationProtection": protection == "protected"}}
json.dump({"version": "36.0.0", "artifacts": {name: stack}}, open(f"{name}/manifest.json", "w"))
PY
}

deploy() { npx cdk deploy --app "$1" --require-approval never > "$2" 2>&1; }

assembly another open taken-name
deploy another before.log
for kind in protected open; do
  assembly "$kind" "$kind" taken-name
  deploy "$kind" first.log && { cat first.log; echo 'the first deployment should fail'; exit 1; }
  assembly "$kind" "$kind" "$kind-name"
  if deploy "$kind" second.log; then ended=succeeds
  elif grep -q 'TerminationProtection is enabled' second.log; then ended='is refused: TerminationProtection is enabled'
  else cat first.log second.log; exit 1; fi
  echo "$kind: the second deployment $ended"
  echo "$kind $ended" >> ended
done
[ "$(grep -c succeeds ended)" = 1 ] && grep -q '^open succeeds' ended || { echo 'the command line no longer behaves so: this finding is out of date'; exit 1; }
