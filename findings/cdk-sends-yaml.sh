#!/usr/bin/env bash
# aws-cdk 2.1148.1 (npm), the CDK's command line, against ministack 1.5.33 (PyPI).
# Valid input: a template of about 36,000 bytes of JSON, deployed into an account that has no bootstrap bucket. CloudFormation takes 51,200
# bytes inside a request (user guide, "CloudFormation quotas"), and CreateStack takes this very file.
# The command line turns the JSON into YAML before it looks at the size: lists of an event pattern then take a line and its indentation for
# each word, the template counts as larger than 50 KiB, and `cdk bootstrap` is asked for. A larger file that holds the same patterns as
# texts is deployed.
# Prints how each way ends, and fails when that changes.
set -euo pipefail
dir=$(mktemp -d)
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet ministack==1.5.33 boto3
cd "$dir"
npm install --silent --no-audit --no-fund aws-cdk@2.1148.1
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
GATEWAY_PORT=$port "$dir/venv/bin/ministack" > ministack.log 2>&1 &
server=$!
trap 'kill $server; rm -rf "$dir"' EXIT
export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 CI=1
until python3 -c "import socket; socket.create_connection(('127.0.0.1', $port))" 2> /dev/null; do sleep 0.2; done

# assembly NAME KIND: what synthesis would write: rules whose patterns are objects, or the same as texts.
assembly() {
  python3 - "$@" <<'PY'
import json, os, sys
name, kind = sys.argv[1:]
os.makedirs(name, exist_ok=True)
names = [f"DeleteThing{n}" for n in range(90)]
pattern = lambda n: {"source": [f"aws.example{n}"], "detail": {"$or": [{"eventSource": ["example.amazonaws.com"], "eventName": names}]}}
written = (lambda p: p) if kind == "objects" else json.dumps
resources = {f"Rule{n}": {"Type": "AWS::Events::Rule", "Properties": {"Name": f"{name}-{n}", "EventPattern": written(pattern(n))}} for n in range(21)}
text = json.dumps({"Resources": resources}, separators=(",", ":"))
open(f"{name}/stack.json", "w").write(text)
stack = {"type": "aws:cloudformation:stack", "environment": "aws://000000000000/us-east-1",
         "properties": {"templateFile": "stack.json", "stackName": name}}
json.dump({"version": "36.0.0", "artifacts": {name: stack}}, open(f"{name}/manifest.json", "w"))
print(len(text))
PY
}

objects=$(assembly objects objects)
texts=$(assembly texts texts)
[ "$objects" -lt "$texts" ] && [ "$texts" -lt 51200 ] || { echo "the input is wrong: $objects and $texts bytes"; exit 1; }

npx cdk deploy --app objects --require-approval never > objects.log 2>&1 && ends=succeeds || ends=fails
grep -q 'larger than 50KiB' objects.log && ends='is refused: larger than 50 KiB'
echo "cdk deploy, patterns as objects, $objects bytes of JSON: $ends"
npx cdk deploy --app texts --require-approval never > texts.log 2>&1 && other=succeeds || { other=fails; cat texts.log; }
echo "cdk deploy, the same as texts, $texts bytes of JSON: $other"
"$dir/venv/bin/python" -c "
import boto3
boto3.client('cloudformation').create_stack(StackName='by-request', TemplateBody=open('objects/stack.json').read().replace('objects-', 'request-'))"
echo "CreateStack with the first file as it is: taken"
[ "$ends" = 'is refused: larger than 50 KiB' ] && [ "$other" = succeeds ] || { echo 'the command line no longer behaves so: this finding is out of date'; exit 1; }
