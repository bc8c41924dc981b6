"""Where every call, once it is allowed, is held against the model of its service and against what AWS refuses besides.

The emulators take most of what a client sends. A call that AWS would refuse is refused here, in the service's own code and words,
before anything is done; so is a resource of CloudFormation, whose calls the emulator makes in itself.
"""

import functools
import json
import re
import uuid
from urllib.parse import unquote

import engine
import faults
import limits
import service_models
from patching import rewrite

# What a service answers to a request that does not hold to its model ("Common errors" of each API reference). Where nothing stands,
# JSON services answer ValidationException, those with forms ValidationError.
MALFORMED = {
    "guardduty": "BadRequestException", "securityhub": "InvalidInputException", "organizations": "InvalidInputException",
    "logs": "InvalidParameterException", "sqs": "InvalidParameterValue", "s3": "InvalidArgument", "athena": "InvalidRequestException",
    "monitoring": "ValidationError",
}
MISSING = {"sqs": "MissingParameter", "s3": "InvalidRequest"}

# Where a service's clients sign for another name than that of the model's end point, or for several.
SIGNED_FOR = {"execute-api": {"execute-api"}, "s3": {"s3", "s3express", "s3-outposts", "s3-object-lambda"}}
SCOPE = re.compile(r"Credential=[^/,]+/\d{8}/([^/,]*)/([^/,]*)/")


def install(app):
    rewrite(app, "_dispatch_service_request", (
        '    handler = SERVICE_HANDLERS.get(service)\n',
        '    handler = held_to_aws(service, SERVICE_HANDLERS.get(service))\n'))
    app.held_to_aws = held_to_aws
    templates()


def held_to_aws(service, handler):
    if handler is None:
        return None

    async def handle(method, path, headers, body, query):
        try:
            asked = service_models.asked(service, method, path, headers, body, query)
        except ValueError:
            asked = None  # a body that does not parse: the service has words of its own for it
        refusal = asked and refused(asked)
        if refusal:
            return faults.failure(engine.current_call.get(), headers, str(uuid.uuid4()), refusal.code, refusal.status, refusal.message)
        if asked and (service, asked.operation) == ("events", "PutEvents"):
            return await entry_by_entry(asked.parameters, functools.partial(handler, method, path, headers), query)
        answer = await handler(method, path, headers, body, query)
        return with_packed_size(asked, answer) if service == "sts" and asked else answer

    return handle


def with_packed_size(asked, answer):
    """How much of its room a session takes is part of the answer (STS API reference, AssumeRole); the engine says 0 to everybody."""
    status, headers, body = answer
    size = limits.packed_size(asked.parameters) if asked.operation in ("AssumeRole", "GetFederationToken") else None
    return status, headers, body.replace(b"<PackedPolicySize>0<", b"<PackedPolicySize>%d<" % size) if size else body


def refused(asked):
    problems = asked.problems()
    return malformed(asked, problems) if problems else limits.refused(f"{asked.service}:{asked.operation}", asked.parameters)


def in_document(asked, problem):
    """Of a body in XML S3 does not say what is wrong (S3 API reference, "Error responses", MalformedXML)."""
    shape = asked.model.input_shape
    payload = shape.serialization.get("payload") if asked.service == "s3" and shape else None
    return payload is not None and problem.path.split(".")[0].lower() == payload.lower()


def malformed(asked, problems):
    """The words all services of AWS's own framework share; EC2 has others (EC2 API reference, "Error codes")."""
    first = problems[0]
    if asked.service == "ec2":
        name = first.path.rpartition(".")[2]
        name = name[:1].upper() + name[1:]
        return limits.Refusal("MissingParameter", 400, f"The request must contain the parameter {name}") if first.missing else \
            limits.Refusal("InvalidParameterValue", 400, f"Value ({first.value}) for parameter {name} is invalid. {first.constraint}")
    count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected: "
    if in_document(asked, first):
        return limits.Refusal("MalformedXML", 400, "The XML you provided was not well-formed or did not validate against our published schema")
    by_default = "ValidationError" if asked.model.service_model.metadata["protocol"] == "query" else "ValidationException"
    code = MALFORMED.get(asked.service, by_default)
    return limits.Refusal(MISSING.get(asked.service, code) if first.missing else code, 400, count + "; ".join(each.words() for each in problems))


# --- before the caller is looked up ---------------------------------------------------------------------------------

HTTP_API_BYTES = 10 * 1024 * 1024  # API Gateway developer guide, "Quotas for configuring and running an HTTP API"


def not_let_in(app, call, headers, scope, body, request_id):
    if call.service == "execute-api" and len(body) > HTTP_API_BYTES:
        return 413, {"content-type": "application/json"}, b'{"message":"Request Entity Too Large"}'
    return out_of_scope(call, headers, scope, request_id) if app.AUTH else None


def out_of_scope(call, headers, scope, request_id):
    """A signature is valid for one service in one Region (IAM user guide, "Elements of an AWS API request signature", credential
    scope). There is one end point for all here, so the service is told by what is asked, and of Regions the known ones are valid; an
    HTTP API has its own. The engine reads neither."""
    signed = SCOPE.search(headers.get("authorization", "")) or SCOPE.search(unquote(scope["query_string"].decode()))
    if signed is None:
        return None
    region, service = signed.groups()
    of_api = owner_of_api(headers.get("host", ""), scope["path"]) if call.service == "execute-api" else None
    api = of_api and of_api[1]
    if of_api and of_api[0] != call.account:
        # An HTTP API has no policy that could let another account in (API Gateway guide, "Control access to HTTP APIs with IAM authorization").
        return 403, {"content-type": "application/json"}, b'{"message":"Forbidden"}'
    if service not in names_signed_for(call.service):
        words = f"Credential should be scoped to correct service: '{sorted(names_signed_for(call.service))[0]}'. "
    elif region not in regions() or (api and region != api):
        words = "Credential should be scoped to a valid region. "
    else:
        return None
    if call.service == "execute-api":
        return 403, {"content-type": "application/json"}, b'{"message":"Forbidden"}'
    code = "InvalidSignatureException" if "x-amz-target" in headers else "SignatureDoesNotMatch"
    return faults.failure(call, headers, request_id, code, 403, words)


def owner_of_api(host, path):
    from ministack import app

    parsed = app._parse_execute_api_url(host, path)
    known = app._get_module("apigateway")._apis.all_items() if parsed else []
    return next(((account, region) for (account, region, one), _ in known if one == parsed[0]), None)


@functools.lru_cache(maxsize=None)
def names_signed_for(service):
    if service in SIGNED_FOR:
        return SIGNED_FOR[service]
    models = filter(None, map(service_models.model, service_models.MODELS.get(service, [service])))
    return {found.signing_name for found in models} or {service}


@functools.lru_cache(maxsize=None)
def regions():
    import botocore.session

    session = botocore.session.get_session()
    return {region for partition in session.get_available_partitions() for region in session.get_available_regions("ec2", partition)}


# --- EventBridge ----------------------------------------------------------------------------------------------------

async def entry_by_entry(given, send_on, query):
    """Entries are refused one by one, and the others published (EventBridge API reference, PutEvents; the answers are those
    localstack recorded on AWS, tests/aws/services/events/test_events.py)."""
    answers = [unfit(entry) for entry in given["Entries"]]
    fit = [entry for entry, problem in zip(given["Entries"], answers) if problem is None]
    if len(fit) == len(answers):
        return await send_on(json.dumps(given).encode(), query)
    status, headers, body = 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps({"FailedEntryCount": 0, "Entries": []})
    if fit:
        status, headers, body = await send_on(json.dumps({**given, "Entries": fit}).encode(), query)
    if status != 200:
        return status, headers, body
    told = json.loads(body)
    published = iter(told["Entries"])
    entries = [problem or next(published) for problem in answers]
    failed = told["FailedEntryCount"] + len(answers) - len(fit)
    return status, headers, json.dumps({"FailedEntryCount": failed, "Entries": entries}).encode()


def unfit(entry):
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            return {"ErrorCode": "InvalidArgument", "ErrorMessage": f"Parameter {name} is not valid. Reason: {name} is a required argument."}
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        detail = None
    return None if isinstance(detail, dict) else {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}


# --- CloudFormation -------------------------------------------------------------------------------------------------

def templates():
    from ministack.services.cloudformation import provisioners

    handlers = provisioners._RESOURCE_HANDLERS
    for kind, calls in limits.made_by.items():
        handlers[kind] = {**handlers[kind], **{name: asked_first(calls, handlers[kind][name], at) for name, at in (("create", 1), ("update", 2))
                                               if name in handlers[kind]}}


def asked_first(calls, make, at):
    """CloudFormation calls a service as anybody does, and its answer is the reason in the stack's events."""
    def made(*given, **named):
        for operation, parameters in calls(given[at]):
            service, _, name = operation.partition(":")
            model = service_models.model(service_models.MODELS.get(service, [service])[0])
            refusal = refused(service_models.Asked(service, name, parameters, model.operation_model(name), partial=True))
            if refusal:
                raise ValueError(f"{refusal.message} (Service: {service.capitalize()}, Status Code: {refusal.status}, "
                                 f"Error Code: {refusal.code})")
        return make(*given, **named)

    return made
