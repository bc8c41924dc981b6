"""What AWS refuses although the request is well-formed: quotas, and rights that have to be there beforehand.

A row is an operation, what is measured of its parameters, the limit, and AWS's answer with its source. Calls ask the table once
the caller is allowed (strict.py), CloudFormation's resources the rows of the calls that AWS makes for them (`made_by`). What the
model of a service says about a request's form is held elsewhere (service_models.py).
"""

import json
import re
import zlib
from dataclasses import dataclass
from typing import Callable

import service_calls

IAM_QUOTAS = 'IAM user guide, "IAM and AWS STS quotas"'
SQS_QUOTAS = 'SQS developer guide, "Amazon SQS policy quotas"'


@dataclass(frozen=True)
class Limit:
    """`measure` takes the parameters and answers a number (or several: the largest counts), nothing where there is nothing to measure."""
    operations: str
    measure: Callable
    most: int
    code: str
    status: int
    words: str
    source: str

    def refusal(self, parameters):
        found = self.measure(parameters)
        found = max(found, default=None) if isinstance(found, list) else found
        if found is None or found <= self.most:
            return None
        return Refusal(self.code, self.status, self.words.format(found=found, most=self.most, **parameters))


@dataclass(frozen=True)
class Right:
    """`lacking` answers the words of what the caller's role or the request lacks, or nothing."""
    operations: str
    lacking: Callable
    code: str
    status: int
    words: str
    source: str

    def refusal(self, parameters):
        lacking = self.lacking(parameters)
        return lacking and Refusal(self.code, self.status, self.words.format(**lacking))


@dataclass(frozen=True)
class NotPlayed:
    """What the emulators answer with success although nothing, or something else, was done: refused until it is played."""
    operations: str
    asks: Callable
    what: str

    def refusal(self, parameters):
        return Refusal("NotImplemented", 501, f"The sandbox does not play {self.what}.") if self.asks(parameters) else None


@dataclass(frozen=True)
class Refusal:
    code: str
    status: int
    message: str


# --- what is measured -----------------------------------------------------------------------------------------------

def statements(document):
    try:
        parsed = json.loads(document) if isinstance(document, str) else document
    except ValueError:
        return []  # the service says that it is no JSON
    found = (parsed or {}).get("Statement", [])
    return found if isinstance(found, list) else [found]


def listed(value):
    return value if isinstance(value, list) else [value]


def queue_policy(measure):
    """Of the policy a queue is given."""
    return lambda given: (given.get("Attributes") or {}).get("Policy") and measure(given["Attributes"]["Policy"])


def conditions(policy):
    return sum(len(keys) for each in statements(policy) for keys in (each.get("Condition") or {}).values())


def actions(policy):
    return [len(listed(each["Action"])) for each in statements(policy) if "Action" in each]


def unspaced(text):
    """IAM does not count white space."""
    return len(re.sub(r"\s+", "", text or ""))


def inline(kept, name):
    """All inline policies of an entity, summed, once the one of the call is among them."""
    def measure(given):
        others = {key: document for key, document in kept(given[name]).items() if key != given.get("PolicyName")}
        return sum(map(unspaced, [*others.values(), *given.get("Beside", []), given.get("PolicyDocument")]))
    return measure


def of_role(name):
    from ministack.services import iam
    return (iam._roles.get(name) or {}).get("InlinePolicies", {})


def of_user(name):
    from ministack.services import iam
    return iam._user_inline_policies.get(name) or {}


def of_group(name):
    from ministack.services import iam
    return iam._group_inline_policies.get(name) or {}


def attached(store):
    """Managed policies of an entity, once the one of the call is among them."""
    def measure(given):
        from ministack.services import iam
        record = getattr(iam, store).get(given.get("RoleName") or given.get("GroupName")) or {}
        return len({*record.get("AttachedPolicies", []), given.get("PolicyArn")})
    return measure


# Of the session token, in bytes. AWS publishes neither how it packs nor how much room there is; a policy of 2,048 characters may not fit.
PACKED_ROOM = 1024


def packed_size(given):
    """Per cent of its room that a session's policy, managed policies and tags take: in the sandbox, deflated and without white space."""
    policy = re.sub(r"\s+", "", given.get("Policy") or "")
    arns = [each.get("arn", "") for each in given.get("PolicyArns") or []]
    tags = [each.get("Key", "") + each.get("Value", "") for each in given.get("Tags") or []]
    if not policy and not arns and not tags:
        return None
    return round(100 * len(zlib.compress("\n".join([policy, *arns, *tags]).encode(), 9)) / PACKED_ROOM)


def session_policies(given):
    return len(given["Policy"]) if given.get("Policy") else None


def targets(given):
    from ministack.services import eventbridge
    key = eventbridge._rule_key(given.get("Rule"), given.get("EventBusName") or "default")
    return len({each["Id"] for each in [*eventbridge._targets.get(key, []), *given.get("Targets", [])] if "Id" in each})


def rules_of_bus(given):
    from ministack.services import eventbridge
    bus = given.get("EventBusName") or "default"
    return len({*(rule["Name"] for rule in eventbridge._rules.values() if rule.get("EventBusName", "default") == bus), given.get("Name")})


def entries(given):
    """Each entry's size, as "Calculating PutEvents event entry size" has it."""
    return sum(sum(len(str(entry.get(name) or "").encode()) for name in ("Source", "DetailType", "Detail")) + (14 if entry.get("Time") else 0)
               + sum(len(each.encode()) for each in entry.get("Resources") or []) for entry in given.get("Entries") or [])


def environment(given):
    variables = (given.get("Environment") or {}).get("Variables")
    return variables and len(json.dumps(variables, separators=(",", ":"), ensure_ascii=False).encode())


def payload(*kinds):
    return lambda given: len(given.get("Payload") or b"") if given.get("InvocationType", "RequestResponse") in kinds else None


def resource_policies(given):
    from ministack.services import cloudwatch_logs
    return len({*cloudwatch_logs._resource_policies, given.get("policyName")})


def text_of(name):
    return lambda given: len(given[name].encode()) if isinstance(given.get(name), str) else None


def dead_letter_right(given):
    """The role needs its right before the function is made or changed; what a queue allows by its own policy does not count."""
    target, role = (given.get("DeadLetterConfig") or {}).get("TargetArn"), given.get("Role") or role_of(given.get("FunctionName"))
    return lacking_right(role, target)


def destination_right(given):
    role = role_of(given.get("FunctionName"))
    for outcome in ("OnFailure", "OnSuccess"):
        target = ((given.get("DestinationConfig") or {}).get(outcome) or {}).get("Destination")
        lacking = lacking_right(role, target)
        if lacking:
            return lacking
    return None


def stream_rights(given):
    """What the role lacks to read the stream of a mapping, as Lambda names it."""
    stream, role = given.get("EventSourceArn") or "", role_of(given.get("FunctionName"))
    if ":dynamodb:" not in stream or role is None:
        return None
    reads = [("GetRecords", stream), ("GetShardIterator", stream), ("DescribeStream", stream), ("ListStreams", "*")]
    return {"stream": stream} if any(not service_calls.may(role, f"dynamodb:{name}", target) for name, target in reads) else None


def lacking_right(role, target):
    service = target.split(":")[2] if target and target.count(":") >= 5 else None
    operation = {"sqs": "SendMessage", "sns": "Publish", "lambda": "InvokeFunction", "events": "PutEvents"}.get(service)
    if operation is None or role is None or service_calls.may(role, f"{service}:{operation}", target):
        return None
    return {"operation": operation, "service": service.upper() if service in ("sqs", "sns") else service}


def role_of(function):
    from ministack.services import lambda_svc
    known = lambda_svc._functions.get((function or "").rpartition("function:")[2].split(":")[0])
    return known and known["config"]["Role"]


def any_call(_given):
    return True


def distributed(given):
    """Whether a machine has a Distributed Map that the engine runs otherwise than it is written: one item in place of all, or unbatched."""
    try:
        definition = json.loads(given.get("definition") or "{}")
    except ValueError:
        return False
    return any(astray(state, definition) for state in states_in(definition))


def states_in(machine):
    for state in (machine.get("States") or {}).values():
        yield state
        for inner in [*(state.get("Branches") or []), state.get("ItemProcessor") or {}, state.get("Iterator") or {}]:
            yield from states_in(inner)


def astray(state, definition):
    mode = ((state.get("ItemProcessor") or {}).get("ProcessorConfig") or {}).get("Mode")
    jsonata = state.get("QueryLanguage", definition.get("QueryLanguage")) == "JSONata"
    return mode == "DISTRIBUTED" and (jsonata or "ItemBatcher" in state or "ResultWriter" in state)


def structured(given):
    """A filter pattern for columns, with a regular expression in it, or for JSON beyond the comparison of texts; the engine passes
    everything, or finds it nowhere."""
    import filter_patterns

    return filter_patterns.compiled(given.get("filterPattern")) is None and bool(re.search(r"^\s*[{\[]|(^|\s)-?%", given.get("filterPattern") or ""))


def beyond_insights(given):
    from ministack.services import cloudwatch_logs as logs
    return not all(known_clause(logs, clause.strip()) for clause in logs._split_insights_pipes(given.get("queryString") or ""))


def known_clause(logs, clause):
    word = clause.partition(" ")[0].lower()
    if word == "filter":
        bare = re.sub(r"'[^']*'|\"[^\"]*\"|/.*/", "", clause)
        return logs._compile_insights_filter(clause) is not None and not re.search(r"\b(and|or|not|in)\b", bare, re.IGNORECASE)
    forms = {"fields": r"fields\s+[@\w., ]+", "sort": r"sort\s+@timestamp(\s+(asc|desc))?", "limit": r"limit\s+\d+", "": ""}
    return word in forms and re.fullmatch(forms[word], clause, re.IGNORECASE) is not None


# What the engine takes for the plain call on the bucket or object: DELETE ?inventory would delete the bucket, ?policyStatus list it.
SUB_RESOURCES = " ".join([
    *(f"s3:{verb}Bucket{kind}Configuration" for verb in ("Get", "Put", "Delete")
      for kind in ("Analytics", "IntelligentTiering", "Inventory", "Metrics", "Metadata", "MetadataTable")),
    *(f"s3:ListBucket{kind}Configurations" for kind in ("Analytics", "IntelligentTiering", "Inventory", "Metrics")),
    "s3:GetBucketRequestPayment s3:GetBucketAbac s3:PutBucketAbac s3:GetObjectTorrent s3:RenameObject s3:CreateSession"])


# --- the table ------------------------------------------------------------------------------------------------------

RULES = [
    Limit("sqs:SetQueueAttributes sqs:CreateQueue", queue_policy(lambda policy: len(statements(policy))), 20, "OverLimit", 403,
          "{found} statements were found in the submitted policy, max allowed is {most}", f"{SQS_QUOTAS}; words: aws-cdk#16303"),
    Limit("sqs:SetQueueAttributes sqs:CreateQueue", queue_policy(actions), 7, "OverLimit", 403,
          "{found} actions were found in a statement from the submitted policy, max allowed is {most}",
          f"{SQS_QUOTAS}; words: ministryofjustice/cloud-platform-environments#9082"),
    Limit("sqs:SetQueueAttributes sqs:CreateQueue", queue_policy(conditions), 10, "OverLimit", 403,
          "{found} conditions were found in the submitted policy, max allowed is {most}", f"{SQS_QUOTAS}; words by analogy"),
    Limit("sqs:SetQueueAttributes sqs:CreateQueue", queue_policy(lambda policy: len(policy.encode())), 8192, "OverLimit", 403,
          "Submitted policy is over max allowed size.", f"{SQS_QUOTAS}; words: BishopFox/cloudfoxable#29"),

    Limit("iam:PutRolePolicy", inline(of_role, "RoleName"), 10_240, "LimitExceeded", 409,
          "Maximum policy size of {most} bytes exceeded for role {RoleName}", f"{IAM_QUOTAS}; words: aws-cdk#18531"),
    Limit("iam:PutUserPolicy", inline(of_user, "UserName"), 2048, "LimitExceeded", 409,
          "Maximum policy size of {most} bytes exceeded for user {UserName}", f"{IAM_QUOTAS}; words: ministryofjustice/cloud-platform#3121"),
    Limit("iam:PutGroupPolicy", inline(of_group, "GroupName"), 5120, "LimitExceeded", 409,
          "Maximum policy size of {most} bytes exceeded for group {GroupName}", f"{IAM_QUOTAS}; words by analogy"),
    Limit("iam:CreateRole", lambda given: unspaced(given.get("AssumeRolePolicyDocument")), 2048, "LimitExceeded", 409,
          "Cannot exceed quota for ACLSizePerRole: {most}", IAM_QUOTAS),
    Limit("iam:UpdateAssumeRolePolicy", lambda given: unspaced(given.get("PolicyDocument")), 2048, "LimitExceeded", 409,
          "Cannot exceed quota for ACLSizePerRole: {most}", IAM_QUOTAS),
    Limit("iam:CreatePolicy iam:CreatePolicyVersion", lambda given: unspaced(given.get("PolicyDocument")), 6144, "LimitExceeded", 409,
          "Cannot exceed quota for PolicySize: {most}", IAM_QUOTAS),
    Limit("iam:AttachRolePolicy", attached("_roles"), 10, "LimitExceeded", 409, "Cannot exceed quota for PoliciesPerRole: {most}", IAM_QUOTAS),
    Limit("iam:AttachGroupPolicy", attached("_groups"), 10, "LimitExceeded", 409, "Cannot exceed quota for PoliciesPerGroup: {most}", IAM_QUOTAS),

    Limit("sts:AssumeRole sts:GetFederationToken", session_policies, 2048, "ValidationError", 400,
          "1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to {most}",
          "STS API reference, AssumeRole, Policy"),
    Limit("sts:AssumeRole sts:GetFederationToken", packed_size, 100, "PackedPolicyTooLarge", 400,
          "Packed policy consumes {found}% of allotted space, please use smaller policy.",
          "STS API reference, AssumeRole, Errors; words: repost.aws/knowledge-center/iam-role-aws-sts-error"),

    Limit("events:PutRule", text_of("EventPattern"), 2048, "LimitExceededException", 400, "The requested resource exceeds the maximum number allowed.",
          'EventBridge user guide, "Amazon EventBridge quotas"; a 400 in terraform-provider-aws#34270, its words not on record'),
    Limit("events:PutRule", rules_of_bus, 300, "LimitExceededException", 400, "The requested resource exceeds the maximum number allowed.",
          'EventBridge user guide, "Amazon EventBridge quotas"; words: tmobile/pacbot#253'),
    Limit("events:PutTargets", targets, 5, "LimitExceededException", 400, "The requested resource exceeds the maximum number allowed.",
          'EventBridge user guide, "Amazon EventBridge quotas"; words: cfn-lint#306'),
    Limit("events:PutEvents", entries, 1_048_576, "ValidationException", 400, "Total size of the entries in the request is over the limit.",
          'EventBridge user guide, "Amazon EventBridge quotas"; words: localstack\'s recorded answers'),

    Limit("states:StartExecution states:StartSyncExecution states:SendTaskSuccess",
          lambda given: max((text_of(name)(given) or 0) for name in ("input", "output")), 262_144, "ValidationException", 400,
          "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to {most}",
          'Step Functions developer guide, "Service quotas"; the model has it as characters'),

    Limit("lambda:CreateFunction lambda:UpdateFunctionConfiguration", environment, 4096, "InvalidParameterValueException", 400,
          "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.",
          'Lambda developer guide, "Lambda quotas"; words: github-aws-runners/terraform-aws-github-runner#3594'),
    Limit("lambda:Invoke", payload("RequestResponse"), 6_291_456, "RequestTooLargeException", 413,
          "Request must be smaller than {most} bytes for the InvokeFunction operation", 'Lambda developer guide, "Lambda quotas"'),
    Limit("lambda:Invoke", payload("Event"), 1_048_576, "RequestTooLargeException", 413,
          "Request must be smaller than {most} bytes for the InvokeFunction operation", 'Lambda developer guide, "Lambda quotas" (256 KB until late 2025)'),
    Right("lambda:CreateFunction lambda:UpdateFunctionConfiguration", dead_letter_right, "InvalidParameterValueException", 400,
          "The provided execution role does not have permissions to call {operation} on {service}",
          'Lambda developer guide, "Adding a dead-letter queue"; words: elastic/beats#13963'),
    Right("lambda:PutFunctionEventInvokeConfig lambda:UpdateFunctionEventInvokeConfig", destination_right, "InvalidParameterValueException", 400,
          "The function's execution role does not have permissions to call {operation} on {service}",
          'Lambda developer guide, "Capturing records of asynchronous invocations", permissions'),

    Right("lambda:CreateEventSourceMapping", stream_rights, "InvalidParameterValueException", 400,
          "Cannot access stream {stream}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.",
          'Lambda developer guide, "Process DynamoDB records with Lambda", permissions; words: aws-samples/lambda-refarch-webapp#7'),
    Right("lambda:CreateEventSourceMapping lambda:UpdateEventSourceMapping", destination_right, "InvalidParameterValueException", 400,
          "The function's execution role does not have permissions to call {operation} on {service}",
          'Lambda developer guide, "Retain discarded records", permissions'),

    Limit("logs:PutResourcePolicy", text_of("policyDocument"), 5120, "InvalidParameterException", 400,
          "1 validation error detected: Value at 'policyDocument' failed to satisfy constraint: Member must have length less than or equal to {most}",
          "CloudWatch Logs API reference, PutResourcePolicy"),
    Limit("logs:PutResourcePolicy", resource_policies, 10, "LimitExceededException", 400, "Resource limit exceeded.",
          'CloudWatch Logs user guide, "CloudWatch Logs quotas"; words: aws-cdk#20567'),
    Limit("kms:CreateKey kms:PutKeyPolicy", text_of("Policy"), 32_768, "LimitExceededException", 400, "The key policy exceeds {most} bytes.",
          'KMS developer guide, "Resource quotas", key policy document size'),

    NotPlayed("athena:StartQueryExecution", any_call, "Athena's queries"),
    NotPlayed("inspector2:*", any_call, "Inspector"),
    NotPlayed("dynamodb:RestoreTableToPointInTime", any_call, "tables as they were (point-in-time restore)"),
    NotPlayed("states:CreateStateMachine states:UpdateStateMachine", distributed,
              "a Distributed Map in JSONata, or with ItemBatcher or ResultWriter"),
    NotPlayed("logs:FilterLogEvents logs:PutMetricFilter logs:PutSubscriptionFilter", structured,
              "filter patterns for JSON that compare more than texts, for columns and with regular expressions"),
    NotPlayed("logs:StartQuery", beyond_insights, "more of Logs Insights than fields, single filters, sort by @timestamp and limit"),
    NotPlayed(SUB_RESOURCES, any_call, "this sub-resource of S3"),
    NotPlayed("ssm:SendCommand", lambda given: given.get("DocumentName") != "AWS-RunShellScript", "documents other than AWS-RunShellScript"),
]

BY_OPERATION = {}
for _rule in RULES:
    for _operation in _rule.operations.split():
        BY_OPERATION.setdefault(_operation, []).append(_rule)


def refused(operation, parameters):
    """The first rule that an operation breaks, as AWS words it, or None."""
    rules = [*BY_OPERATION.get(operation, ()), *BY_OPERATION.get(operation.partition(":")[0] + ":*", ())]
    return next(filter(None, (rule.refusal(parameters) for rule in rules)), None)


# --- CloudFormation -------------------------------------------------------------------------------------------------

def text(document):
    """A document as CloudFormation hands it to the service."""
    return document if isinstance(document, str) else json.dumps(document, separators=(",", ":"))


UNNAMED = "of-the-template"  # what CloudFormation will name; such a name is in use nowhere


def same(props, *names):
    """The properties that a call takes as they are."""
    return {name: props[name] for name in names if props.get(name) is not None}


def role_calls(props):
    name = props.get("RoleName") or UNNAMED
    yield "iam:CreateRole", {"RoleName": name, "AssumeRolePolicyDocument": text(props.get("AssumeRolePolicyDocument", {})),
                             **same(props, "Path", "Description", "PermissionsBoundary")}
    yield from embedded_policy_calls("Role", name, props)


def embedded_policy_calls(kind, name, props):
    before = []
    for policy in props.get("Policies") or []:
        yield f"iam:Put{kind}Policy", {f"{kind}Name": name, "PolicyName": policy.get("PolicyName", ""),
                                       "PolicyDocument": text(policy["PolicyDocument"]), "Beside": list(before)}
        before.append(text(policy["PolicyDocument"]))


def inline_policy_calls(props):
    for kind, names in (("Role", "Roles"), ("User", "Users"), ("Group", "Groups")):
        for name in props.get(names) or []:
            yield f"iam:Put{kind}Policy", {f"{kind}Name": name, "PolicyName": props.get("PolicyName", ""), "PolicyDocument": text(props["PolicyDocument"])}


def managed_policy_calls(props):
    yield "iam:CreatePolicy", {"PolicyName": props.get("ManagedPolicyName") or UNNAMED, "PolicyDocument": text(props["PolicyDocument"]),
                               **same(props, "Path", "Description")}


def queue_policy_calls(props):
    for queue in props.get("Queues") or []:
        yield "sqs:SetQueueAttributes", {"QueueUrl": queue, "Attributes": {"Policy": text(props["PolicyDocument"])}}


def function_calls(props):
    yield "lambda:CreateFunction", same(props, "FunctionName", "Role", "Runtime", "Handler", "Description", "Environment", "DeadLetterConfig", "KMSKeyArn")


def mapping_calls(props):
    yield "lambda:CreateEventSourceMapping", same(props, "FunctionName", "EventSourceArn", "DestinationConfig", "StartingPosition")


def rule_calls(props):
    name = props.get("Name") or UNNAMED
    pattern = {"EventPattern": text(props["EventPattern"])} if props.get("EventPattern") else {}
    yield "events:PutRule", {"Name": name, **pattern, **same(props, "EventBusName", "ScheduleExpression", "State", "Description", "RoleArn")}
    if props.get("Targets"):
        yield "events:PutTargets", {"Rule": UNNAMED, "Targets": props["Targets"]}


def machine_calls(props):
    from ministack.services.cloudformation import provisioners
    yield "states:CreateStateMachine", {"name": props.get("StateMachineName") or UNNAMED, "definition": provisioners._sfn_definition(props)}


def filter_calls(props):
    yield "logs:PutMetricFilter", {"filterPattern": props.get("FilterPattern")}


def key_calls(props):
    if props.get("KeyPolicy"):
        yield "kms:CreateKey", {"Policy": text(props["KeyPolicy"])}


def resource_policy_calls(props):
    yield "logs:PutResourcePolicy", {"policyName": props["PolicyName"], "policyDocument": text(props["PolicyDocument"])}


# The calls CloudFormation makes with the properties of a resource, as far as a rule asks about them.
made_by = {
    "AWS::IAM::Role": role_calls, "AWS::IAM::Policy": inline_policy_calls,
    "AWS::IAM::User": lambda props: embedded_policy_calls("User", props.get("UserName") or UNNAMED, props),
    "AWS::IAM::ManagedPolicy": managed_policy_calls, "AWS::SQS::QueuePolicy": queue_policy_calls, "AWS::Lambda::Function": function_calls,
    "AWS::Lambda::EventSourceMapping": mapping_calls,
    "AWS::Events::Rule": rule_calls, "AWS::KMS::Key": key_calls, "AWS::Logs::ResourcePolicy": resource_policy_calls,
    "AWS::StepFunctions::StateMachine": machine_calls, "AWS::Logs::MetricFilter": filter_calls, "AWS::Logs::SubscriptionFilter": filter_calls,
}
