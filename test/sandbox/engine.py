"""What the engine (ministack) lacks or gets wrong, each beside what AWS does and where that is documented."""

import contextvars
import secrets
import threading

from patching import replaced


def install(options):
    identity(options)
    functions(options)
    state_machines()


# --- identity -------------------------------------------------------------------------------------------------------

def identity(options):
    """One organisation holds every account of the sandbox, so aws:PrincipalOrgID has a value; the engine knows none
    until CreateOrganization, which it lacks."""
    from ministack.core import iam_evaluator

    members = set(options.account)
    iam_evaluator._principal_org_id = lambda account: options.organization if account in members else None
    check_every_resource(iam_evaluator)


further_checks = contextvars.ContextVar("further_checks", default=None)


def check_every_resource(iam_evaluator):
    """The engine checks most calls on one resource; AWS on each one the call touches (arns.py)."""
    engine_enforces = iam_evaluator.enforce

    def enforce(access_key, action, service, region, resource_arn="*", service_context=None):
        checks = further_checks.get()
        if not checks:
            return engine_enforces(access_key, action, service, region, resource_arn, service_context)
        further_checks.set(None)  # once a request
        for checked_action, arn, keys in checks:
            denied = engine_enforces(access_key, checked_action, service, region, arn, {**(service_context or {}), **keys})
            if denied:
                return denied
        return None

    iam_evaluator.enforce = enforce


# --- functions ------------------------------------------------------------------------------------------------------

_workers = {}  # access key -> the worker (process) that was given it
_started_here = threading.local()


def functions(options):
    from ministack.core import lambda_runtime
    from ministack.services import lambda_svc

    _processes.configure(options.lambda_concurrency)
    lambda_runtime.execution_credentials = execution_credentials
    lambda_svc.execution_credentials = execution_credentials
    engine_spawns = lambda_runtime.Worker._spawn

    def spawn(worker):
        _workers.pop(getattr(worker, "sandbox_key", None), None)
        engine_spawns(worker)
        worker.sandbox_key = _started_here.access_key
        _workers[worker.sandbox_key] = worker

    lambda_runtime.Worker._spawn = spawn
    errors_keep_their_names(lambda_runtime, lambda_svc)


def execution_credentials(config):
    """Every execution environment gets a session of the function's role, named after the function, so that
    aws:userid is <role id>:<function name> (IAM user guide, "Principal key values"). The engine hands out the
    account's root until policies are enforced, and a role's name in place of its id afterwards."""
    from ministack.services import iam, sts

    account = config["FunctionArn"].split(":")[4]
    role_name = config["Role"].rpartition("/")[2]
    role = iam._roles.get_scoped(account, None, role_name) or {}
    session = config["FunctionName"]
    key = "ASIA" + secrets.token_hex(8).upper()
    secret, token = secrets.token_hex(20), secrets.token_hex(32)
    sts.register_session(key, {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{role_name}/{session}",
        "UserId": f"{role.get('RoleId', role_name)}:{session}",
        "SecretAccessKey": secret, "SessionToken": token,
    })
    _started_here.access_key = key
    return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token}


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


def end_idle_functions():
    """After a policy switch: sessions stay, but environments start afresh as after a deployment."""
    from ministack.core import lambda_runtime

    lambda_runtime.reset()


# --- state machines -------------------------------------------------------------------------------------------------

def state_machines():
    import states

    states.install()
