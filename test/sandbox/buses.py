"""EventBridge over accounts and Regions: who may put events on a bus, rules whose target is a bus elsewhere, and where AWS's services
publish. The engine keeps buses apart, stores a policy without reading it, and delivers nothing to another account or Region.

Sources: EventBridge user guide, "Permissions for event buses", "Sending and receiving events between accounts", "Sending and receiving
events between AWS Regions"; API reference, PutPermission and PutEvents.
"""

import contextvars
import json

import engine
import guardduty
import security_hub
import service_calls
import trail
from patching import rewrite

# EventBridge API reference, PutPermission, "PolicyLengthExceededException"; user guide, "EventBridge quotas".
LONGEST_POLICY = 10_240

# Who receives the findings of its members, in the Region of each: GuardDuty user guide, "Managing multiple accounts"; Security Hub,
# Macie and Inspector user guides, each on the administrator and EventBridge. Where a finding says whose it is.
FINDINGS = {
    "aws.guardduty": lambda detail: detail.get("accountId"),
    "aws.securityhub": lambda detail: ((detail.get("findings") or [{}])[0]).get("AwsAccountId"),
    "aws.macie": lambda detail: detail.get("accountId"),
    "aws.inspector2": lambda detail: detail.get("awsAccountId"),
}

sent_from = contextvars.ContextVar("sent_from", default=None)


class NotPlayed(Exception):
    """AWS would publish it where the sandbox has nothing."""


def install():
    from ministack.core import iam_evaluator
    from ministack.services import eventbridge
    from ministack.services.cloudformation import provisioners

    eventbridge._put_permission = put_permission
    eventbridge.sandbox_bus_policy = bus_policy
    iam_evaluator._RESOURCE_POLICY_LOOKUPS["events"] = ("eventbridge", "sandbox_bus_policy")
    provisioners._RESOURCE_HANDLERS["AWS::Events::EventBusPolicy"] = {
        "create": create_statement, "update": update_statement, "delete": delete_statement}
    rules_with_targets_elsewhere_need_a_role(provisioners)
    events_reach_other_buses(eventbridge)


# --- policies -------------------------------------------------------------------------------------------------------

def problem(code, message):
    from ministack.core.responses import error_response_json

    return error_response_json(code, message, 400)


def put_permission(data):
    """Either a whole policy, or one statement: an account or everybody, and a condition on the organisation."""
    from ministack.services import eventbridge

    name = data.get("EventBusName") or "default"
    if name not in eventbridge._event_buses:
        return problem("ResourceNotFoundException", f"Event bus {name} does not exist.")
    if data.get("Policy") and any(data.get(key) for key in ("Action", "Principal", "StatementId", "Condition")):
        return problem("ValidationException", "Policy cannot be given together with Action, Principal, StatementId or Condition.")
    try:
        policy = whole(data["Policy"]) if data.get("Policy") else with_statement(name, data["StatementId"], statement(name, data))
    except (ValueError, KeyError) as error:
        return problem("ValidationException", f"The policy is not valid: {error}")
    if len(json.dumps(policy, separators=(",", ":"))) > LONGEST_POLICY:
        return problem("PolicyLengthExceededException", f"The policy is longer than {LONGEST_POLICY} characters.")
    eventbridge._event_bus_policies[name] = policy
    from ministack.core.responses import json_response

    return json_response({})


def whole(text):
    document = json.loads(text)
    statements = document["Statement"]
    return {**document, "Statement": statements if isinstance(statements, list) else [statements]}


def statement(name, data):
    principal, condition = data["Principal"], data.get("Condition")
    return {
        "Effect": "Allow", "Action": data["Action"], "Resource": arn_of(name),
        "Principal": "*" if principal == "*" else {"AWS": f"arn:aws:iam::{principal}:root"},
        **({"Condition": {condition["Type"]: {condition["Key"]: condition["Value"]}}} if condition else {}),
    }


def with_statement(name, sid, new):
    from ministack.services import eventbridge

    kept = [one for one in eventbridge._event_bus_policies.get(name, {}).get("Statement", []) if one.get("Sid") != sid]
    return {"Version": "2012-10-17", "Statement": [*kept, {**new, "Sid": sid}]}


def arn_of(name):
    from ministack.core.responses import get_account_id, get_region

    return f"arn:aws:events:{get_region()}:{get_account_id()}:event-bus/{name}"


def bus_policy(arn):
    """The policy of a bus and its owner, for the engine's evaluation of calls."""
    from ministack.core.arn import parse_arn
    from ministack.services import eventbridge

    spec = parse_arn(arn)
    kind, _, name = spec.resource.partition("/")
    if kind != "event-bus":
        return None
    return eventbridge._event_bus_policies.get_scoped(spec.account_id, spec.region, name), spec.account_id


def create_statement(_logical_id, props, _stack):
    """CloudFormation template reference, AWS::Events::EventBusPolicy: a statement as it is, or its parts."""
    from ministack.services import eventbridge

    eventbridge._ensure_default_bus()
    name, sid = props.get("EventBusName") or "default", props["StatementId"]
    if props.get("Statement"):
        eventbridge._event_bus_policies[name] = with_statement(name, sid, props["Statement"])
    else:
        status, _, body = put_permission({**props, "EventBusName": name})
        if status != 200:
            raise ValueError(json.loads(body)["message"])
    return f"{name}|{sid}", {}


def update_statement(physical_id, _old, new, stack, **_):
    delete_statement(physical_id, {})
    return create_statement(None, new, stack)


def delete_statement(physical_id, _props):
    from ministack.services import eventbridge

    name, _, sid = physical_id.partition("|")
    eventbridge._remove_permission({"EventBusName": name, "StatementId": sid})


# --- from bus to bus ------------------------------------------------------------------------------------------------

def rules_with_targets_elsewhere_need_a_role(provisioners):
    """PutTargets refuses a bus in another account or Region without a role; CloudFormation calls it."""
    from ministack.services import eventbridge

    handler = provisioners._RESOURCE_HANDLERS["AWS::Events::Rule"]

    def create(logical_id, props, *others):
        for target in props.get("Targets", []):
            refused = eventbridge._validate_target_arn(target)
            if refused:
                raise ValueError(json.loads(refused[2])["message"])
        return handler["create"](logical_id, props, *others)

    provisioners._RESOURCE_HANDLERS["AWS::Events::Rule"] = {**handler, "create": create}


def events_reach_other_buses(eventbridge):
    """An event keeps the account and the Region it comes from, whichever bus it is put on. From there it goes to no third bus
    ("EventBridge can't route events received from a sender event bus to a third event bus")."""
    rewrite(eventbridge, "_put_events",
            ('"Account": get_account_id(),', '"Account": (sandbox_sent_from.get() or (get_account_id(),))[0],'),
            ('"Region": get_region(),', '"Region": (sandbox_sent_from.get() or (None, get_region()))[1],'))
    eventbridge.sandbox_sent_from = sent_from
    rewrite(eventbridge, "_dispatch_event", ('if rule.get("State") != "ENABLED":', "if not sandbox_hears(rule, event):"))
    eventbridge.sandbox_hears = hears
    put_here = eventbridge._put_events

    def put_events(data, allow_aws_source=False):
        entries = data.get("Entries", [])
        if len(entries) > 10 or not any(elsewhere(entry.get("EventBusName")) for entry in entries):
            return put_here(data, allow_aws_source)
        results = [put_one(put_here, entry, allow_aws_source) for entry in entries]
        from ministack.core.responses import json_response

        return json_response({"FailedEntryCount": sum("ErrorCode" in one for one in results), "Entries": results})

    to_bus_here = eventbridge._dispatch_to_event_bus

    def to_bus(spec, event, rule, path, payload=None):
        if event.get("_Received"):
            return None
        if elsewhere(str(spec)) is None:
            return to_bus_here(spec, {**event, "_Received": True}, rule, path, payload)
        return to_bus_elsewhere(eventbridge, spec, event, payload)

    eventbridge._put_events, eventbridge._dispatch_to_event_bus = put_events, to_bus


def hears(rule, event):
    """Management events that only read reach rules in a state of their own (EventBridge guide, "Receiving read-only management events from AWS
    services")."""
    state = rule.get("State")
    if state == "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS":
        return True
    return state == "ENABLED" and not reads(event.get("Detail"))


def reads(detail):
    record = json.loads(detail) if isinstance(detail, str) and "readOnly" in detail else detail
    return isinstance(record, dict) and record.get("readOnly") is True and record.get("managementEvent") is True


def elsewhere(bus):
    """The parts of a bus's ARN, where it is none of the caller's account and Region."""
    from ministack.core.arn import parse_arn
    from ministack.core.responses import get_account_id, get_region

    if not isinstance(bus, str) or not bus.startswith("arn:"):
        return None
    spec = parse_arn(bus)
    return None if (spec.account_id, spec.region) == (get_account_id(), get_region()) else spec


def put_one(put_here, entry, allow_aws_source):
    from ministack.core.responses import get_account_id, get_region, request_scope

    spec = elsewhere(entry.get("EventBusName"))
    if spec is None:
        return json.loads(put_here({"Entries": [entry]}, allow_aws_source)[2])["Entries"][0]
    if not lets_in(spec):
        return {"ErrorCode": "AccessDeniedException", "ErrorMessage": f"Not authorized to put events on {spec}."}
    token = sent_from.set((get_account_id(), get_region()))
    try:
        with request_scope(spec.account_id, spec.region):
            here = {**entry, "EventBusName": spec.resource.partition("/")[2]}
            return json.loads(put_here({"Entries": [here]}, allow_aws_source)[2])["Entries"][0]
    finally:
        sent_from.reset(token)


def lets_in(spec):
    """Whether the bus's policy lets the caller in. Users and roles were checked with their own policies; the root user of another
    account needs it too, and the engine lets root pass everywhere."""
    from ministack import app
    from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
    from ministack.core.responses import get_account_id, get_region

    call = engine.current_call.get()
    if not app.AUTH or spec.account_id == get_account_id() or call is None:
        return True
    context = EvalContext(principal_arn=call.principal, principal_type="Account", principal_account=get_account_id(),
                          action="events:PutEvents", resource_arn=str(spec), region=get_region(), service_context={})
    return evaluate_resource_policy(bus_policy(str(spec))[0], context).decision == "Allow"


def to_bus_elsewhere(eventbridge, spec, event, payload):
    """With the role of the target, to which its own policies and that of the bus apply; what is refused, or finds no bus, goes to the
    dead letters of the target."""
    from ministack.core.responses import request_scope

    event = {**event, "Region": event["Region"], "Account": event["Account"], "_Received": True}
    shown = json.dumps(eventbridge._pattern_event_view(event).event_with_detail())

    def perform():
        with request_scope(spec.account_id, spec.region):
            eventbridge._ensure_default_bus()
            name = spec.resource.partition("/")[2]
            if name not in eventbridge._event_buses:
                raise service_calls.Failed("ResourceNotFoundException", f"Event bus {name} does not exist.")
            # A rule of the same name may stand there: the way an event came is told in each account and Region for itself.
            arriving = {**event, "EventBusName": name, **({"Detail": payload} if payload is not None else {})}
            arriving.pop("_DispatchPath", None)
            eventbridge._dispatch_event(arriving)
            eventbridge._archive_event(arriving)

    service_calls.in_background(eventbridge, "events:PutEvents", str(spec), shown, perform)


# --- where AWS's services publish -----------------------------------------------------------------------------------

def places(entry, account, region, administrator, regions):
    """The accounts and Regions in which AWS would publish an event of an account and Region."""
    detail = json.loads(entry["Detail"])
    if str(entry.get("DetailType", "")).endswith(" via CloudTrail"):
        return [(account, recorded_in(detail, region, regions))]
    owner = FINDINGS.get(entry.get("Source"), lambda _: None)(detail)
    # A finding of somebody else's is no finding of this account: nobody hands it on.
    return [(account, region), *([(administrator, region)] if owner == account != administrator else [])]


def recorded_in(detail, region, regions):
    """Calls of global services are recorded in us-east-1 and nowhere else (CloudTrail user guide, "Global service events"), and
    arrive where they are recorded (EventBridge user guide, "Events from AWS services via CloudTrail")."""
    service = str(detail.get("eventSource", "")).partition(".")[0]
    if service not in trail.GLOBAL:
        return region
    if "us-east-1" not in regions:
        raise NotPlayed(f"AWS records calls to {service} in us-east-1 only, which this sandbox does not play")
    return "us-east-1"


def publish(entry, account, region, administrator, regions):
    """As an AWS service does: from a source "aws.", which PutEvents refuses to everybody else. Answers what was published where."""
    from ministack.core.responses import request_scope
    from ministack.services import eventbridge

    guardduty.keep(entry, account, region)
    entry, published = security_hub.published(entry, account, region), []
    for owner, where in places(entry, account, region, administrator, regions):
        with request_scope(owner, where):
            status, _, answer = eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
        result = json.loads(answer)
        if status != 200 or result.get("FailedEntryCount"):
            raise ValueError(answer if isinstance(answer, str) else answer.decode())
        published.append({"account": owner, "region": where, "eventId": result["Entries"][0]["EventId"]})
    return published
