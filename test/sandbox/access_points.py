"""S3 Control where the engine lacks it: Block Public Access of an account, whether an access point's policy is public, other accounts
that come through an access point, and that there are jobs of S3 Batch Operations, which do nothing here. Sources: the S3 user guide and API reference, by section below."""

import re
import time
import uuid

from patching import rewrite

PREFIX = "/v20180820/"
ACCOUNT_BLOCK = PREFIX + "configuration/publicAccessBlock"
ON_ACCOUNT = {"GET": "s3:GetAccountPublicAccessBlock", "PUT": "s3:PutAccountPublicAccessBlock", "DELETE": "s3:PutAccountPublicAccessBlock"}

JOBS = PREFIX + "jobs"
ON_JOBS = {"GET": "s3:ListJobs", "POST": "s3:CreateJob"}

blocks = {}  # account -> flags
jobs = {}  # (account, Region) -> jobs, the newest first


def install():
    from ministack import app
    from ministack.core import iam_actions
    from ministack.services import s3

    actions_are_of_the_route(iam_actions)
    accounts_block(app, s3)
    policies_are_judged(s3)
    others_come_through(s3)
    keys_of_access_points_are_conditions(iam_actions, s3)


# --- what a call is checked on --------------------------------------------------------------------------------------

def actions_are_of_the_route(iam_actions):
    """The engine knows what it checks a call of S3 Control on, and takes it for an object's where it is recorded."""
    known = iam_actions.extract_iam_action

    def extract_iam_action(service, method, path, headers, body, params):
        if service != "s3" or not path.startswith(PREFIX):
            return known(service, method, path, headers, body, params)
        return on_whole(path, method) or iam_actions.s3control_action(method, path)

    iam_actions.extract_iam_action = extract_iam_action


def on_whole(path, method):
    """The action of a call about the whole account, or about its jobs in a Region."""
    return {ACCOUNT_BLOCK: ON_ACCOUNT, JOBS: ON_JOBS}.get(path, {}).get(method)


def checks(action, path, region, account):
    """On the access point, where the action knows that type of resource (Service Authorization Reference, Amazon S3)."""
    if not path.startswith(PREFIX):
        return None
    named = re.fullmatch(PREFIX + r"accesspoint/([^/]+)(/\w+)?", path)
    if named is None or action == "s3:GetAccessPoint":
        return [(action, "*", {})]
    return [(action, f"arn:aws:s3:{region}:{account}:accesspoint/{named[1]}", {})]


# --- Block Public Access of an account ------------------------------------------------------------------------------

def accounts_block(app, s3):
    """Set and read by S3 Control (API reference, PutPublicAccessBlock of S3 Control); of the account and the bucket the strictest
    combination counts (user guide, "Blocking public access to your Amazon S3 storage"). The engine knows buckets' alone."""
    own = app._handle_s3_control_request
    blocked = s3._public_access_blocked

    async def handle(path, method, body, query, request_id, headers=None):
        action = on_whole(path, method)
        if action is None:
            return await own(path, method, body, query, request_id, headers)
        denied = app._enforce_data_plane("s3", action, headers, query, request_id)
        answer = account_block if path == ACCOUNT_BLOCK else batch_jobs
        return denied or s3.s3control_account_error(headers or {}) or answer(s3, method, body)

    app._handle_s3_control_request = handle
    s3._public_access_blocked = lambda owner, bucket, setting: blocks.get(owner, {}).get(setting, False) or blocked(owner, bucket, setting)


def account_block(s3, method, body):
    from xml.etree.ElementTree import Element, SubElement, fromstring

    account = s3.get_account_id()
    if method == "PUT":
        blocks[account] = {flag: False for flag in s3._PAB_FIELDS} | s3._parse_pab(fromstring(body))
        return 200, {}, b""
    if method == "DELETE":
        blocks.pop(account, None)
        return 204, {}, b""
    if account not in blocks:
        return s3.s3control_error("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found", 404,
                                  {"AccountId": account})
    root = Element("PublicAccessBlockConfiguration", xmlns=s3.S3CONTROL_NS)
    for flag, on in blocks[account].items():
        SubElement(root, flag).text = str(on).lower()
    return s3._s3control_response(root)


# --- S3 Batch Operations --------------------------------------------------------------------------------------------

def batch_jobs(s3, method, body):
    """Made and listed (API reference, CreateJob and ListJobs of S3 Control), and never carried out."""
    from xml.etree.ElementTree import Element, SubElement, fromstring

    here = jobs.setdefault((s3.get_account_id(), s3.get_region()), [])
    if method == "POST":
        given = fromstring(body)
        operation = next(one for one in given if one.tag.endswith("}Operation"))[0].tag.partition("}")[2]
        here.insert(0, {"JobId": str(uuid.uuid4()), "Operation": operation, "Status": "Active",
                        "CreationTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())})
        root = Element("CreateJobResult", xmlns=s3.S3CONTROL_NS)
        SubElement(root, "JobId").text = here[0]["JobId"]
        return s3._s3control_response(root)
    root = Element("ListJobsResult", xmlns=s3.S3CONTROL_NS)
    listed = SubElement(root, "Jobs")
    for job in here:
        member = SubElement(listed, "member")
        for key, text in job.items():
            SubElement(member, key).text = text
    return s3._s3control_response(root)


# --- policies of access points --------------------------------------------------------------------------------------

def is_public(s3, record):
    """One that is reached from a VPC alone never counts as public (user guide, "Managing public access to access points")."""
    return record["NetworkOrigin"] == "Internet" and bool(record.get("Policy")) and s3._policy_is_public(record["Policy"])


def policies_are_judged(s3):
    """GetAccessPointPolicyStatus, which the engine lacks; and PutAccessPointPolicy, which BlockPublicPolicy of the access point, of its
    bucket or of the account refuses (user guide, "Blocking public access to your Amazon S3 storage", settings)."""
    from xml.etree.ElementTree import Element, SubElement

    own, change = s3.handle_access_point_control, s3._access_point_policy

    def status(record):
        root = Element("GetAccessPointPolicyStatusResult", xmlns=s3.S3CONTROL_NS)
        SubElement(SubElement(root, "PolicyStatus"), "IsPublic").text = str(is_public(s3, record)).lower()
        return s3._s3control_response(root)

    def handle(method, path, headers, body, query):
        named = re.fullmatch(PREFIX + r"accesspoint/([^/]+)/policyStatus", path)
        record = named and method == "GET" and s3._access_points.get(named[1])
        if not record:
            return own(method, path, headers, body, query)
        return status(record) if record.get("Policy") else change(named[1], "GET", b"")

    def policy(name, method, body):
        record = s3._access_points.get(name)
        if method == "PUT" and record:
            wanted = {**record, "Policy": s3._child_text(s3.fromstring(body), "Policy")}
            account = s3.get_account_id()
            flagged = record["PublicAccessBlockConfiguration"]["BlockPublicPolicy"]
            if is_public(s3, wanted) and (flagged or s3._public_access_blocked(account, record["Bucket"], "BlockPublicPolicy")):
                return s3.s3control_error("AccessDenied", "Access Denied", 403)
        return change(name, method, body)

    s3.handle_access_point_control, s3._access_point_policy = handle, policy


# --- other accounts -------------------------------------------------------------------------------------------------

def others_come_through(s3):
    """Another account may use an access point that its policy lets it use, as far as the bucket allows the same (user guide, "Configuring
    IAM policies for using access points"), and no block forbids: that of the access point, the bucket or the account ("Managing public
    access to access points"). The engine lets nobody through from elsewhere."""
    foreign = s3._foreign_bucket_allows

    def allows(owner, bucket, key, method, query, caller, headers=None):
        record = s3._request_access_point.get()
        return (record is None or lets_in(s3, record, owner, key, method, query, caller, headers or {})) and \
            foreign(owner, bucket, key, method, query, caller, headers)

    s3._foreign_bucket_allows = allows
    rewrite(s3, "handle_request", (
        "            account, access_point_region, record = resolved\n"
        "            if account != get_account_id():\n"
        "                return _error(\"AccessDenied\", \"Access Denied\", 403, f\"/{bucket}\")\n"
        "            bucket, access_point = record[\"Bucket\"], record\n",
        "            account, access_point_region, record = resolved\n"
        "            bucket, access_point = record[\"Bucket\"], record\n"
        "            _request_access_point.set(record)\n"))


def lets_in(s3, record, owner, key, method, query, caller, headers):
    from ministack.core.iam_actions import _s3_action
    from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy

    if is_public(s3, record) and s3._public_access_blocked(owner, record["Bucket"], "RestrictPublicBuckets"):
        return False
    region = s3.resolve_access_point_alias(record["Alias"])[1]
    arn = s3.access_point_arn(record["Name"], owner, region)
    action = _s3_action(method, f"/{record['Bucket']}/{key}" if key else f"/{record['Bucket']}", query)
    context = EvalContext(**s3.principal_of_call(headers, caller), action=f"s3:{action}", region=region,
                          resource_arn=f"{arn}/object/{key}" if key else arn, service_context={})
    return bool(record.get("Policy")) and evaluate_resource_policy(record["Policy"], context).decision == "Allow"


def keys_of_access_points_are_conditions(iam_actions, s3):
    """What comes through an access point says so to the bucket's policy (user guide, "Delegating access control to access points")."""
    own = iam_actions.s3_service_context

    def context(*given, **named):
        record = s3._request_access_point.get()
        if record is None:
            return own(*given, **named)
        account, region, _ = s3.resolve_access_point_alias(record["Alias"])
        return {**own(*given, **named), "s3:DataAccessPointArn": s3.access_point_arn(record["Name"], account, region),
                "s3:DataAccessPointAccount": account, "s3:AccessPointNetworkOrigin": record["NetworkOrigin"]}

    iam_actions.s3_service_context = context
