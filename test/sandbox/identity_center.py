"""IAM Identity Center: moto's sso-admin and identitystore in the management account, with roles that really exist in the accounts.

A permission set is a role AWSReservedSSO_<name>_<16 hex digits> in every account it is provisioned to; its policies bind there and
change only when it is provisioned again. Sources: IAM Identity Center API reference and Identity Store API reference, the pages of
the actions; IAM Identity Center user guide, "Referencing permission sets in resource policies, Amazon EKS Cluster config maps, and
AWS KMS key policies" (name and path of the roles) and "Revoke active IAM role sessions created by permission sets" (condition keys).
"""

import asyncio
import functools
import json
import re
import secrets
import threading
import time
import uuid

import arns
import engine
import organization
import resources
from organization import problem

PROVISIONING_SECONDS = 0.05  # AWS: seconds to minutes; until then the accounts have the old policies
LONGEST_POLICY = 32_768  # PutInlinePolicyToPermissionSet, InlinePolicy
LONGEST_PACKED = 10_240  # without white space (IAM Identity Center user guide, "Quotas")
POLICY_NAME = "AwsSSOInlinePolicy"
# What makes the roles in the accounts differ from the permission set, until it is provisioned.
CHANGES = re.compile(r"(Put|Delete)InlinePolicy\w+|(Attach|Detach)\w+PermissionSet|UpdatePermissionSet")
PROTECTED = ("/aws-reserved/", "/aws-service-role/")

_region = ""
_roles = {}  # permission set ARN, account -> name of the role
_latest = {}  # permission set ARN -> the accounts whose role is as the permission set
_requests = {}  # id -> status of a provisioning


def serve(app, options):
    """After engine.py and resources.py, whose answers are replaced here."""
    global _region
    _region = options.region[0]
    app.SERVICE_HANDLERS["sso"] = functools.partial(answer, administered)
    app.SERVICE_HANDLERS["identitystore"] = functools.partial(answer, stored)
    roles_are_the_services()
    principals_have_a_path()


def prepare():
    """Once, when moto is there."""
    from moto.ssoadmin.models import Instance, PermissionSet, SSOAdminBackend

    makes = Instance.__init__

    def make(instance, *given, **named):
        """A directory is d- and ten hexadecimal digits (Identity Store API reference, IdentityStoreId)."""
        makes(instance, *given, **named)
        instance.identity_store_id = f"d-{secrets.token_hex(5)}"

    Instance.__init__ = make

    # arn:aws:sso:::permissionSet/<instance>/<permission set> (Service Authorization Reference, IAM Identity Center).
    PermissionSet.generate_id = staticmethod(
        lambda instance: f"arn:aws:sso:::permissionSet/{instance.rpartition('/')[2]}/ps-{secrets.token_hex(8)}")
    creates = SSOAdminBackend.create_permission_set

    def create_permission_set(backend, *given, **named):
        """One hour unless something else was asked for, as ISO 8601 (CreatePermissionSet, SessionDuration)."""
        if named.get("session_duration") == 3600:
            named["session_duration"] = "PT1H"
        return creates(backend, *given, **named)

    SSOAdminBackend.create_permission_set = create_permission_set


def center():
    from moto.ssoadmin.models import ssoadmin_backends

    return ssoadmin_backends[organization.management()][_region]


def store():
    """The directory's users and group memberships."""
    from moto.identitystore.models import IdentityStoreData, identitystore_backends

    known = identitystore_backends[organization.management()][_region].identity_stores
    return known.setdefault(center().instances[0].identity_store_id, IdentityStoreData())


# --- its API --------------------------------------------------------------------------------------------------------

async def answer(perform, method, path, headers, body, query):
    from ministack.core.responses import get_account_id, get_region

    account, region = get_account_id(), get_region()
    name, given = headers.get("x-amz-target", "").rpartition(".")[2], arns.json_of(body)

    def work():
        with resources._lock:
            resources.application()
            return perform(account, region, name, given,
                           lambda: resources.call_moto(organization.management(), method, path, dict(headers), body, query))

    return await resources.at_once(work)


def said(content):
    return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(content).encode()


def administered(account, region, name, given, by_moto):
    """The instance is in one Region and belongs to the management account; member accounts see it, and no more."""
    if name == "ListInstances":
        seen = [one.to_json() for one in center().instances] if region == _region else []
        return said({"Instances": seen})
    if account != organization.management():
        return problem("AccessDeniedException", "You do not have sufficient access to perform this action.")
    if region != _region or given.get("InstanceArn") != center().instances[0].instance_arn:
        return problem("ResourceNotFoundException", "The instance does not exist here.")
    own = {"ProvisionPermissionSet": provision, "DescribePermissionSetProvisioningStatus": provisioning_status,
           "ListAccountsForProvisionedPermissionSet": accounts_of, "ListPermissionSetsProvisionedToAccount": provisioned_to,
           "ListAccountAssignmentsForPrincipal": assignments_of, "PutInlinePolicyToPermissionSet": unfit_policy,
           "CreateAccountAssignment": unfit_assignment}.get(name)
    done = (own and own(given)) or by_moto()
    if done[0] == 200:
        afterwards(name, given)
    return done


def stored(account, region, _name, given, by_moto):
    if account != organization.management():
        return problem("AccessDeniedException", "You do not have sufficient access to perform this action.")
    if region != _region or given.get("IdentityStoreId") != center().instances[0].identity_store_id:
        return problem("ResourceNotFoundException", "The identity store does not exist here.")
    store()
    return by_moto()


def afterwards(name, given):
    permission_set, account = given.get("PermissionSetArn"), given.get("TargetId")
    if CHANGES.fullmatch(name):
        _latest.get(permission_set, set()).clear()
    elif name == "CreateAccountAssignment":
        write_role(permission_set, account)
    elif name == "DeleteAccountAssignment" and not any(
            (one.permission_set_arn, one.target_id) == (permission_set, account) for one in center().account_assignments):
        remove_role(permission_set, account)  # with the last assignment


def unfit_policy(given):
    from ministack.core.iam_evaluator import validate_policy_document

    policy = given.get("InlinePolicy", "")
    if not 1 <= len(policy) <= LONGEST_POLICY or validate_policy_document(policy):
        return problem("ValidationException", "The inline policy is too long or no policy document.")
    packed = len(re.sub(r"\s", "", policy).encode())
    if packed > LONGEST_PACKED:
        return problem("ValidationException", f"Current size of the non-whitespace characters present in the InlinePolicy Document is {packed} "
                       f"bytes which has exceeded the maximum limit of {LONGEST_PACKED} bytes")
    return None


def unfit_assignment(given):
    account, principal = given.get("TargetId"), given.get("PrincipalId")
    known = {*store().users, *store().groups}
    if account != organization.management() and not organization.is_member(account):
        return problem("ResourceNotFoundException", f"Account {account} is not in the organization.")
    if principal not in known or permission_set_of(given.get("PermissionSetArn")) is None:
        return problem("ResourceNotFoundException", "The principal or the permission set does not exist.")
    return None


def permission_set_of(identifier):
    return next((one for one in center().permission_sets if identifier in (one.permission_set_arn, one.name)), None)


def groups_of(user):
    return {one["GroupId"] for one in store().group_memberships.values() if one["MemberId"].get("UserId") == user}


def assignments_of(given):
    """What "the principal has access to": of a user, also by way of its groups. moto gives the direct ones."""
    principal, only = given.get("PrincipalId"), (given.get("Filter") or {}).get("AccountId")
    wanted = {principal, *(groups_of(principal) if given.get("PrincipalType") == "USER" else ())}
    return said({"AccountAssignments": [
        {"AccountId": one.target_id, "PermissionSetArn": one.permission_set_arn, "PrincipalId": one.principal_id,
         "PrincipalType": one.principal_type}
        for one in center().account_assignments if one.principal_id in wanted and only in (None, one.target_id)]})


# --- provisioning ---------------------------------------------------------------------------------------------------

def accounts_with(permission_set):
    return sorted(account for known, account in _roles if known == permission_set)


def provision(given):
    """Answers at once that it is in progress; the accounts follow."""
    permission_set, kind, account = (given.get(key) for key in ("PermissionSetArn", "TargetType", "TargetId"))
    if permission_set_of(permission_set) is None:
        return problem("ResourceNotFoundException", f"Could not find PermissionSet with id {permission_set}")
    if kind not in ("ALL_PROVISIONED_ACCOUNTS", "AWS_ACCOUNT") or (kind == "AWS_ACCOUNT") != bool(account):
        return problem("ValidationException", "TargetId goes with AWS_ACCOUNT, and only with it.")
    accounts = accounts_with(permission_set)
    if account and account not in accounts:
        return problem("ResourceNotFoundException", f"The permission set is not provisioned to {account}.")
    status = {"Status": "IN_PROGRESS", "RequestId": str(uuid.uuid4()), "PermissionSetArn": permission_set, "CreatedDate": time.time(),
              **({"AccountId": account} if account else {})}
    _requests[status["RequestId"]] = status
    timer = threading.Timer(PROVISIONING_SECONDS, provisioned, [status, [account] if account else accounts])
    timer.daemon = True
    timer.start()
    return said({"PermissionSetProvisioningStatus": status})


def provisioned(status, accounts):
    with resources._lock:
        for account in accounts:
            write_role(status["PermissionSetArn"], account)
        status["Status"] = "SUCCEEDED"


def provisioning_status(given):
    status = _requests.get(given.get("ProvisionPermissionSetRequestId"))
    if status is None:
        return problem("ResourceNotFoundException", "There is no such request.")
    return said({"PermissionSetProvisioningStatus": status})


def accounts_of(given):
    permission_set, wanted = given.get("PermissionSetArn"), given.get("ProvisioningStatus")
    if permission_set_of(permission_set) is None:
        return problem("ResourceNotFoundException", f"Could not find PermissionSet with id {permission_set}")
    latest = _latest.get(permission_set, set())
    return said({"AccountIds": [account for account in accounts_with(permission_set) if wanted in (None, status_in(account, latest))]})


def provisioned_to(given):
    account, wanted = given.get("AccountId"), given.get("ProvisioningStatus")
    return said({"PermissionSets": [known for known, of in _roles if of == account
                                    and wanted in (None, status_in(account, _latest.get(known, set())))]})


def status_in(account, latest):
    return "LATEST_PERMISSION_SET_PROVISIONED" if account in latest else "LATEST_PERMISSION_SET_NOT_PROVISIONED"


def path():
    """The Region is in the path, unless it is us-east-1."""
    return "/aws-reserved/sso.amazonaws.com/" + ("" if _region == "us-east-1" else f"{_region}/")


def write_role(arn, account):
    from ministack.services import iam

    wanted = permission_set_of(arn)
    name = _roles.setdefault((arn, account), f"AWSReservedSSO_{wanted.name}_{secrets.token_hex(8)}")
    known = iam._roles.get_scoped(account, None, name) or {"RoleId": iam._gen_id("AROA"), "CreateDate": iam._now()}
    own = [f"arn:aws:iam::{account}:policy{one.path}{one.name}" for one in wanted.customer_managed_policies]
    iam._roles.set_scoped(account, None, name, {
        **known, "RoleName": name, "Arn": f"arn:aws:iam::{account}:role{path()}{name}", "Path": path(),
        "AssumeRolePolicyDocument": json.dumps(trust(account)), "Description": wanted.description or "", "MaxSessionDuration": 43200,
        "PermissionsBoundary": "", "AttachedPolicies": [*(one.arn for one in wanted.managed_policies), *own],
        "InlinePolicies": {POLICY_NAME: wanted.inline_policy} if wanted.inline_policy else {}, "Tags": [],
    })
    _latest.setdefault(arn, set()).add(account)


def trust(account):
    provider = f"arn:aws:iam::{account}:saml-provider/AWSSSO_{center().instances[0].instance_arn.rpartition('-')[2]}_DO_NOT_DELETE"
    return {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Federated": provider}, "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}}]}


def remove_role(arn, account):
    from ministack.services import iam

    iam._roles.pop_scoped(account, None, _roles.pop((arn, account), None), None)
    _latest.get(arn, set()).discard(account)


# --- the roles and their sessions -----------------------------------------------------------------------------------

def roles_are_the_services():
    """Roles of Identity Center and service-linked roles are changed by their services alone; IAM answers everybody else
    UnmodifiableEntity (IAM API reference, e.g. PutRolePolicy, "Errors")."""
    from ministack.services import iam

    for name in ("AttachRolePolicy", "DetachRolePolicy", "PutRolePolicy", "DeleteRolePolicy", "DeleteRole", "UpdateRole",
                 "UpdateRoleDescription", "UpdateAssumeRolePolicy", "PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary",
                 "AddRoleToInstanceProfile"):
        iam._IAM_HANDLERS[name] = functools.partial(unless_protected, iam, iam._IAM_HANDLERS[name])


def unless_protected(iam, engine_handles, p):
    role = iam._roles.get(iam._p(p, "RoleName")) or {}
    if role.get("Path", "/").startswith(PROTECTED):
        return iam._error(400, "UnmodifiableEntity", f"Cannot perform the operation on the protected role '{role['RoleName']}' - "
                          "this role is only modifiable by AWS")
    return engine_handles(p)


def principals_have_a_path():
    """aws:PrincipalArn of a role session is the role's ARN with its path (IAM user guide, "AWS global condition context keys");
    engine.py makes it of the session's, which has none."""
    from ministack.core import iam_evaluator
    from ministack.services import iam

    resolves = iam_evaluator._resolve_condition_key

    def resolve_condition_key(key, ctx):
        value = resolves(key, ctx)
        if key.lower() != "aws:principalarn" or ":role/" not in str(value):
            return value
        role = iam._roles.get_scoped(ctx.principal_account, None, value.rpartition("/")[2])
        return role["Arn"] if role else value

    iam_evaluator._resolve_condition_key = resolve_condition_key


def portal_session(account, user_name, name):
    """What GetRoleCredentials of the access portal gives a person who has signed in: a session named after the person, with
    identitystore:UserId in the context of its calls."""
    from ministack.services import sts

    with resources._lock:
        resources.application()
        user = next((one for one in store().users.values() if one.UserName == user_name), None)
        permission_set = permission_set_of(name)
        if user is None or permission_set is None:
            raise LookupError(f"no user {user_name!r} or no permission set {name!r}")
        entitled = {user.UserId, *groups_of(user.UserId)}
        assigned = any((one.target_id, one.permission_set_arn) == (account, permission_set.permission_set_arn)
                       and one.principal_id in entitled for one in center().account_assignments)
    if not assigned:
        raise LookupError(f"{user_name} has no {permission_set.name} in {account}")
    session = engine.role_session(account, _roles[permission_set.permission_set_arn, account], user_name,
                                  seconds(permission_set.session_duration))
    sts._sessions[session["accessKeyId"]]["ConditionKeys"] = {
        "identitystore:userid": user.UserId,
        "identitystore:identitystorearn": f"arn:aws:identitystore::{organization.management()}:identitystore/{user.IdentityStoreId}"}
    return session


def seconds(duration):
    hours, minutes = (re.search(rf"(\d+){unit}", duration) for unit in ("H", "M"))
    return int(hours.group(1) if hours else 0) * 3600 + int(minutes.group(1) if minutes else 0) * 60


# --- what a call is checked on --------------------------------------------------------------------------------------

# Actions that are checked on the instance, and on the permission set and account they name (Service Authorization Reference,
# "Actions defined by AWS IAM Identity Center"); ListInstances names no resource type.
ON_ACCOUNTS = ("CreateAccountAssignment", "DeleteAccountAssignment", "ListAccountAssignments", "ListPermissionSetsProvisionedToAccount",
               "ProvisionPermissionSet")


def sso_checks(name, given):
    instance, permission_set = given.get("InstanceArn"), given.get("PermissionSetArn")
    if name == "ListInstances" or not instance:
        return [(f"sso:{name}", "*", {})]
    touched = [instance, *([permission_set] if permission_set else [])]
    if name == "CreatePermissionSet":
        touched.append(f"arn:aws:sso:::permissionSet/{instance.rpartition('/')[2]}/*")
    if name in ON_ACCOUNTS:
        touched.append(f"arn:aws:sso:::account/{given.get('TargetId') or given.get('AccountId') or '*'}")
    return [(f"sso:{name}", arn, {}) for arn in touched]


def identity_store_checks(name, given):
    """GetUserId does not know the user yet; ListUsers is about all of them."""
    touched = [f"arn:aws:identitystore::{organization.management()}:identitystore/{given.get('IdentityStoreId', '*')}"]
    if name in ("GetUserId", "ListUsers", "DescribeUser", "UpdateUser", "DeleteUser"):
        touched.append(f"arn:aws:identitystore:::user/{given.get('UserId', '*')}")
    if name == "ListGroupMembershipsForMember":
        touched += [f"arn:aws:identitystore:::user/{(given.get('MemberId') or {}).get('UserId', '*')}", "arn:aws:identitystore:::membership/*"]
    return [(f"identitystore:{name}", arn, {}) for arn in touched]
