"""CloudTrail's event history, as LookupEvents reads it. The engine keeps one too, but without the calls that were
refused and what a call answered, with the key in place of the user's name, and read in one page."""

import collections
import hashlib
import itertools
import json
import re
import threading
import time
import uuid
from xml.etree import ElementTree

import calls
import log_files

# Of each account and Region; AWS keeps 90 days (CloudTrail user guide, "Working with CloudTrail event history").
LONGEST = 10_000
KEPT = 90 * 86_400

# IAM and the like are recorded in us-east-1 whichever endpoint was called (CloudTrail user guide, "Global service
# events"); STS in the Region of its endpoint ("AWS Security Token Service and CloudTrail").
GLOBAL = {"iam", "organizations", "cloudfront", "route53", "account"}

# Data events are no part of the event history (CloudTrail user guide, "Logging data events").
DATA = re.compile(r"s3:(Get|Put|Delete|Head|Copy|Restore|Abort)Object\w*|s3:ListBucket\w*|lambda:InvokeFunction|execute-api:.*|sns:Publish"
                  r"|ebs:(List|Get|Put)\w*Blocks?|sqs:(Send|Receive|Delete|Change)Message\w*|logs:PutLogEvents|cloudwatch:PutMetricData"
                  r"|dynamodb:(Batch)?(Get|Put|Update|Delete|Write|Condition)\w*Item\w*|dynamodb:(Query|Scan|Transact\w+)")

# Handing out a session changes nothing: readOnly is true (IAM user guide, "Example AWS STS API events in CloudTrail log").
READING = re.compile(r"(Get|List|Describe|Head|Lookup|BatchGet|Search|Simulate|Assume)")

# Those whose answers are on record and come as JSON.
JSON_SERVICES = ("organizations", "sso", "identitystore")

_events = collections.defaultdict(lambda: collections.deque(maxlen=LONGEST))
_lock = threading.Lock()

# Data events on objects, which a trail records where it is told to.
OBJECTS = re.compile(r"s3:(Get|Put|Delete|Head|Copy|Restore|Abort)Object\w*")


def install():
    from ministack.services import cloudtrail

    cloudtrail._DISPATCH["LookupEvents"] = lookup


def record(call, started, error, body, request_id):
    """Called once for every call, refused ones too: those have an errorCode and no responseElements."""
    if not call.action or call.principal == "anonymous":
        return
    service, _, name = call.action.partition(":")
    region = "us-east-1" if service in GLOBAL else call.region
    data = bool(DATA.fullmatch(call.action))
    if data and not (OBJECTS.fullmatch(call.action) and log_files.logged("objects", call.account, region)):
        return
    identity, username = caller(call)
    read_only = bool(READING.match(name))
    event_id, when = str(uuid.uuid4()), int(started)  # CloudTrail's times are whole seconds
    entry = {
        "eventVersion": "1.11", "userIdentity": identity, "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when)),
        "eventSource": f"{service}.amazonaws.com", "eventName": name, "awsRegion": region, "sourceIPAddress": "127.0.0.1",
        "userAgent": call.user_agent, "requestParameters": requested(call), "responseElements": None if error else answered(call, body),
        "requestID": request_id, "eventID": event_id, "readOnly": read_only, "eventType": "AwsApiCall",
        "managementEvent": True, "recipientAccountId": call.account, "eventCategory": "Management",
        **({"errorCode": error} if error else {}),
    }
    if data:
        entry.update(managementEvent=False, eventCategory="Data", resources=on_objects(call))
        return log_files.keep(entry, "objects", call.account, region)
    with _lock:
        _events[call.account, region].append({
            "EventId": event_id, "EventName": name, "EventSource": entry["eventSource"], "EventTime": when,
            "ReadOnly": "true" if read_only else "false", "AccessKeyId": call.access_key, "Username": username,
            "Resources": named_in(call), "CloudTrailEvent": json.dumps(entry),
        })
    # A call is delivered only where a trail logs it, be it the organisation's; the call that stops the trail still is (EventBridge
    # user guide, "AWS service events delivered via AWS CloudTrail").
    if log_files.logged("manages", call.account, region):
        log_files.keep(entry, "manages", call.account, region)
        if not read_only:
            deliver(entry, service, call.account, region)
    if service == "cloudtrail":
        log_files.look_at_trails()


# What the event history finds calls by, of those who are looked for here (CloudTrail API reference, LookupEvents, ResourceName).
EC2_ID = re.compile(r"(i|eni|vol|snap)-[0-9a-f]{8,}")
EC2_TYPE = {"i": "Instance", "eni": "NetworkInterface", "vol": "Volume", "snap": "Snapshot"}
IAM_TYPE = {"UserName": "User", "RoleName": "Role"}


def named_in(call):
    values = [value for value in call.request.values() if isinstance(value, str)]
    ids = {found[0]: EC2_TYPE[found[1]] for found in map(EC2_ID.fullmatch, values) if found} if call.service == "ec2" else {}
    names = {call.request[name]: kind for name, kind in IAM_TYPE.items() if name in call.request} if call.service == "iam" else {}
    return [{"ResourceType": f"AWS::{call.service.upper()}::{kind}", "ResourceName": name} for name, kind in {**ids, **names}.items()]


def is_of(event, attribute):
    name, value = attribute["AttributeKey"], attribute["AttributeValue"]
    if name == "ResourceName":
        return any(one["ResourceName"] == value for one in event["Resources"])
    return event.get(name) == value


def on_objects(call):
    """What a data event names (CloudTrail user guide, "Data events")."""
    arns = [arn for arn in call.resources if "/" in arn]
    return [{"type": "AWS::S3::Object", "ARN": arn} for arn in arns] + [
        {"type": "AWS::S3::Bucket", "ARN": arn.partition("/")[0], "accountId": call.account} for arn in arns]


def deliver(entry, service, account, region):
    """Calls that only read are left out, unless a rule asks for them by its state, which no rule here does."""
    from ministack.core.responses import request_scope
    from ministack.services import eventbridge

    event = {"Source": f"aws.{service}", "DetailType": "AWS API Call via CloudTrail", "Detail": json.dumps(entry)}
    with request_scope(account, region):
        eventbridge._put_events({"Entries": [event]}, allow_aws_source=True)


def caller(call):
    """The caller and the name it is looked up by: of a role session, the session's (CloudTrail user guide, "CloudTrail
    userIdentity element"; API reference, LookupEvents)."""
    from ministack.core.iam_evaluator import resolve_caller_identity

    common = {"arn": call.principal, "accountId": call.account, "accessKeyId": call.access_key}
    kind, _, path = call.principal.split(":", 5)[5].partition("/")
    known = resolve_caller_identity(call.access_key) or {}
    principal_id = known.get("userId") or call.account
    if kind == "assumed-role":
        role, _, session = path.partition("/")
        issuer = {"type": "Role", "principalId": principal_id.partition(":")[0], "accountId": call.account,
                  "arn": role_arn(call.account, role), "userName": role}
        return {"type": "AssumedRole", "principalId": principal_id, **common, "sessionContext": {"sessionIssuer": issuer}}, session
    if kind == "user":
        name = path.rpartition("/")[2]
        return {"type": "IAMUser", "principalId": principal_id, **common, "userName": name}, name
    if kind == "federated-user":
        return {"type": "FederatedUser", "principalId": principal_id, **common}, path
    session = known.get("session") or {}
    context = {"sessionContext": {"assumedRoot": "true"}} if "TaskPolicy" in session else {}  # by sts:AssumeRoot
    return {"type": "Root", "principalId": call.account, **common, **context}, "root"


def role_arn(account, role):
    """With its path, if the role is still there."""
    from ministack.services import iam

    return (iam._roles.get_scoped(account, None, role) or {}).get("Arn") or f"arn:aws:iam::{account}:role/{role}"


def small(name):
    return name[:1].lower() + name[1:]


def requested(call):
    """Parameters with their first letter small; EC2's lists as sets, and what REST services say in the path."""
    given = {small(name): value for name, value in call.request.items()
             if name not in ("Action", "method", "path") and not name.startswith("x-") and "." not in name}
    instances = [value for name, value in call.request.items() if re.fullmatch(r"InstanceId\.\d+", name)]
    if instances:
        given["instancesSet"] = {"items": [{"instanceId": one} for one in instances]}
    if call.action == "ec2:DeleteFlowLogs":
        logs = [{"tag": at + 1, "content": value} for at, (name, value) in enumerate(call.request.items()) if name.startswith("FlowLogId.")]
        given = {"DeleteFlowLogsRequest": {"FlowLogId": logs if len(logs) > 1 else logs[0] if logs else None}}
    path = call.request.get("path", "")
    if call.service == "s3" and len(path) > 1:
        given["bucketName"], _, key = path[1:].partition("/")
        given.update({"key": key} if key else {})
    if call.service == "guardduty" and path.startswith("/detector/"):
        given["detectorId"] = path.split("/")[2]
    if call.service == "lambda" and "/functions/" in path:
        given["functionName"] = path.partition("/functions/")[2].partition("/")[0]
    vault = re.match(r"/backup-vaults/([^/]+)(?:/recovery-points/(arn:.+))?", path) if call.service == "backup" else None
    if vault:
        given.update({name: value for name, value in zip(("backupVaultName", "recoveryPointArn"), vault.groups()) if value})
    return given or None


def answered(call, body):
    """What a call answered, for those that change something or hand out credentials: the ids stay, the secrets do not."""
    name = call.action.partition(":")[2]
    handing_out = call.action.startswith("sts:") and name != "GetCallerIdentity"
    if call.service not in ("iam", "sts", "ec2", *JSON_SERVICES) or (READING.match(name) and not handing_out):
        return None
    if call.service in JSON_SERVICES:
        return as_json_tree(calls.cut(json.loads(body or b"null"))) or None
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return None
    result = next((child for child in root if child.tag.endswith("Result")), root)
    tree = as_tree(result)
    return calls.cut(tree) if isinstance(tree, dict) else None


def as_json_tree(value):
    if isinstance(value, list):
        return [as_json_tree(one) for one in value]
    return {small(name): as_json_tree(inner) for name, inner in value.items()} if isinstance(value, dict) else value


def as_tree(node):
    children = list(node)
    names = [child.tag.rpartition("}")[2] for child in children]
    if not children:
        return node.text
    if set(names) == {"item"}:
        return {"items": [as_tree(child) for child in children]}
    if set(names) == {"member"}:
        return [as_tree(child) for child in children]
    return {small(name): as_tree(child) for name, child in zip(names, children)}


def lookup(body):
    """Newest first, one attribute at most, 50 to a page, and a token for the next that only goes with the same question
    (CloudTrail API reference, LookupEvents). Not played: the limit of two calls a second; a fault rule makes it."""
    from ministack.core.responses import get_account_id, get_region
    from ministack.services.cloudtrail import _err, _ok

    attributes, most = body.get("LookupAttributes") or [], body.get("MaxResults", 50)
    start, end = body.get("StartTime"), body.get("EndTime")
    if len(attributes) > 1:
        return _err("InvalidLookupAttributesException", "You can specify only one lookup attribute.")
    if not 1 <= most <= 50:
        return _err("InvalidMaxResultsException", "MaxResults must be between 1 and 50.")
    if start is not None and end is not None and start > end:
        return _err("InvalidTimeRangeException", "The start time is after the end time.")
    question = hashlib.sha256(json.dumps([attributes, start, end, most], sort_keys=True).encode()).hexdigest()[:16]
    asked, _, last = (body.get("NextToken") or f"{question}.").partition(".")
    if asked != question:
        return _err("InvalidNextTokenException", "The token was made for other parameters.")
    since, until = max(start or 0, time.time() - KEPT), end or time.time()
    with _lock:
        # No further back than the page asks: a test looks again and again for what is a moment old.
        found = (event for event in reversed(_events[get_account_id(), get_region()]) if since <= event["EventTime"] <= until
                 and all(is_of(event, one) for one in attributes))
        if last:
            found = itertools.islice(itertools.dropwhile(lambda event: event["EventId"] != last, found), 1, None)
        page = list(itertools.islice(found, most + 1))
    more = {"NextToken": f"{question}.{page[most - 1]['EventId']}"} if len(page) > most else {}
    return _ok({"Events": page[:most], **more})
