"""Step Functions as AWS runs them, where the engine differs. Source: the Step Functions developer guide, by chapter."""

import contextvars
import json
import threading
import time
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from patching import rewrite

NO_TIMEOUT_SECONDS = 99_999_999  # "Task": the default of TimeoutSeconds
STATE_LIMIT_BYTES = 256 * 1024  # "Service quotas": maximum input or output size of a task, state or execution

running = contextvars.ContextVar("running", default=None)  # (execution, context) of the state being run
branch = contextvars.ContextVar("branch", default=None)  # the Branch it is run in
_closed_tokens = {}  # task token -> the state machine it belonged to
_history = threading.Lock()


def install():
    from ministack.services import stepfunctions as engine

    # The engine sleeps 150 ms at the start of every execution; AWS does not. It would sit in every time we measure.
    rewrite(engine, "_run_execution", ("    time.sleep(0.15)\n", ""))
    # A failed execution that was stopped stays ABORTED.
    rewrite(engine, "_fail_execution", ('    execution["status"] = "FAILED"\n',
                                        '    if execution["status"] != "RUNNING":\n        return\n'
                                        '    execution["status"] = "FAILED"\n'))
    # A retrier's MaxDelaySeconds bounds its waits ("Handling errors").
    rewrite(engine, "_execute_task", ("sleep_sec = interval * (backoff ** count)",
                                      'sleep_sec = min(interval * (backoff ** count), retrier.get("MaxDelaySeconds", 31_622_400))'))
    starts(engine)
    tasks(engine)
    outputs(engine)
    task_tokens(engine)
    branches(engine)


def starts(engine):
    """The same name and input as a running execution is that execution (API reference, StartExecution)."""
    start = engine._start_execution

    def start_execution(data):
        machine, name = data.get("stateMachineArn", ""), data.get("name")
        known = name and engine._executions.get(f"{machine.replace(':stateMachine:', ':execution:')}:{name}")
        if known and known["status"] == "RUNNING" and known["input"] == data.get("input", "{}"):
            return engine.json_response({"executionArn": known["executionArn"], "startDate": known["startDate"]})
        return start(data)

    engine._start_execution = start_execution


# --- tasks ----------------------------------------------------------------------------------------------------------

def tasks(engine):
    execute_task, add_event, arguments = engine._execute_task, engine._add_event, engine._apply_jsonata_arguments

    def run_task(state, raw_input, execution, context):
        """In JSONata a time-out may be an expression ("Transforming data with JSONata", fields that take one)."""
        seconds = {name: int(engine._jsonata_state_field(state, name, "number", raw_input, context))
                   for name in ("TimeoutSeconds", "HeartbeatSeconds") if isinstance(state.get(name), str)}
        token = running.set((execution, context))
        try:
            output, following = execute_task({**state, **seconds}, raw_input, execution, context)
        finally:
            running.reset(token)
            context.pop("Task", None)
        return output, following

    def fresh_token(state, raw_input, context=None):
        """Every attempt of a task has a token of its own ("Wait for a Callback with Task Token")."""
        if context and "Task" in context:
            context["Task"] = {"Token": engine.new_uuid()}
        return arguments(state, raw_input, context)

    def event(*details):
        with _history:  # branches add theirs at the same time
            return add_event(*details)

    engine._execute_task, engine._apply_jsonata_arguments, engine._add_event = run_task, fresh_token, event


def outputs(engine):
    """The output of any state over the quota is States.DataLimitExceeded ("Handling errors", "Service quotas")."""
    for name in ("_execute_task", "_execute_pass", "_execute_map", "_execute_parallel"):
        setattr(engine, name, within_quota(engine, getattr(engine, name)))


def within_quota(engine, execute):
    def run(state, raw_input, *given):
        output, following = execute(state, raw_input, *given)
        if len(json.dumps(output).encode()) > STATE_LIMIT_BYTES:
            raise engine._ExecutionError("States.DataLimitExceeded", f"The state/task '{given[-1]['State']['Name']}' returned "
                                         "a result with a size exceeding the maximum number of bytes service limit.")
        return output, following

    return run


# --- task tokens ----------------------------------------------------------------------------------------------------

def task_tokens(engine):
    engine._invoke_with_callback = lambda resource, payload, token, state: wait_for_callback(engine, resource, payload, token, state)
    stop = engine._stop_execution

    def stop_execution(data):
        answer = stop(data)
        for info in waiting(engine):
            if info["executionArn"] == data.get("executionArn"):
                info["error"] = {"Error": "States.ExecutionStopped", "Cause": ""}
                info["event"].set()
        return answer

    engine._stop_execution = stop_execution
    for name in ("_send_task_success", "_send_task_failure", "_send_task_heartbeat"):
        setattr(engine, name, answered_once(engine, getattr(engine, name)))


def machine_of(token):
    """The state machine of a token, also once the token is used: SendTask* is then TaskTimedOut, not a denial."""
    from ministack.services import stepfunctions as engine

    waiting = engine._task_tokens.get(token)
    return waiting["stateMachineArn"] if waiting else _closed_tokens.get(token, "*")


def answered_once(engine, send):
    """A token that timed out or was answered is TaskTimedOut, a string that never was one InvalidToken, and an output
    that is no JSON InvalidOutput (API reference, SendTaskSuccess, "Errors")."""
    def sent(data):
        token = data.get("taskToken")
        info = engine._task_tokens.get(token)
        if token in _closed_tokens or (info and info["event"].is_set()):
            return engine.error_response_json("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'", 400)
        if info is None:
            return engine.error_response_json("InvalidToken", "Invalid Token: 'Invalid token'", 400)
        try:
            json.loads(data.get("output", "{}"))
        except ValueError:
            return engine.error_response_json("InvalidOutput", "Invalid Output: 'not valid JSON'", 400)
        return send(data)

    return sent


def wait_for_callback(engine, resource, payload, token, state):
    """A call that fails fails the task, so that Retry and Catch see it; TimeoutSeconds runs from the call on;
    HeartbeatSeconds without a heartbeat is States.HeartbeatTimeout ("Wait for a Callback", "Handling errors").
    The engine passes over a failing function and waits, and knows no heartbeat."""
    execution, context = running.get()
    started, limit = time.monotonic(), state.get("TimeoutSeconds", NO_TIMEOUT_SECONDS)
    info = {"event": threading.Event(), "result": None, "error": None, "heartbeat": None, "state": context["State"]["Name"],
            "executionArn": execution["executionArn"], "stateMachineArn": execution["stateMachineArn"]}
    engine._task_tokens[token] = info
    try:
        engine._invoke_resource_with_timeout(resource.replace(".waitForTaskToken", ""), payload, min(limit, 10**6))
        if not answered(engine, info, started + limit, state.get("HeartbeatSeconds")):
            raise engine._ExecutionError("States.Timeout", f"Task timed out after {limit} seconds")
    finally:
        _closed_tokens[token] = execution["stateMachineArn"]
        engine._task_tokens.pop(token, None)
    if info["error"]:
        raise engine._ExecutionError(info["error"].get("Error", "TaskFailed"), info["error"].get("Cause", ""))
    return json.loads(info["result"])


def answered(engine, info, deadline, heartbeat):
    """Wait for the answer, until the deadline or until a heartbeat is missed."""
    alive = time.monotonic()
    while True:
        until = min(deadline, alive + heartbeat) if heartbeat else deadline
        if info["event"].wait(min(max(0, until - time.monotonic()), 10**6)):
            return True
        if heartbeat and info["heartbeat"]:
            info["heartbeat"], alive = None, time.monotonic()
        elif time.monotonic() >= deadline:
            return False
        elif heartbeat:
            raise engine._ExecutionError("States.HeartbeatTimeout", f"No heartbeat for {heartbeat} seconds")


def waiting(engine):
    return list(engine._task_tokens.to_dict().values())


def time_out(state, execution_arn=None):
    """End the waiting tasks whose state's name contains `state`, as if TimeoutSeconds had passed; how many it were."""
    from ministack.services import stepfunctions as engine

    ended = [info for info in waiting(engine)
             if state in info["state"] and execution_arn in (None, info["executionArn"]) and not info["event"].is_set()]
    for info in ended:
        info["error"] = {"Error": "States.Timeout", "Cause": "Task timed out (by the sandbox's clock)"}
        info["event"].set()
    return len(ended)


def runs_about(words):
    """The executions whose input names one of the words."""
    from ministack.services import stepfunctions as engine

    return [{"arn": run["executionArn"], "name": run["name"], "status": run["status"], "startedAt": run["startDate"], "output": run["output"]}
            for run in list(engine._executions.all_values()) if any(word in run["input"] for word in words)]


# --- parallel and map -----------------------------------------------------------------------------------------------

class Branch:
    """Tells whether the Parallel state a branch belongs to is still interested in it."""

    def __init__(self, outer):
        self.outer = outer
        self.over = False

    def stopped(self):
        return self.over or bool(self.outer and self.outer.stopped())


class Stopped(SystemExit):
    """Ends the thread of a branch nobody waits for, quietly; no Catch sees it."""


def branches(engine):
    engine._run_parallel_branches = lambda state, raw, execution, context: run_parallel(engine, state, raw, execution, context)
    engine._run_sub_machine = lambda states, start, data, execution, context: run_states(engine, states, start, data, execution, context)


def run_parallel(engine, state, raw_input, execution, context):
    """With JSONata, Parallel takes Arguments, Output and Assign; the first branch that fails fails the state and stops
    the others ("Parallel"). The engine ignores the former and waits for all branches."""
    given = engine._apply_jsonata_arguments(state, raw_input, context)
    mine = Branch(branch.get())
    token = branch.set(mine)
    pool = ThreadPoolExecutor(max_workers=len(state["Branches"]))
    try:
        futures = [pool.submit(contextvars.copy_context().run, engine._run_sub_machine, each["States"], each["StartAt"],
                               given, execution, context) for each in state["Branches"]]
        done, _ = wait(futures, return_when=FIRST_EXCEPTION)
        results = [future.result() for future in (futures if len(done) == len(futures) else done)]
    except engine._ExecutionError:
        mine.over = True
        raise
    finally:
        branch.reset(token)
        pool.shutdown(wait=False)
    output = engine._apply_jsonata_output(state, raw_input, context, result=results, default=results)
    engine._apply_state_assign(state, raw_input, context, result=results)
    return output, engine._next_or_end(state)


def run_states(engine, states, start, data, execution, context):
    """One branch of a Parallel or one item of a Map: it reads the variables outside and cannot change them
    ("Passing data with variables", scope), has its own State and Task in the context object, stops with its execution,
    and is in the execution's history. The engine shares one context among all branches, so that task tokens get mixed
    up, goes on after StopExecution, and writes no history."""
    context = {**context, "variables": dict(context.get("variables", {}))}
    run = {"Pass": engine._execute_pass, "Choice": engine._execute_choice, "Wait": engine._execute_wait,
           "Task": engine._execute_task, "Parallel": engine._execute_parallel, "Map": engine._execute_map}
    name = start
    while name:
        if execution["status"] != "RUNNING" or (branch.get() and branch.get().stopped()):
            raise Stopped(name)
        state = states[name]
        kind = state["Type"]
        context["State"] = {"Name": name, "EnteredTime": engine.now_iso(), "RetryCount": 0}
        note(engine, execution, f"{kind}StateEntered", "stateEnteredEventDetails", name, "input", data)
        if kind == "Fail":
            raise engine._ExecutionError(*engine._fail_state_error(state, data, context))
        if kind == "Succeed":
            data, following = engine._apply_jsonata_output(state, data, context, default=data), None
        elif kind in ("Task", "Parallel", "Map"):
            data, following = run[kind](state, data, execution, context)
        else:
            data, following = run[kind](state, data, context)
        note(engine, execution, f"{kind}StateExited", "stateExitedEventDetails", name, "output", data)
        name = following
    return data


def note(engine, execution, event, details, name, field, value):
    engine._add_event(execution, event, {details: {"name": name, field: json.dumps(value)}})
