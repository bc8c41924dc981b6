"""AWS Organizations: one organisation, kept by moto, whose service control policies the engine enforces.

Sources: Organizations API reference, the pages of the actions; Organizations user guide, "Service control policies" and "SCP
evaluation"; how many and how large: user guide, "Quotas for AWS Organizations", doubled on 15 May 2026 to 10 SCPs for each root,
OU or account and 10,240 characters for each SCP.
"""

import asyncio
import json
from types import SimpleNamespace

import arns
import resources
from patching import rewrite

SCP, FULL_ACCESS = "SERVICE_CONTROL_POLICY", "p-FullAWSAccess"
MOST_ATTACHED, LONGEST_POLICY = 10, 10_240
# The same in every sandbox, so that a configuration can name them before it runs.
ROOT, UNITS = "r-sand", {"Workloads": "workloads", "Quarantine": "quarantine"}
# The application id (SDK reference, "Application ID") of clients that watch the play without a part in it: AWS has no such
# thing. A test looks at an account as its root, and has to see what holds there while root is denied everything.
BYSTANDER = "app/sandbox-bystander"
QUARANTINE = {"Version": "2012-10-17", "Statement": [{
    "Sid": "OnlyTheResponder", "Effect": "Deny", "Action": "*", "Resource": "*",
    # Privileged root sessions are the organisation's own, and a policy would bind them too (IAM user guide, "aws:AssumedRoot").
    "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/tourniquet-*"},
                  "BoolIfExists": {"aws:AssumedRoot": "false"}}}]}

_settings = SimpleNamespace(id="", management="", members=())
# Account -> what has to allow a call of its principals: for each node above it that holds more than FullAWSAccess, the policies
# of that node. Empty until somebody attaches one, so that a call costs one look into an empty dictionary.
_levels = {}


def install(options):
    """Before engine.py, which wraps what is changed here."""
    from ministack.core import iam_actions, iam_evaluator

    _settings.id, _settings.management, _settings.members = options.organization, options.account[0], tuple(options.account[1:])
    iam_evaluator.service_control = service_control
    rewrite(iam_evaluator, "enforce", (
        "    # Root principal: allow everything\n",
        "    refused = service_control(principal, iam_action, resource_arn, region, service_context)\n"
        "    if refused:\n        return refused\n    # Root principal: allow everything\n"))
    refusals_name_the_policy(iam_actions)
    sessions_bring_keys(iam_evaluator)


def serve(app):
    app.SERVICE_HANDLERS["organizations"] = answer


def management():
    return _settings.management


def organization_id():
    return _settings.id


def is_member(account):
    return account in _settings.members


def paths_of(account):
    """From the organisation down to the unit in which the account is: o-…/r-…/ou-…/ (IAM user guide, "aws:PrincipalOrgPaths")."""
    backend = moto()
    nodes = {ou.id: ou for ou in backend.ou}
    node, path = next(one for one in backend.accounts if one.id == account).parent_id, ""
    while node:
        path = f"{node}/{path}"
        node = nodes[node].parent_id
    return [f"{_settings.id}/{path}"]


# --- what binds -----------------------------------------------------------------------------------------------------

def service_control(principal, action, resource, region, keys):
    """A refusal, or None. The account, each OU above it and the root must allow a call, and none may deny it; users, roles and
    the root user are bound, the management account and service-linked roles are not (user guide, "SCP effects on
    permissions"). sts:GetCallerIdentity and GetSessionToken need no permission, so the engine never asks."""
    levels = _levels.get(principal.account)
    if not levels or is_service_linked(principal) or is_bystander():
        return None
    from ministack.core import iam_evaluator

    result = iam_evaluator.evaluate(context(iam_evaluator, principal, action, resource, region, keys, levels),
                                    everything(iam_evaluator), *levels)
    if result.decision == "Allow":
        return None
    import engine

    call = engine.current_call.get()
    if call:
        call.service_control = "an explicit deny" if result.decision == "Deny" else "no allow"
    result.principal_arn = principal.arn
    return result


def everything(iam_evaluator):
    return [[iam_evaluator.ParsedStatement("", "Allow", actions=["*"], resources=["*"])]]


def context(iam_evaluator, principal, action, resource, region, keys, levels):
    """As the engine makes it for the other policies, so that an SCP's conditions see the same keys."""
    given = {"aws:tagkeys": None, **{key.lower(): value for key, value in (keys or {}).items()}}
    if any(iam_evaluator._names_condition_key(level, "aws:resourcetag/") for level in levels):
        from ministack.services.tagging import resource_tags

        tags = ec2_tags(resource, principal.account) if resource.startswith("arn:aws:ec2:") else resource_tags(resource) or {}
        given = {**{f"aws:resourcetag/{name}".lower(): value for name, value in tags.items()}, **given}
    return iam_evaluator.EvalContext(
        principal_arn=principal.arn, principal_type=principal.type, principal_account=principal.account, action=action,
        resource_arn=resource, region=region, service_context=given, principal_keys=principal.keys)


def ec2_tags(arn, own):
    """Of what moto keeps, where the engine knows no tags. A snapshot's ARN names no account: here it is the caller's."""
    _, _, _, region, account, kind = arn.split(":", 5)
    return resources.ec2_backend(account or own, region).tags.get(kind.rpartition("/")[2], {})


def is_bystander():
    import engine

    call = engine.current_call.get()
    return call is not None and BYSTANDER in call.user_agent.split()


def is_service_linked(principal):
    from ministack.services import iam

    if principal.type != "AssumedRole":
        return False
    role = iam._roles.get_scoped(principal.account, None, principal.arn.split("/")[1]) or {}
    return role.get("Path", "").startswith("/aws-service-role/")


def rebind():
    """After every change to the organisation."""
    global _levels  # exchanged in one piece: other threads read it meanwhile
    from ministack.core.iam_evaluator import parse_policy_document

    backend = moto()
    nodes, bound = {ou.id: ou for ou in backend.ou}, {}
    for account in backend.accounts:
        above, parent = [account], account.parent_id
        while parent:
            above.append(nodes[parent])
            parent = nodes[parent].parent_id
        levels = [[policy for policy in node.attached_policies if policy.type == SCP] for node in above]
        bound[account.id] = [[parse_policy_document(policy.content) for policy in level] for level in levels
                             if any(policy.id != FULL_ACCESS for policy in level)]
    _levels = {account: levels for account, levels in bound.items() if levels and account != _settings.management}


def refusals_name_the_policy(iam_actions):
    """A refusal says which kind of policy refused (IAM user guide, "Troubleshoot access denied error messages"); the engine
    knows of no SCPs."""
    engine_refuses = iam_actions.access_denied_response

    def access_denied_response(service, action, principal_arn, request_id, **given):
        import engine

        why = getattr(engine.current_call.get(), "service_control", None)
        if why:
            because = ("with an explicit deny in a service control policy" if why == "an explicit deny"
                       else f"because no service control policy allows the {action} action")
            given["message"] = (f"User: {principal_arn} is not authorized to perform: {action} on resource: "
                                f"{given.get('resource_arn', '*')} {because}")
        return engine_refuses(service, action, principal_arn, request_id, **given)

    iam_actions.access_denied_response = access_denied_response


def sessions_bring_keys(iam_evaluator):
    """Condition keys that a session has from how it was made (aws:AssumedRoot, identitystore:UserId); root_user.py and
    identity_center.py keep them with the session."""
    from ministack.services import sts

    engine_keys = iam_evaluator._principal_keys

    def principal_keys(credential):
        session = sts._sessions.get(credential.access_key_id) or {}
        return {**engine_keys(credential), **session.get("ConditionKeys", {})}

    iam_evaluator._principal_keys = sts._principal_keys = principal_keys


# --- the organisation itself ----------------------------------------------------------------------------------------

def moto():
    from moto.organizations.models import organizations_backends

    return organizations_backends[_settings.management]["aws"]


def found():
    """Once, when moto is there: the root with SCPs enabled, "Workloads" with the member accounts, "Quarantine" with its SCP and
    nobody in it. FullAWSAccess is attached to the root and to every OU and account from the start."""
    from moto.organizations import models, utils

    # An AWS managed policy belongs to no organisation (Service Authorization Reference, AWS Organizations, "awspolicy").
    own_arn = models.FakePolicy.arn.fget
    models.FakePolicy.arn = property(lambda policy: f"arn:aws:organizations::aws:policy/{policy.type.lower()}/{policy.id}"
                                     if policy.aws_managed else own_arn(policy))
    random = {name: getattr(utils, f"make_random_{name}_id") for name in ("org", "root", "ou", "account")}
    backend, suffixes = moto(), iter(UNITS.values())
    utils.make_random_org_id = lambda: _settings.id
    utils.make_random_root_id = lambda: ROOT
    try:
        backend.create_organization(region="us-east-1", FeatureSet="ALL")
        root = backend.ou[0].id
        utils.make_random_ou_id = lambda of: of.replace("r-", "ou-", 1) + "-" + next(suffixes)
        backend.enable_policy_type(RootId=root, PolicyType=SCP)
        units = {name: backend.create_organizational_unit(ParentId=root, Name=name)["OrganizationalUnit"]["Id"]
                 for name in UNITS}
        for account in _settings.members:
            utils.make_random_account_id = lambda: account
            backend.create_account(AccountName=f"Member {account}", Email=f"aws+{account}@example.com")
            backend.move_account(AccountId=account, SourceParentId=root, DestinationParentId=units["Workloads"])
    finally:
        for name, made in random.items():
            setattr(utils, f"make_random_{name}_id", made)
    policy = backend.create_policy(Name="Quarantine", Type=SCP, Content=json.dumps(QUARANTINE),
                                   Description="Nobody but the incident responder acts in here.")
    backend.attach_policy(PolicyId=policy["Policy"]["PolicySummary"]["Id"], TargetId=units["Quarantine"])
    rebind()


# --- its API --------------------------------------------------------------------------------------------------------

async def answer(method, path, headers, body, query):
    from ministack.core.responses import get_account_id

    account = get_account_id()
    name, given = headers.get("x-amz-target", "").rpartition(".")[2], arns.json_of(body)

    def work():
        with resources._lock:
            resources.application()
            problem = outsider(account, name) or mistake(name, given)
            if problem:
                return problem
            done = resources.call_moto(_settings.management, method, path, dict(headers), body, query)
            if done[0] == 200 and not arns.ON_ANY_RESOURCE.match(name):
                rebind()
            return done

    return await resources.at_once(work)


def problem(code, message, reason=None):
    said = {"__type": code, "Message": message, **({"Reason": reason} if reason else {})}
    return 400, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(said).encode()


def outsider(account, name):
    """Every account of the organisation may call DescribeOrganization; the others of these only the management account and
    delegated administrators, of whom the sandbox has none."""
    if account == _settings.management or (name == "DescribeOrganization" and is_member(account)):
        return None
    if not is_member(account):
        return problem("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
    return problem("AccessDeniedException", "You don't have permissions to access this resource.")


def mistake(name, given):
    """What moto lets pass or names otherwise."""
    check = {"AttachPolicy": attach, "DetachPolicy": detach, "CreatePolicy": written, "UpdatePolicy": written,
             "MoveAccount": move, "ListPoliciesForTarget": listed, "ListParents": child}.get(name)
    return check(given) if check else None


def node(identifier):
    return next((one for one in [*moto().ou, *moto().accounts] if one.id == identifier), None)


def policy_of(identifier):
    return next((one for one in moto().policies if one.id == identifier), None)


def attach(given):
    policy, target = policy_of(given.get("PolicyId")), node(given.get("TargetId"))
    if policy is None:
        return problem("PolicyNotFoundException", "We can't find a policy with the PolicyId that you specified.")
    if target is None:
        return no_target()
    if policy in target.attached_policies:
        return problem("DuplicatePolicyAttachmentException", "A policy with the specified name and type already exists on the target.")
    if sum(one.type == policy.type for one in target.attached_policies) >= MOST_ATTACHED:
        return problem("ConstraintViolationException", "You have reached the maximum number of policies attached to the target.",
                       "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED")
    return None


def detach(given):
    policy, target = policy_of(given.get("PolicyId")), node(given.get("TargetId"))
    if target is None:
        return no_target()
    if policy is None or policy not in target.attached_policies:
        return problem("PolicyNotAttachedException", "The policy isn't attached to the specified target.")
    if policy.type == SCP and sum(one.type == SCP for one in target.attached_policies) == 1:
        return problem("ConstraintViolationException", "You cannot remove the last policy attached to the specified target.",
                       "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED")
    return None


def written(given):
    from ministack.core.iam_evaluator import validate_policy_document

    content = given.get("Content")
    if content is None:
        return None
    if len(content) > LONGEST_POLICY:
        return problem("ConstraintViolationException", "You have exceeded the maximum policy size.", "POLICY_CONTENT_LIMIT_EXCEEDED")
    malformed = validate_policy_document(content)
    # An SCP has no Principal: it is for all in the account ("SCP syntax").
    if malformed or any("Principal" in statement for statement in statements(content)):
        return problem("MalformedPolicyDocumentException", "The provided policy document does not meet the requirements.")
    return None


def statements(content):
    found = json.loads(content)["Statement"]
    return found if isinstance(found, list) else [found]


def move(given):
    account, source, target = (node(given.get(key)) for key in ("AccountId", "SourceParentId", "DestinationParentId"))
    if account is None:
        return problem("AccountNotFoundException", "You specified an account that doesn't exist.")
    if source is None or account.parent_id != source.id:
        return problem("SourceParentNotFoundException", "We can't find a source root or OU with the ParentId that you specified.")
    if target is None:
        return problem("DestinationParentNotFoundException", "We can't find the destination container with the ParentId that you specified.")
    if source is target:
        return problem("DuplicateAccountException", "That account is already present in the specified destination.")
    return None


def listed(given):
    return None if node(given.get("TargetId")) else no_target()


def child(given):
    return None if node(given.get("ChildId")) else problem("ChildNotFoundException", "We can't find an OU or account with the ChildId.")


def no_target():
    return problem("TargetNotFoundException", "We can't find a root, OU, or account with the TargetId that you specified.")


# --- what a call is checked on --------------------------------------------------------------------------------------

# Parameters that name what a call touches (Service Authorization Reference, "Actions defined by AWS Organizations"). An action
# that is not here names no resource type.
TOUCHED = {
    "AttachPolicy": ("PolicyId", "TargetId"), "DetachPolicy": ("PolicyId", "TargetId"), "DeletePolicy": ("PolicyId",),
    "UpdatePolicy": ("PolicyId",), "DescribePolicy": ("PolicyId",), "ListTargetsForPolicy": ("PolicyId",),
    "ListPoliciesForTarget": ("TargetId",), "ListParents": ("ChildId",), "ListChildren": ("ParentId",),
    "ListOrganizationalUnitsForParent": ("ParentId",), "ListAccountsForParent": ("ParentId",), "DescribeAccount": ("AccountId",),
    "DescribeOrganizationalUnit": ("OrganizationalUnitId",),
    "MoveAccount": ("AccountId", "SourceParentId", "DestinationParentId"),
}


def checks(name, given):
    """What is tagged brings its tags as keys of its own. CreatePolicy is checked on a policy too, whose id is not known yet; with
    tags it needs TagResource besides (Organizations user guide, "Adding, updating, and removing tags")."""
    resources.application()
    policy = policy_of(given.get("PolicyId"))
    kind = given.get("Type") or given.get("Filter") or (policy and policy.type)
    keys = {"organizations:PolicyType": kind} if kind else {}
    if name == "CreatePolicy":
        made = f"arn:aws:organizations::{_settings.management}:policy/{_settings.id}/{str(kind).lower()}/*"
        tags = {f"aws:RequestTag/{tag['Key']}": tag["Value"] for tag in given.get("Tags") or []}
        actions = ["CreatePolicy", "TagResource"] if tags else ["CreatePolicy"]
        return [(f"organizations:{action}", made, {**keys, **tags}) for action in actions]
    touched = [given[key] for key in TOUCHED.get(name, ()) if given.get(key)]
    return [(f"organizations:{name}", arn_of(one), {**keys, **tags_of(one)}) for one in touched] or [
        (f"organizations:{name}", "*", keys)]


def tags_of(identifier):
    policy = policy_of(identifier)
    return {f"aws:ResourceTag/{key}": value for key, value in policy.tags.items()} if policy else {}


def arn_of(identifier):
    found = policy_of(identifier) or node(identifier)
    if found:
        return found.arn
    kind = {"p": f"policy/{_settings.id}/{SCP.lower()}", "r": f"root/{_settings.id}", "ou": f"ou/{_settings.id}"}.get(
        str(identifier).split("-")[0], f"account/{_settings.id}")
    return f"arn:aws:organizations::{_settings.management}:{kind}/{identifier}"
