"""Calls one service makes to another with a role it was given: Step Functions and EventBridge Scheduler to functions,
EventBridge to state machines. The engine makes them in itself, unchecked and unseen; here they meet the role's
policies and the fault rules, and are recorded like any other call."""

import contextlib
import contextvars
import json
import threading
import time
import uuid

import calls
import engine
import faults
from patching import rewrite


class Failed(Exception):
    """The call failed with this error code."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def install():
    from ministack.services import eventbridge, lambda_svc, scheduler, stepfunctions

    tasks_invoke_by_role(stepfunctions)
    functions_leave_letters_by_role(lambda_svc)
    rules_start_by_role(eventbridge)
    schedules_ring_again(scheduler)
    schedules_come_in_pages(scheduler)


@contextlib.contextmanager
def by_role(role_arn, session, action, resource, request, agent):
    """Around the work: refuses it, lets a fault rule have it, and records it."""
    from ministack.core.responses import get_account_id, get_region

    account, region = get_account_id(), get_region()
    key = engine.role_session(account, role_arn.rpartition("/")[2], session, expires_in=60)["accessKeyId"]
    principal = f"arn:aws:sts::{account}:assumed-role/{role_arn.rpartition('/')[2]}/{session}"
    call = calls.Call(action.partition(":")[0], action, account, region=region, principal=principal, access_key=key,
                      request=calls.cut(request), raw=json.dumps(request, default=str), user_agent=agent, resources=[resource])
    started, error = time.time(), None
    engine.current_call.set(call)
    try:
        refuse(key, call)
        inject(call)
        yield
    except Failed as failure:
        error = failure.code
        raise
    finally:
        body = json.dumps({"code": error}).encode() if error else b""
        calls.record(call, started, 403 if error in calls.REFUSALS else 500 if error else 200, body, str(uuid.uuid4()))


def refuse(key, call):
    from ministack import app
    from ministack.core import iam_evaluator

    if app.AUTH and iam_evaluator.enforce(key, call.action, call.service, call.region, call.resources[0]):
        raise Failed("AccessDeniedException", f"User: {call.principal} is not authorized to perform: {call.action} on "
                     f"resource: {call.resources[0]} because no identity-based policy allows the {call.action} action")


def may(role_arn, action, resource):
    """Whether a role's own policies allow it, whatever the resource's policy says and whether or not policies are enforced by now."""
    from ministack.core import iam_evaluator
    from ministack.core.responses import get_account_id, get_region

    account = get_account_id()
    key = engine.role_session(account, role_arn.rpartition("/")[2], "check", expires_in=60)["accessKeyId"]
    role = iam_evaluator.resolve_principal(key, account)
    asked = iam_evaluator.EvalContext(
        principal_arn=role.arn, principal_type=role.type, principal_account=role.account, action=action, resource_arn=resource,
        region=get_region(), service_context={"aws:tagkeys": None}, principal_keys=role.keys)
    return iam_evaluator.evaluate(asked, role.policies, *role.limits).decision == "Allow"


def inject(call):
    rule = faults.matching(call) if faults.rules else None
    if rule is None:
        return
    if rule["effect"] == "delay":
        time.sleep(rule.get("seconds", 1))
    elif rule["effect"] == "deny":
        raise Failed("AccessDeniedException", f"User: {call.principal} is not authorized to perform: {call.action}")
    elif rule["effect"] == "throttle":
        raise Failed(rule.get("code") or faults.THROTTLED.get(call.service, ("ThrottlingException", 400))[0], "Rate exceeded")
    else:
        raise Failed(rule.get("code", "SdkClientException"), "Fault injected by the sandbox")


# --- Step Functions -------------------------------------------------------------------------------------------------

def tasks_invoke_by_role(stepfunctions):
    """A refused invocation is Lambda.AWSLambdaException, a throttled one Lambda.TooManyRequestsException (Step Functions
    developer guide, "Handling transient Lambda service exceptions")."""
    import states

    invoke = stepfunctions._call_lambda

    def call_lambda(function, event):
        running = states.running.get()
        if running is None:
            return invoke(function, event)
        execution, _ = running
        # An item of a Distributed Map is an execution of its own, of <machine>/<label>, with the machine's role.
        machine = stepfunctions._state_machines.get(execution["stateMachineArn"].partition("/")[0])
        arn = function if function.startswith("arn:") else stepfunctions_arn(execution, function)
        try:
            with by_role(machine["roleArn"], execution["name"], "lambda:InvokeFunction", arn, event, "states.amazonaws.com"):
                return invoke(function, event)
        except Failed as failure:
            name = "AWSLambdaException" if failure.code == "AccessDeniedException" else failure.code
            raise stepfunctions._ExecutionError(f"Lambda.{name}", str(failure)) from None

    stepfunctions._call_lambda = call_lambda


def stepfunctions_arn(execution, function):
    region, account = execution["executionArn"].split(":")[3:5]
    return f"arn:aws:lambda:{region}:{account}:function:{function}"


# --- Lambda ---------------------------------------------------------------------------------------------------------

def functions_leave_letters_by_role(lambda_svc):
    """What an asynchronous invocation fails at goes to the dead-letter queue with the rights of the function's role: the event as
    it was, and the error in attributes (Lambda developer guide, "Adding a dead-letter queue"). The engine writes what a destination gets."""

    def route_async_failure(target, function, event, result):
        role = lambda_svc._functions[function]["config"]["Role"]
        answer = result.get("body")
        error = str(answer.get("errorMessage", "") if isinstance(answer, dict) else answer)[:1024]
        about = {"RequestID": str(uuid.uuid4()), "ErrorCode": "200", "ErrorMessage": error}
        with contextlib.suppress(Failed), by_role(role, function, "sqs:SendMessage", target, event, "lambda.amazonaws.com"):
            leave_letter(target, json.dumps(event), about)

    lambda_svc._route_async_failure = route_async_failure


def leave_letter(queue, body, about):
    from ministack.core.arn import parse_arn
    from ministack.services import eventbridge, sqs

    eventbridge._dispatch_to_sqs(parse_arn(queue), body)
    new = next(one for one in reversed(sqs._queue_by_arn(queue)["messages"]) if one["body"] == body and not one["message_attributes"])
    new["message_attributes"] = {
        name: {"DataType": "Number" if name == "ErrorCode" else "String", "StringValue": value} for name, value in about.items() if value
    }


# --- EventBridge and its Scheduler ----------------------------------------------------------------------------------

def schedules_ring_again(scheduler):
    """A schedule that has rung and was set to another time, or made anew, rings then (EventBridge Scheduler API
    reference, UpdateSchedule: the request overrides the existing schedule). The engine remembers that it has rung."""
    for name in ("_create_schedule", "_update_schedule"):
        rewrite(scheduler, name, (
            '    return _json_resp(200, {"ScheduleArn": arn})',
            '    _schedule_last_fired.pop((get_account_id(), get_region(), key), None)\n'
            '    return _json_resp(200, {"ScheduleArn": arn})'))


def schedules_come_in_pages(scheduler):
    """ListSchedules answers up to MaxResults, 100 at most, and a NextToken where there are more (EventBridge Scheduler
    API reference, ListSchedules). The engine cuts the rest off."""
    rewrite(scheduler, "_list_schedules", (
        '    results = results[:max_results]\n    return _json_resp(200, {"Schedules": results})',
        '    start = int(query.get("NextToken", 0))\n'
        '    more = {"NextToken": str(start + max_results)} if start + max_results < len(results) else {}\n'
        '    return _json_resp(200, {"Schedules": results[start:start + max_results], **more})'))


target_role = contextvars.ContextVar("target_role", default=None)


def rules_start_by_role(eventbridge):
    """A target gets what its role may do, is retried when throttled, and what cannot be delivered goes to the rule's
    dead-letter queue (EventBridge user guide, "Retrying event delivery", "Using dead-letter queues"). A function is
    invoked asynchronously and retried twice (Lambda developer guide, "Asynchronous invocation"). The engine does none
    of it."""
    deliver, start = eventbridge._invoke_target, eventbridge._dispatch_to_stepfunctions

    def invoke_target(target, event, rule, view=None):
        target_role.set((target, rule))
        if is_there(target.get("Arn", "")):
            deliver(target, event, rule, view)
        else:
            whole = (view or eventbridge._pattern_event_view(event)).event_with_detail()
            dead_letter(eventbridge, target, rule, target["Arn"], json.dumps(whole), None)

    def to_state_machine(arn, payload):
        in_background(eventbridge, "states:StartExecution", arn, payload, lambda: start(arn, payload))

    def to_function(arn, payload):
        from ministack.services import lambda_svc

        function, config, _ = lambda_svc._get_func_record_for_ref(arn)
        record = lambda_svc._execution_record_for_config(function, config)
        in_background(eventbridge, "lambda:InvokeFunction", arn, payload,
                      lambda: lambda_svc.invoke_async_with_retry(record, json.loads(payload)))

    publish = eventbridge._dispatch_to_sns

    def to_topic(arn, payload):
        target, rule = target_role.get()
        if rules_may_publish(arn, rule):
            publish(arn, payload)
        else:
            refused = Failed("NO_PERMISSIONS", "The topic's policy does not allow it.")
            dead_letter(eventbridge, target, rule, arn, payload, refused)

    eventbridge._invoke_target, eventbridge._dispatch_to_sns = invoke_target, to_topic
    eventbridge._dispatch_to_stepfunctions, eventbridge._dispatch_to_lambda = to_state_machine, to_function


def put_by_schedule(eventbridge, record):
    """A bus as the target of a schedule gets an event of the caller's making, as by PutEvents with the schedule's role
    (EventBridge Scheduler user guide, "Using templated targets"; API reference, EventBridgeParameters)."""
    target = record["Target"]
    made, detail = target["EventBridgeParameters"], target.get("Input", "{}")
    entry = {"Source": made["Source"], "DetailType": made["DetailType"], "Detail": detail,
             "EventBusName": target["Arn"].rpartition("/")[2]}
    target_role.set((target, record))
    in_background(eventbridge, "events:PutEvents", target["Arn"], detail,
                  lambda: eventbridge._put_events({"Entries": [entry]}))


def is_there(arn):
    """Whether a target is. What is not, is not retried (EventBridge user guide, "Using dead-letter queues", NO_RESOURCE). Of what is
    kept in another place, such as buses, whoever delivers to it knows."""
    from ministack.services import lambda_svc, sns, sqs, stepfunctions

    known = {"lambda": lambda: lambda_svc._get_func_record_for_ref(arn)[0], "sqs": lambda: sqs._queue_by_arn(arn),
             "sns": lambda: arn in sns._topics, "states": lambda: stepfunctions._resolve_state_machine_arn(arn)}
    service = arn.split(":")[2] if arn.count(":") >= 5 else ""
    return service not in known or bool(known[service]())


def in_background(eventbridge, action, arn, payload, perform):
    target, rule = target_role.get()
    context = contextvars.copy_context()
    work = (eventbridge, target, rule, action, arn, payload, perform)
    threading.Thread(target=context.run, args=(deliver_with_retries, *work), daemon=True).start()


def deliver_with_retries(eventbridge, target, rule, action, arn, payload, perform):
    retries = target.get("RetryPolicy", {}).get("MaximumRetryAttempts", 185)
    for attempt in range(retries + 1):
        try:
            with allowed_by(target, rule, action, arn, payload):
                return perform()
        except Failed as failure:
            last = failure
            if failure.code == "AccessDeniedException":
                break
            time.sleep(min(0.1 * 2**attempt, 5))  # AWS: exponential back-off for up to 24 hours
    dead_letter(eventbridge, target, rule, arn, payload, last)


def allowed_by(target, rule, action, arn, payload):
    if not target.get("RoleArn"):  # a function allows EventBridge by its own policy, which the engine does not evaluate
        return contextlib.nullcontext()
    session = (rule.get("Name") or "rule")[:64]
    return by_role(target["RoleArn"], session, action, arn, json.loads(payload), "events.amazonaws.com")


def dead_letter(eventbridge, target, rule, arn, payload, failure):
    """With the attributes of either service (EventBridge user guide, "Using dead-letter queues"; EventBridge Scheduler user guide,
    "Configuring a dead-letter queue")."""
    queue = target.get("DeadLetterConfig", {}).get("Arn")
    if queue and may_leave_letters(target, rule, queue, payload):
        source = rule.get("Arn", "")
        leave_letter(queue, payload, {
            "SCHEDULE_ARN" if ":scheduler:" in source else "RULE_ARN": source,
            "TARGET_ARN": target.get("Arn", arn),
            "ERROR_CODE": failure.code if failure else "NO_RESOURCE",
            "ERROR_MESSAGE": str(failure) if failure else "The target does not exist.",
        })


def rules_may_publish(topic, rule):
    """A rule needs the topic's policy, and that of the key which encrypts it; there the source of the call is not known (EventBridge
    user guide, "Amazon SNS permissions"; SNS developer guide, "Key management")."""
    from ministack.app import AUTH
    from ministack.services import kms, sns

    attributes = sns._topics[topic]["attributes"]
    source = {"aws:sourcearn": rule.get("Arn", ""), "aws:sourceaccount": topic.split(":")[4], "aws:securetransport": "true"}
    key = kms._keys.get((attributes.get("KmsMasterKeyId") or "").rpartition("/")[2])
    return not AUTH or (
        rules_may("sns:Publish", topic, attributes.get("Policy"), source)
        and (key is None or rules_may("kms:GenerateDataKey", key["Arn"], key["Policy"], {"aws:securetransport": "true"})))


def rules_may(action, resource, policy, keys):
    from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
    from ministack.core.responses import get_region

    context = EvalContext(principal_arn="*", principal_type="Service", principal_account="", action=action, resource_arn=resource,
                          region=get_region(), service_context=keys)
    return evaluate_resource_policy(policy, context, service="events.amazonaws.com").decision == "Allow"


def may_leave_letters(target, rule, queue, payload):
    """A rule needs the queue's policy (EventBridge user guide, "Using dead-letter queues"), a schedule its role's right
    (EventBridge Scheduler user guide, "Configuring a dead-letter queue")."""
    from ministack.core.responses import get_account_id
    from ministack.services import sqs

    source = rule.get("Arn", "")
    if ":scheduler:" not in source:
        return sqs.queue_policy_allows(queue, "events.amazonaws.com", source, get_account_id())
    try:
        with by_role(target["RoleArn"], rule["Name"][:64], "sqs:SendMessage", queue, {"body": payload}, "scheduler.amazonaws.com"):
            return True
    except Failed:
        return False
