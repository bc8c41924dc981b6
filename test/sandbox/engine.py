"""What the engine (ministack) lacks or gets wrong, each beside what AWS does and where that is documented."""

import contextvars
import functools
import hashlib
import io
import json
import re
import secrets
import tempfile
import threading
import time
import uuid
import zipfile

import access_points
import backups
import buses
import cloudformation
import commands
import filter_patterns
import guardduty
import keys
import mail
import resources
import s3
import security_hub
import service_calls
import states
import streams
import trust_order
import user_credentials
import vault
from patching import replaced, rewrite


def install(options):
    identity(options)
    functions(options)
    states.install()
    cloudformation.install()
    service_calls.install()
    buses.install()
    mail.install()
    commands.install()
    backups.install()
    streams.install()
    s3.install()
    filter_patterns.install()
    vault.install()
    access_points.install()
    keys.install()
    security_hub.options = guardduty.options = options
    security_hub.actions_by_the_model()
    conditions()
    headlines()


def conditions():
    """Whether a condition is well-formed is the same for each item of a query; asked for each, it is a tenth of all work."""
    from ministack.services import dynamodb

    dynamodb._condition_syntax_error = functools.lru_cache(dynamodb._condition_syntax_error)
    pages_of_little_are_not_weighed(dynamodb)


def pages_of_little_are_not_weighed(dynamodb):
    """A page ends before 1 MB of items (DynamoDB API reference, Query). As JSON an item is never shorter than what is counted
    of it, so what is less than 1 MB of JSON is one page, and the engine need not weigh each attribute of each item again."""
    weighed = dynamodb._paginate_evaluated_items

    def page(items, limit, table, index_name=None):
        if limit is None and len(json.dumps(items, separators=(",", ":"), default=str)) < dynamodb._DDB_PAGE_SIZE_BYTES:
            return list(items), False
        return weighed(items, limit, table, index_name)

    dynamodb._paginate_evaluated_items = page


def headlines():
    """A subject has fewer than 100 characters, no line break and no control character (SNS API reference, Publish). Until
    it said UTF-8 the reference also asked for ASCII that begins with a letter, a number or punctuation; whoever holds to
    both is refused nowhere. The engine takes any. It reads a call without the empty subjects it holds."""
    from ministack.services import sns

    sns.unfit_subject = lambda subject: bool(subject) and not re.fullmatch("[!-~][ -~]{0,98}", subject)
    rewrite(sns, "_publish", (
        '    message_structure = _p(params, "MessageStructure")\n',
        '    message_structure = _p(params, "MessageStructure")\n'
        '    if unfit_subject(subject):\n'
        '        return _error("InvalidParameter", "Invalid parameter: Subject", 400)\n'))


# --- identity -------------------------------------------------------------------------------------------------------

def identity(options):
    """One organisation holds every account of the sandbox, so aws:PrincipalOrgID has a value; the engine knows none
    until CreateOrganization, which it lacks."""
    from ministack.core import iam_evaluator

    # AWS's services call each other over TLS, so aws:SecureTransport is true (IAM user guide, "Global condition context keys"); a queue
    # that demands it refuses whoever comes without. The engine knows the transport of the request it serves, and of nothing else.
    iam_evaluator._request_origin = contextvars.ContextVar("request_origin", default=("127.0.0.1", True))
    members = set(options.account)
    iam_evaluator._principal_org_id = lambda account: options.organization if account in members else None
    principal_arn_of_a_session(iam_evaluator)
    resources_belong_to_the_organization(iam_evaluator, members)
    check_every_resource(iam_evaluator)
    policies_are_parsed_once(iam_evaluator)
    http_apis_only_say_forbidden()
    quotas_of_users()
    user_credentials.install()
    trust_order.install()
    checksums_are_answered()


def quotas_of_users():
    """Ten managed policies can be attached to a user, unless more were asked for (IAM user guide, "IAM and AWS STS
    quotas"), and none that does not exist (IAM API reference, AttachUserPolicy); the engine takes them all."""
    from ministack.services import iam

    rewrite(iam, "_attach_user_policy", (
        '    if policy_arn not in user["AttachedPolicies"]:\n',
        '    if not _is_aws_managed_arn(policy_arn) and not _policy_exists(policy_arn):\n'
        '        return _error(404, "NoSuchEntity", f"Policy {policy_arn} does not exist or is not attachable.", ns="iam")\n'
        '    if policy_arn not in user["AttachedPolicies"]:\n'
        '        if len(user["AttachedPolicies"]) >= 10:\n'
        '            return _error(409, "LimitExceeded", "Cannot exceed quota for PoliciesPerUser: 10", ns="iam")\n'))
    iam._IAM_HANDLERS["AttachUserPolicy"] = iam._attach_user_policy


def checksums_are_answered():
    """What S3 computed over an object it answers with, if the object came with one (S3 API reference, PutObject,
    "Response Elements"); the engine keeps it to itself."""
    from ministack.services import s3

    rewrite(s3, "_put_object", (
        '    resp_headers.update(sse_headers)\n',
        '    resp_headers.update(sse_headers)\n'
        '    resp_headers.update({f"x-amz-checksum-{name.lower()}": value for name, value in checksums.items()})\n'))


def principal_arn_of_a_session(iam_evaluator):
    """For a role session aws:PrincipalArn is the ARN of the role with its path, not of the session (IAM user guide, "AWS global
    condition context keys"); the engine gives the session's."""
    from ministack.services import iam

    def role_of(session):
        role = iam._roles.get_scoped(session[2], None, session[3]) or {}
        return role.get("Arn") or f"{session[1]}:iam::{session[2]}:role/{session[3]}"

    resolve = iam_evaluator._resolve_condition_key

    def resolve_condition_key(key, ctx):
        value = resolve(key, ctx)
        if key.lower() != "aws:principalarn" or not isinstance(value, str):
            return value
        session = re.match(r"(arn:[^:]+):sts::(\d+):assumed-role/([^/]+)/", value)
        return role_of(session) if session else value

    iam_evaluator._resolve_condition_key = resolve_condition_key


def resources_belong_to_the_organization(iam_evaluator, members):
    """aws:ResourceOrgID and aws:ResourceOrgPaths have a value where the account of the resource belongs to an organisation (IAM user
    guide, "AWS global condition context keys"); the engine knows neither."""
    import organization

    resolve = iam_evaluator._resolve_condition_key
    keys = {"aws:resourceorgid": lambda account: organization.organization_id(), "aws:resourceorgpaths": organization.paths_of}

    def resolve_condition_key(key, ctx):
        if key.lower() not in keys:
            return resolve(key, ctx)
        account = resolve("aws:ResourceAccount", ctx)
        return keys[key.lower()](account) if account in members else None

    iam_evaluator._resolve_condition_key = resolve_condition_key


current_call = contextvars.ContextVar("current_call", default=None)


def check_every_resource(iam_evaluator):
    """The engine checks most calls on one resource; AWS on each one the call touches (arns.py, encryption.py). The
    refusal names the action and resource that were refused."""
    from ministack.core import iam_actions

    engine_enforces, engine_refuses = iam_evaluator.enforce, iam_actions.access_denied_response

    def enforce(access_key, action, service, region, resource_arn="*", service_context=None):
        call = current_call.get()
        own, besides = (call.own, call.besides) if call and not call.checked else (None, [])
        for checked_action, arn, keys in [*(own or [(action, resource_arn, {})]), *besides]:
            space = checked_action.partition(":")[0]
            denied = engine_enforces(access_key, checked_action, space if space == "kms" else service, region, arn,
                                     {**(service_context or {}), **keys})
            if denied:
                if call:
                    call.refused = {"action": checked_action, "resource": arn}
                return denied
        if call:
            call.checked = True  # what ministack checks further, such as each key of a batch, comes on top
        return None

    def access_denied_response(service, action, principal_arn, request_id, **given):
        refused = current_call.get() and current_call.get().refused
        if refused:
            action, given["resource_arn"] = refused["action"], refused["resource"]
        return engine_refuses(service, action, principal_arn, request_id, **given)

    iam_evaluator.enforce, iam_actions.access_denied_response = enforce, access_denied_response


def policies_are_parsed_once(iam_evaluator):
    """The same text is the same policy; parsed for each call that it governs, it is a sixth of all work."""
    parse = iam_evaluator.parse_policy_document
    parse_text = functools.lru_cache(maxsize=4096)(parse)
    iam_evaluator.parse_policy_document = lambda document: (parse_text if isinstance(document, str) else parse)(document)


def http_apis_only_say_forbidden():
    """An HTTP API answers whoever may not invoke it with 403 and this message alone (API Gateway developer guide,
    "Troubleshoot HTTP API issues"); the engine explains itself."""
    from ministack import app

    enforces = app._enforce_execute_api

    def enforce_execute_api(api_id, *given, **named):
        denied = enforces(api_id, *given, **named)
        if denied and app._get_module("apigateway").find_api_scope(api_id):
            return 403, {"Content-Type": "application/json"}, b'{"message":"Forbidden"}'
        return denied

    app._enforce_execute_api = enforce_execute_api


def role_session(account, role_name, session_name, expires_in=None):
    """Temporary credentials as a service gets them for a role it may assume."""
    from ministack.services import iam, sts

    role_id = (iam._roles.get_scoped(account, None, role_name) or {}).get("RoleId", role_name)
    session = {"accessKeyId": "ASIA" + secrets.token_hex(8).upper(), "secretAccessKey": secrets.token_hex(20),
               "sessionToken": secrets.token_hex(32)}
    sts.register_session(session["accessKeyId"], {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{role_name}/{session_name}", "UserId": f"{role_id}:{session_name}",
        "SecretAccessKey": session["secretAccessKey"], "SessionToken": session["sessionToken"],
        **({"Expiration": time.time() + expires_in} if expires_in else {}),
    })
    return session


def instance_session(account, region, instance_id):
    """An instance's session is named after it, so aws:userid is <role id>:<instance id> (IAM user guide, "Principal key
    values"), and lasts six hours (EC2 user guide, "Retrieve security credentials from instance metadata")."""
    associations = resources.ec2_backend(account, region).iam_instance_profile_associations
    if instance_id not in associations:
        raise LookupError(f"{instance_id} has no instance profile in {account} {region}")
    roles = resources.roles_of_profile(account, associations[instance_id].iam_instance_profile.name)
    if not roles:
        raise LookupError(f"the instance profile of {instance_id} has no role")
    return role_session(account, roles[0].rpartition("/")[2], instance_id, expires_in=6 * 3600)


def fire(schedule, account, region):
    """Have a schedule of EventBridge Scheduler come due now: `group/name`."""
    from ministack.core.responses import request_scope
    from ministack.services import eventbridge, scheduler

    record = scheduler._schedules._data.get((account, region, schedule))
    if record is None:
        known = sorted(key for owner, _, key in scheduler._schedules._data if owner == account)
        raise LookupError(f"no schedule {schedule!r} in {account} {region}; there are {known}")
    event = {"EventId": str(uuid.uuid4()), "Source": "aws.scheduler", "DetailType": "Scheduled Event", "Detail": "{}",
             "Time": time.time(), "Resources": [record["Arn"]], "Account": account, "Region": region}
    with request_scope(account, region):
        if "EventBridgeParameters" in record["Target"]:
            service_calls.put_by_schedule(eventbridge, record)
        else:
            eventbridge._invoke_target(record["Target"], event, record)
    if record["ScheduleExpression"].startswith("at("):
        scheduler._schedule_last_fired[(account, region, schedule)] = time.time()
        if record.get("ActionAfterCompletion") == "DELETE":
            scheduler._schedules._data.pop((account, region, schedule), None)


# --- functions ------------------------------------------------------------------------------------------------------

_workers = {}  # access key -> the worker (process) that was given it
_started_here = threading.local()


def functions(options):
    from ministack.core import lambda_runtime
    from ministack.services import lambda_svc, sts

    # Functions that start at the same moment each register a session; the engine walks the live dictionary meanwhile. A list of
    # its items is no single step either: collecting garbage lets other threads in. An event that fell over it was lost.
    rewrite(sts, "_evict_expired_sessions", ("in _sessions.items()", "in _sessions.copy().items()"))
    walk, walked = sts._evict_expired_sessions, [0.0]

    def evict_now_and_then():
        """Thousands of sessions, walked for each new one; one that has expired is refused whether it is still there or not."""
        if time.monotonic() - walked[0] > 30:
            walked[0] = time.monotonic()
            walk()

    sts._evict_expired_sessions = evict_now_and_then
    _processes.configure(options.lambda_concurrency)
    lambda_runtime.execution_credentials = execution_credentials
    lambda_svc.execution_credentials = execution_credentials

    def spawn(worker):
        _workers.pop(getattr(worker, "sandbox_key", None), None)
        engine_spawns(worker)
        worker.sandbox_key = _started_here.access_key
        _workers[worker.sandbox_key] = worker

    code_is_unpacked_once(lambda_runtime)
    busy_environments_are_waited_for(lambda_runtime, lambda_svc)
    engine_spawns = lambda_runtime.Worker._spawn
    lambda_runtime.Worker._spawn = spawn
    streams_name_their_function(lambda_svc)
    errors_keep_their_names(lambda_runtime, lambda_svc)


def code_is_unpacked_once(lambda_runtime):
    """All functions come from one archive, and nobody can write to /var/task (Lambda developer guide, "Lambda execution
    environment"): every environment may see the same files. The engine unpacks the archive anew for each, which costs more
    than the start of the function. In one place, what node compiled serves the next environment too."""
    folders, unpacking = {}, threading.Lock()

    def unpacked(archive):
        with unpacking:
            key = hashlib.sha256(archive).hexdigest()
            if key not in folders:
                folders[key] = tempfile.mkdtemp(prefix="code-")
                with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
                    zipped.extractall(folders[key])
            return folders[key]

    lambda_runtime.unpacked = unpacked
    # A function is started anew so often that a fifth of its start is room made for what is young.
    rewrite(lambda_runtime.Worker, "_spawn", (
        '[binary, worker_path],\n', '[binary, *(["--min-semi-space-size=16"] if binary == "node" else []), worker_path],\n'), (
        '    os.makedirs(code_dir)\n'
        '    with open(os.path.join(self._tmpdir, "code.zip"), "wb") as f:\n'
        '        f.write(self.code_zip)\n'
        '    with zipfile.ZipFile(os.path.join(self._tmpdir, "code.zip")) as zf:\n'
        '        zf.extractall(code_dir)\n',
        '    os.symlink(unpacked(self.code_zip), code_dir)\n'))
    ready = '_realStdoutWrite(JSON.stringify({ status: "ready", cold: true }) + "\\n");'
    lambda_runtime._NODEJS_WORKER_SCRIPT = replaced(
        lambda_runtime._NODEJS_WORKER_SCRIPT, ready, ready + ' require("module").flushCompileCache();', "node worker")


AT_ONCE, BUSY_SECONDS = 3, 3


def busy_environments_are_waited_for(lambda_runtime, lambda_svc):
    """Lambda starts another environment for whatever comes while all of a function are busy (developer guide, "Understanding Lambda
    function scaling"). Here each is a process whose start costs more than most invocations: three race each other as there, a fourth
    starts only after some seconds. Nobody waits for ever: a function may itself wait for a function."""
    leases, leasing = lambda_svc.acquire_worker, threading.Lock()

    def acquire_worker(func_name, config, code_zip, qualifier="$LATEST"):
        key, began = lambda_runtime._worker_key(func_name, config, qualifier), time.monotonic()
        while True:
            with leasing:
                known = lambda_runtime._workers.get(key, [])
                enough = len(known) - AT_ONCE + 1
                if time.monotonic() - began >= BUSY_SECONDS * enough or not all(worker.in_use for worker in known):
                    return leases(func_name, config, code_zip, qualifier=qualifier)
            time.sleep(0.01)

    lambda_svc.acquire_worker = acquire_worker


def streams_name_their_function(lambda_svc):
    """In a log group that is not the function's own a stream is YYYY/MM/DD/<function>[<version>][<environment>] (Lambda developer
    guide, "Configuring CloudWatch log groups"); the engine leaves the function out."""
    rewrite(lambda_svc, "_emit_lambda_logs", (
        "/[{qualifier}]{new_uuid().replace('-', '')}\"",
        "/\" + (f\"[{qualifier}]{new_uuid().replace('-', '')}\" if group_name == f\"/aws/lambda/{fn_name}\" "
        "else f\"{fn_name}[{qualifier}][{new_uuid().replace('-', '')}]\")"))


def execution_credentials(config):
    """Every execution environment gets a session of the function's role, named after the function, so that
    aws:userid is <role id>:<function name> (IAM user guide, "Principal key values"). The engine hands out the
    account's root until policies are enforced, and a role's name in place of its id afterwards."""
    session = role_session(config["FunctionArn"].split(":")[4], config["Role"].rpartition("/")[2], config["FunctionName"])
    _started_here.access_key = session["accessKeyId"]
    return {"AWS_ACCESS_KEY_ID": session["accessKeyId"], "AWS_SECRET_ACCESS_KEY": session["secretAccessKey"],
            "AWS_SESSION_TOKEN": session["sessionToken"]}


def errors_keep_their_names(lambda_runtime, lambda_svc):
    """An error a Node handler throws is reported as {errorType: its name, errorMessage, trace} and the environment
    lives on (Lambda developer guide, "Node.js errors"); a process that ends is Runtime.ExitError. The engine calls all
    of them Runtime.HandlerError and ends the process."""
    script = lambda_runtime._NODEJS_WORKER_SCRIPT
    script = replaced(script, """status: "error", error: String(err.message || err), trace: err.stack || \"\"""",
                      'status: "ok", result: { __thrown: thrown(err) }', "node worker")
    script = replaced(script, """        status: "error", error: e.message, trace: e.stack
""", """        status: "ok", result: { __thrown: thrown(e) }
""", "node worker")
    lambda_runtime._NODEJS_WORKER_SCRIPT = script + """
function thrown(e) {
  const known = e instanceof Error || (e && e.message !== undefined);
  console.error("Invoke Error", (e && e.stack) || e);
  return { errorType: known ? e.name : typeof e, errorMessage: known ? String(e.message) : String(e),
           trace: known && e.stack ? e.stack.split("\\n") : [] };
}
"""
    engine_executes = lambda_svc._execute_function_warm

    def execute(func, event, request_id):
        with _processes:
            result = engine_executes(func, event, request_id)
        body = result.get("body")
        if isinstance(body, dict) and "__thrown" in body:
            return {**result, "body": body["__thrown"], "error": True}
        if result.get("error") and body.get("errorMessage") in ("Worker process died", "Worker returned no response"):
            result["body"] = {"errorType": "Runtime.ExitError",
                              "errorMessage": f"RequestId: {request_id} Error: Runtime exited with error: signal: killed"}
        return result

    lambda_svc._execute_function_warm = execute
    # Waiting for a log line is the engine's, not AWS's: a line that is not there after 5 ms is not coming.
    lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.005, 0.005, 0.25)


class Processes:
    """How many functions may run at once here. AWS would start a thousand; here each is a Node process, so the rest
    wait their turn instead of being throttled. Nobody waits for ever: a function may itself wait for a function."""

    def __init__(self):
        self.limit = threading.BoundedSemaphore(16)
        self.held = threading.local()

    def configure(self, count):
        self.limit = threading.BoundedSemaphore(count)

    def __enter__(self):
        self.held.got = self.limit.acquire(timeout=20)

    def __exit__(self, *_):
        if self.held.got:
            self.limit.release()


_processes = Processes()


def kill_function(access_key):
    """SIGKILL the process that was given this key; it is between two of its calls then."""
    worker = _workers.get(access_key)
    process = worker and worker._proc
    if process is None:
        return False
    process.kill()
    return True


def kill_functions():
    from ministack.core import lambda_runtime

    lambda_runtime._REAP_GRACE = 0.2
    for worker in list(_workers.values()):
        if worker._proc is not None:
            worker._proc.kill()
    lambda_runtime.reset()
