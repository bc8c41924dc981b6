"""Lambda where the engine differs from AWS: which action a call is checked under, policies with revisions, URLs that need a permission,
and reserved concurrency, which counts for all versions and aliases and keeps asynchronous events waiting.

Sources: Service Authorization Reference, "Actions defined by AWS Lambda"; Lambda developer guide and API reference, by section below.
"""

import json
import re
import time
import uuid
from urllib.parse import unquote

import provisioned
import service_models
from patching import rewrite

# What is checked under another name than the operation's (Service Authorization Reference, AWS Lambda).
ACTIONS = {"Invoke": "InvokeFunction", "InvokeAsync": "InvokeFunction", "InvokeWithResponseStream": "InvokeFunction",
           "GetLayerVersionByArn": "GetLayerVersion"}
# Seconds between attempts at what is throttled: from the first to the longest (developer guide, "How Lambda handles errors and retries
# with asynchronous invocation").
BETWEEN_ATTEMPTS = (1, 300)

revisions = {}  # (account, Region, function, qualifier) -> the policy's revision


def install():
    from ministack.services import lambda_svc

    actions_by_the_model()
    concurrency_counts_for_all_versions(lambda_svc)
    throttled_events_wait(lambda_svc)
    urls_need_a_permission(lambda_svc)
    names_are_no_routes(lambda_svc)
    policies_have_revisions(lambda_svc)
    provisioned.install(lambda_svc)


def actions_by_the_model():
    """The engine reads a call's action from its path, and takes most of those below a function for others."""
    from ministack.core import iam_actions

    known = iam_actions.extract_iam_action

    def extract_iam_action(service, method, path, headers, body, params):
        asked = None
        if service == "lambda":
            try:
                asked = service_models.asked(service, method, path, headers, body, params)
            except ValueError:
                pass
        return f"lambda:{ACTIONS.get(asked.operation, asked.operation)}" if asked else known(service, method, path, headers, body, params)

    iam_actions.extract_iam_action = extract_iam_action


def checks(name, path, data, params, region, account):
    """A version or an alias is a resource of its own; a mapping is one too, and tells its function as lambda:FunctionArn."""
    action, parts = f"lambda:{ACTIONS.get(name, name)}", [unquote(part) for part in path.split("/") if part]
    if "event-source-mappings" in parts:
        return [mapping_check(action, parts, region, account)]
    if parts[1:2] == ["layers"] and ("Arn" in params or parts[4:]):
        version = f"arn:aws:lambda:{region}:{account}:layer:{parts[2]}:{parts[4]}" if parts[2:] else params["Arn"][0]
        return [(action, version, {})]
    if "functions" not in parts or parts.index("functions") + 1 == len(parts):
        return None
    function = parts[parts.index("functions") + 1]
    arn = function if function.startswith("arn:") else f"arn:aws:lambda:{region}:{account}:function:{re.sub('^[0-9]{12}:function:', '', function)}"
    qualifier = (params.get("Qualifier") or [""])[0]
    keys = {"lambda:Principal": data["Principal"]} if name == "AddPermission" and data.get("Principal") else {}
    return [(action, f"{arn}:{qualifier}" if qualifier else arn, keys)]


def mapping_check(action, parts, region, account):
    from ministack.services import lambda_svc

    mapping = parts[parts.index("event-source-mappings") + 1:]
    if not mapping:
        return (action, "*", {})
    known = lambda_svc._esms.get_scoped(account, region, mapping[0]) or {}
    keys = {"lambda:FunctionArn": known["FunctionArn"]} if known else {}
    return (action, f"arn:aws:lambda:{region}:{account}:event-source-mapping:{mapping[0]}", keys)


def concurrency_counts_for_all_versions(lambda_svc):
    """Concurrency settings apply to the function as a whole, its versions included (API reference, PutFunctionConcurrency), from the
    moment they are made; the engine asks what it copied of $LATEST, and nothing of a version."""
    engine_reserves = lambda_svc._reserved_concurrency

    def reserved_concurrency(func, config):
        account, region = lambda_svc._account_region_from_function_config(config)
        whole = lambda_svc._functions.get_scoped(account, region, config.get("FunctionName"))
        return whole["concurrency"] if whole and whole.get("concurrency") is not None else engine_reserves(
            {} if whole else func, config)

    lambda_svc._reserved_concurrency = reserved_concurrency


def throttled_events_wait(lambda_svc):
    """What is throttled goes back to the queue and is tried again for up to six hours, or the age that is set, and that is none of the
    two retries after errors; only then it is dropped (developer guide, "How Lambda handles errors and retries with asynchronous
    invocation"). The engine counts it as an error."""

    def when_let_in(execute, func, event, started, oldest):
        pause = BETWEEN_ATTEMPTS[0]
        result = execute(func, event)
        while result.get("throttle") and time.time() - started + pause <= oldest:
            time.sleep(pause)
            pause = min(pause * 2, BETWEEN_ATTEMPTS[1])
            result = execute(func, event)
        return result

    lambda_svc.when_let_in = when_let_in
    rewrite(lambda_svc, "invoke_async_with_retry", (
        "last_result = _execute_function(func, event)", "last_result = when_let_in(_execute_function, func, event, started, max_event_age)"))


def urls_need_a_permission(lambda_svc):
    """Of a URL without authentication the function's policy is in effect all the same: it has to let everybody use the URL and, since
    October 2025, invoke the function by it (developer guide, "Control access to Lambda function URLs"). The engine lets everybody in."""
    answer = lambda_svc.handle_function_url_request

    async def handle_function_url_request(url_id, *given, **named):
        found = lambda_svc.resolve_function_url(url_id)
        if found and found[4].get("AuthType") == "NONE" and not everybody_may(lambda_svc, *found[:4]):
            return 403, {"Content-Type": "application/json", "x-amzn-ErrorType": "AccessDeniedException"}, b'{"Message":"Forbidden"}'
        return await answer(url_id, *given, **named)

    lambda_svc.handle_function_url_request = handle_function_url_request


def everybody_may(lambda_svc, account, region, function, qualifier):
    from ministack.app import AUTH
    from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy

    policy = (lambda_svc._functions.get_scoped(account, region, function) or {}).get("policy")
    arn = f"arn:aws:lambda:{region}:{account}:function:{function}" + (f":{qualifier}" if qualifier else "")

    def may(action, keys):
        context = EvalContext(principal_arn="*", principal_type="Anonymous", principal_account="", action=action, resource_arn=arn,
                              region=region, service_context=keys)
        return evaluate_resource_policy(policy, context).decision == "Allow"

    return not AUTH or (may("lambda:InvokeFunctionUrl", {"lambda:functionurlauthtype": "NONE"})
                        and may("lambda:InvokeFunction", {"lambda:invokedviafunctionurl": "true"}))


def names_are_no_routes(lambda_svc):
    """A function or a statement may be called `url…`: only the segment after the function says that a call is about its URL (API
    reference, GetFunctionUrlConfig). The engine looks for the word anywhere."""
    rewrite(lambda_svc, "handle_request", (
        'if "/urls" in path and "/functions/" in path:', 'if parts[2:3] == ["functions"] and parts[4:] == ["urls"]:'), (
        'if "/url" in path and "/functions/" in path:', 'if parts[2:3] == ["functions"] and parts[4:] == ["url"]:'))


def policies_have_revisions(lambda_svc):
    """A function, a version and an alias each have a policy with a revision of its own, which changes with it; whoever names another one
    is refused, and without statements there is no policy (API reference, GetPolicy, AddPermission, RemovePermission). The engine answers
    the revision of the function's code, reads none, and gives the statements of all qualifiers to whoever asks without one."""
    read, add, remove = lambda_svc._get_policy, lambda_svc._add_permission, lambda_svc._remove_permission

    def key_of(function, query, qualifier):
        from ministack.core.responses import get_account_id, get_region

        return get_account_id(), get_region(), function, lambda_svc._qualifier_from_path_or_query(qualifier, query)

    def own_statements(function, qualifier):
        arn = lambda_svc._policy_resource_arn(function, qualifier)
        return [each for each in lambda_svc._functions[function]["policy"]["Statement"] if each.get("Resource") == arn]

    def get_policy(function, query_params=None, path_qualifier=None):
        answer = read(function, query_params, path_qualifier)
        key = key_of(function, query_params, path_qualifier)
        if answer[0] != 200:
            return answer
        statements = own_statements(function, key[3])
        if not statements:
            return lambda_svc.error_response_json("ResourceNotFoundException", "No policy is associated with the given resource.", 404)
        policy = {"Version": "2012-10-17", "Id": "default", "Statement": statements}
        return lambda_svc.json_response({"Policy": json.dumps(policy), "RevisionId": revisions.setdefault(key, str(uuid.uuid4()))})

    def at_revision(key, named, change):
        if named and named != revisions.get(key):
            return lambda_svc.error_response_json(
                "PreconditionFailedException", "The RevisionId provided does not match the latest RevisionId. Call the GetPolicy API to "
                "retrieve the latest RevisionId for your resource.", 412)
        answer = change()
        if answer[0] < 300:
            revisions[key] = str(uuid.uuid4())
        return answer

    def add_permission(function, data, query_params=None, path_qualifier=None):
        key = key_of(function, query_params, path_qualifier)
        return at_revision(key, data.get("RevisionId"), lambda: add(function, data, query_params, path_qualifier))

    def remove_permission(function, sid, query_params, path_qualifier=None):
        key = key_of(function, query_params, path_qualifier)
        if function in lambda_svc._functions and sid not in [each.get("Sid") for each in own_statements(function, key[3])]:
            return lambda_svc.error_response_json("ResourceNotFoundException", f"Statement {sid} is not found in resource policy.", 404)
        named = lambda_svc._qp_first(query_params or {}, "RevisionId") or None
        return at_revision(key, named, lambda: remove(function, sid, query_params, path_qualifier))

    lambda_svc._get_policy, lambda_svc._add_permission, lambda_svc._remove_permission = get_policy, add_permission, remove_permission
