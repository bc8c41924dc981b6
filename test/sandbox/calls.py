"""What every request is (service, action, resources, caller) and the record of all that were made."""

import bisect
import datetime
import json
import operator
import re
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs

# Values that never belong in a record: secrets, session and task tokens, key material, presigned signatures. The id of a
# credential is none of them.
SECRET = re.compile(r"token|secret|password|plaintext|signature|credential(?!id$)|privatekey|ciphertext", re.IGNORECASE)
LONGEST_VALUE = 4000
LONGEST_TEXT = 65_536  # of a body, in which fault rules look for a text: an upload may be gigabytes

recorded = []  # by the time a call began
began = operator.itemgetter("time")


@dataclass
class Call:
    """One request as AWS would see it."""
    service: str
    action: str | None
    account: str
    region: str
    principal: str
    access_key: str
    request: dict
    raw: str
    user_agent: str = ""
    resources: list = field(default_factory=list)
    own: list | None = None  # the checks in place of the engine's (arns.py)
    besides: list = field(default_factory=list)  # the checks after them (encryption.py)
    checked: bool = False
    refused: dict | None = None  # the check that failed
    service_control: str | None = None  # why a service control policy refused (organization.py)

    def checks(self):
        """Everything the caller must be allowed: action, resource, further condition keys."""
        return (self.own or [(self.action, arn, {}) for arn in self.resources]) + self.besides


def describe(scope, headers, body):
    """The call a request makes, or None for one that is no AWS call (the engine's own health page and the like)."""
    from ministack import app
    from ministack.core import iam_actions, responses

    import access_points
    import arns
    import encryption
    import s3

    method, path = scope["method"], scope["path"]
    query = parse_qs(scope["query_string"].decode(), keep_blank_values=True)
    if path.startswith("/_"):
        return None
    access_key = app.extract_access_key_id(headers, query)
    responses.set_request_account_id(account_key(access_key))
    account, region = responses.get_account_id(), app.extract_region(headers, query)
    responses.set_request_region(region)
    common = {"access_key": access_key, "principal": principal_of(access_key, account), "region": region,
              "user_agent": headers.get("user-agent", "")}
    raw = f"{method} {path} {scope['query_string'].decode()} {body[:LONGEST_TEXT].decode('utf-8', 'replace')}"

    api = app._parse_execute_api_url(headers.get("host", ""), path)
    if api:
        return http_api_call(app, api, method, path, body, raw, account, common)

    params = app._routing_params(method, path, headers, body, query)
    service = app.detect_service(method, path, headers, params)
    action = iam_actions.extract_iam_action(service, method, path, headers, body, params)
    call = Call(service, action, account, raw=raw, request=parameters(service, method, path, headers, body, query), **common)
    if action:
        call.own = s3.checks(action, method, path, query, body) or access_points.checks(action, path, region, account) or arns.checks(service, action, path, body, params, region, account, call.principal)
        call.resources = [arn for name, arn, _ in call.own or [] if name == action] or engine_resources(
            iam_actions, service, method, path, headers, body, params, region, account)
        call.own = call.own or s3.listing(action, query, call.resources)
        call.besides = [*arns.object_lock(action, call.resources, headers), *s3.besides(action, body),
                        *encryption.checks(service, action, call.resources, headers, region, account)]
    else:
        call.action = f"{service}:{method}"
    return call


def http_api_call(app, api, method, path, body, raw, account, common):
    api_id, stage, rest = api
    stage, rest = app._resolve_stage_and_path(api_id, stage, rest)
    arn = f"arn:aws:execute-api:{common['region']}:{account}:{api_id}/{stage}/{method}{rest}"
    return Call("execute-api", "execute-api:Invoke", account, raw=raw, resources=[arn],
                request={"method": method, "path": path, "bytes": len(body)}, **common)


def engine_resources(iam_actions, service, method, path, headers, body, params, region, account):
    several = iam_actions.dynamodb_resource_arns(body, region, account) if service == "dynamodb" else []
    items = iam_actions.dynamodb_transaction_checks("dynamodb:TransactWriteItems", body, region, account) if service == "dynamodb" else []
    if several or items:
        return list(dict.fromkeys([*several, *(arn for _, arn in items)]))
    return [iam_actions.extract_resource_arn(service, method, path, headers, body, params, region, account)]


def account_key(access_key):
    """The key by which the engine finds the account: a user's key must be looked up, the others name it."""
    from ministack.core.iam_evaluator import AmbiguousAccessKeyError, find_iam_access_key_account

    try:
        return find_iam_access_key_account(access_key or "") or access_key
    except AmbiguousAccessKeyError:
        return access_key


def principal_of(access_key, account):
    from ministack.core.iam_evaluator import resolve_caller_identity

    identity = resolve_caller_identity(access_key) if access_key else None
    return identity["userArn"] if identity else "anonymous"


def parameters(service, method, path, headers, body, query):
    """The parameters as the caller gave them, without what is secret."""
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        return cut({name: values[0] for name, values in form.items() if name != "Version"})
    given = {}
    if "x-amz-target" not in headers:
        given = {"method": method, "path": path, **{name: values[0] for name, values in query.items()}}
    if service == "s3":
        given.update({name: value for name, value in headers.items()
                      if name.startswith("x-amz-") and name not in ("x-amz-date", "x-amz-content-sha256", "x-amz-user-agent")})
    elif body[:1] == b"{":
        try:
            given.update(json.loads(body))
        except ValueError:
            given["bytes"] = len(body)
    return cut(given)


def cut(value, name=""):
    if isinstance(value, dict):
        return {key: cut(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [cut(inner, name) for inner in value]
    if isinstance(value, str):
        if SECRET.search(name):
            return "(cut)"
        return value if len(value) <= LONGEST_VALUE else value[:LONGEST_VALUE] + "(cut)"
    return value


REFUSALS = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "AuthFailure",
            "InvalidClientTokenId", "UnrecognizedClientException", "ExpiredToken", "ExpiredTokenException",
            "RequestExpired", "SignatureDoesNotMatch", "InvalidSignatureException", "Client.UnauthorizedOperation",
            "MissingAuthenticationToken", "MissingAuthenticationTokenException", "InvalidAccessKeyId", "ForbiddenException"}


def record(call, started, status, body, request_id):
    """`started` is a time.time(); the record's order is the order in which the calls began."""
    import trail

    error = error_code(status, body)
    bisect.insort(recorded, {
        "time": iso(started), "durationMs": round((time.time() - started) * 1000, 3),
        "principal": call.principal, "accessKeyId": call.access_key, "account": call.account, "region": call.region,
        "action": call.action, "resources": call.resources,
        "checks": [{"action": action, "resource": arn, "context": keys} for action, arn, keys in call.checks()],
        "refused": call.refused, "request": call.request,
        "allowed": not (error in REFUSALS or status in (401, 403)), "error": error,
        "requestId": request_id, "userAgent": call.user_agent, "issued": issued(call, status, body),
    }, key=began)
    trail.record(call, started, error, body, request_id)


def issued(call, status, body):
    """The key id of the session that an AssumeRole or AssumeRoot handed out, as CloudTrail's responseElements tell it: by it a call
    finds the session policy it was made under. The secret and the token stay out."""
    if call.action not in ("sts:AssumeRole", "sts:AssumeRoot") or status >= 400:
        return None
    found = re.search(rb"<AccessKeyId>([^<]+)</AccessKeyId>", body)
    return found.group(1).decode() if found else None


def since(when):
    """The calls that began at or after an ISO time or a number of milliseconds since 1970, in order."""
    if not when:
        return recorded
    if re.fullmatch(r"\d+(\.\d+)?", when):
        first = float(when) / 1000
    else:
        first = datetime.datetime.fromisoformat(when.replace("Z", "+00:00")).timestamp()
    return recorded[bisect.bisect_left(recorded, iso(first), key=began):]


def iso(seconds):
    """Microseconds, so that calls keep their order; any ISO parser reads it."""
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def error_code(status, body):
    if status < 400:
        return None
    text = body[:4000].decode("utf-8", "replace")
    found = re.search(r"<Code>([^<]+)</Code>", text) or re.search(r'"(?:__type|code|Code|Error)"\s*:\s*"([^"]+)"', text)
    return found.group(1).rpartition("#")[2] if found else f"HTTP {status}"
