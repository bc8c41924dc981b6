"""Fault rules: make chosen calls fail as AWS would make them fail, or take their caller away."""

import asyncio
import fnmatch
import itertools
import json

import engine

EFFECTS = {"deny", "throttle", "delay", "cut", "kill-before", "kill-after", "error"}
KEYS = {"action", "contains", "principal", "account", "skip", "times", "effect", "seconds", "code", "status"}
# What a throttled call answers (the services' "Common errors" pages). EC2 and S3 answer 503, the JSON services 400.
THROTTLED = {
    "ec2": ("RequestLimitExceeded", 503), "s3": ("SlowDown", 503), "dynamodb": ("ThrottlingException", 400),
    "lambda": ("TooManyRequestsException", 429), "states": ("ThrottlingException", 400),
    "ebs": ("RequestThrottledException", 400),
}
_ids = itertools.count(1)
rules = []


class Invalid(ValueError):
    """The body of a request to /_sandbox/faults is not right; the message says which key."""


def change(body):
    unknown = set(body) - {"rules", "clear"}
    if unknown:
        raise Invalid(f"unknown key {sorted(unknown)[0]!r}; known are 'rules' and 'clear'")
    if body.get("clear"):
        rules.clear()
    added = [checked(rule) for rule in body.get("rules", [])]
    rules.extend(added)
    return {"ids": [rule["id"] for rule in added], "rules": len(rules)}


def checked(rule):
    unknown = set(rule) - KEYS
    if unknown:
        raise Invalid(f"unknown key {sorted(unknown)[0]!r} in a rule; known are {', '.join(sorted(KEYS))}")
    if rule.get("effect") not in EFFECTS:
        raise Invalid(f"'effect' must be one of {', '.join(sorted(EFFECTS))}")
    if not isinstance(rule.get("action"), str):
        raise Invalid("'action' must name an action, such as 'ec2:CreateSnapshots' or 'ec2:*'")
    status = rule.get("status", 500)
    if type(status) is not int or not 400 <= status <= 599:
        raise Invalid("'status' must be a number from 400 to 599")
    if "status" in rule and rule["effect"] != "error":
        raise Invalid(f"'status' belongs to the effect 'error'; '{rule['effect']}' answers what AWS answers")
    return {**rule, "id": f"fault-{next(_ids)}", "seen": 0, "done": 0}


def matching(call):
    """The first rule that acts on this call; `skip` and `times` count the calls that match it."""
    for rule in rules:
        if not (fnmatch.fnmatchcase((call.action or "").lower(), rule["action"].lower())
                and rule.get("contains", "") in call.raw
                and rule.get("principal", "") in call.principal
                and rule.get("account", call.account) == call.account):
            continue
        rule["seen"] += 1
        if rule["seen"] <= rule.get("skip", 0) or rule["done"] >= rule.get("times", float("inf")):
            continue
        rule["done"] += 1
        return rule
    return None


async def before(rule, call, headers, request_id):
    """Act before the call is carried out: an answer to give in its place, or None to go on."""
    effect = rule["effect"]
    if effect == "delay":
        await asyncio.sleep(rule.get("seconds", 1))
    if effect == "kill-before":
        engine.kill_function(call.access_key)
        return CUT
    if effect == "cut":
        return CUT
    if effect == "deny":
        return refusal(call, headers, request_id)
    if effect == "throttle":
        code, status = THROTTLED.get(call.service, ("ThrottlingException" if "x-amz-target" in headers else "Throttling", 400))
        return failure(call, headers, request_id, rule.get("code", code), status, "Rate exceeded")
    if effect == "error":
        return failure(call, headers, request_id, rule.get("code", "InternalError"), rule.get("status", 500),
                       "Fault injected by the sandbox")
    return None


def after(rule, call):
    """Act after the call was carried out, before its answer is sent."""
    if rule["effect"] == "kill-after":
        engine.kill_function(call.access_key)
        return CUT
    return None


CUT = object()


def refusal(call, headers, request_id):
    from ministack.core.iam_actions import access_denied_response

    arn = call.resources[0] if call.resources else "*"
    return access_denied_response(call.service, call.action, call.principal, request_id, headers=headers, resource_arn=arn)


def cbor(words):
    """A map of texts, each with its length in two bytes (RFC 8949, section 3.1)."""
    def text(value):
        raw = value.encode()
        return b"\x79" + len(raw).to_bytes(2, "big") + raw

    return bytes([0xA0 + len(words)]) + b"".join(text(key) + text(value) for key, value in words.items())


def failure(call, headers, request_id, code, status, message):
    """An error in the protocol of the service, with any code."""
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        return status, {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}, cbor({"__type": code, "message": message})
    answer_status, answer_headers, body = refusal(call, headers, request_id)
    denied = {"UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "AuthorizationError"}
    if body[:1] == b"{":
        answer_headers = {name: (value.replace(said, code) if (said := str(value).partition(";")[0]) in denied else value)
                          for name, value in answer_headers.items()}
        return status, answer_headers, json.dumps({"__type": code, "message": message}).encode()
    text = body.decode()
    for word in denied:
        text = text.replace(f"<Code>{word}</Code>", f"<Code>{code}</Code>")
    start, end = text.index("<Message>") + 9, text.index("</Message>")
    return status, answer_headers, (text[:start] + message + text[end:]).encode()
