"""The root user of each account: its own credentials, and the privileged sessions of sts:AssumeRoot.

Sources: IAM user guide, "AWS account root user" and "Centrally manage root access for member accounts"; STS API reference,
AssumeRoot; IAM API reference, the pages of the actions. The engine knows root by the account id as access key, and no more.
"""

import dataclasses
import functools
import json
import re
import secrets
import time
from urllib.parse import parse_qs

import engine
import organization

TASKS = "arn:aws:iam::aws:policy/root-task/"
LONGEST_SESSION = 900  # seconds; the default as well
MOST_KEYS, MOST_CERTIFICATES = 2, 2  # IAM user guide, "IAM and AWS STS quotas"
FEATURES = ("RootCredentialsManagement", "RootSessions")

# Without a UserName these are about the caller ("If you do not specify a user name, IAM determines it implicitly based on the
# access key ID signing the request").
IMPLIED = ("GetUser", "ListAccessKeys", "CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey", "ListMFADevices",
           "DeactivateMFADevice", "GetLoginProfile", "CreateLoginProfile", "DeleteLoginProfile", "UploadSigningCertificate",
           "ListSigningCertificates", "UpdateSigningCertificate", "DeleteSigningCertificate")
# "When you make this request with root user credentials, you must use an AssumeRoot session to omit the user name."
ONLY_ASSUMED = ("DeactivateMFADevice", "GetLoginProfile", "CreateLoginProfile", "DeleteLoginProfile")


@dataclasses.dataclass
class Root:
    """What the owner of an account signs in with. Its access keys are with those of the users, without a name."""
    password: str | None
    mfa: dict = dataclasses.field(default_factory=dict)  # serial number -> since
    certificates: dict = dataclasses.field(default_factory=dict)


_roots = {}
_features = set(FEATURES)


def of(account):
    """An account that was made on its own and invited has a password (one that the organisation made would have none)."""
    from ministack.services import iam

    return _roots.setdefault(account, Root(password=iam._now()))


def serve(app):
    """After engine.py, whose IAM handlers are wrapped here."""
    from ministack.core import iam_evaluator
    from ministack.services import iam, sts

    keys_without_a_user_are_roots(iam_evaluator, sts)
    tasks_limit_the_session(iam_evaluator, sts)
    for name in IMPLIED:
        iam._IAM_HANDLERS[name] = functools.partial(implied, iam, name, iam._IAM_HANDLERS[name])
    iam._IAM_HANDLERS["GetAccountSummary"] = functools.partial(account_summary, iam, iam._IAM_HANDLERS["GetAccountSummary"])
    for name in ("ListOrganizationsFeatures", *(f"{verb}Organizations{what}" for verb in ("Enable", "Disable")
                                                for what in ("RootCredentialsManagement", "RootSessions"))):
        iam._IAM_HANDLERS[name] = functools.partial(organizations_features, iam, name)
    engine_answers = app.SERVICE_HANDLERS["sts"]

    async def answer(method, path, headers, body, query):
        call = engine.current_call.get()
        if call and call.action == "sts:AssumeRoot":
            given = {**query, **parse_qs(body.decode())}
            return assume_root(iam, sts, call, given, headers)
        return await engine_answers(method, path, headers, body, query)

    app.SERVICE_HANDLERS["sts"] = answer


def is_roots(record):
    return record is not None and record.get("UserName") == ""


def arn(account):
    return f"arn:aws:iam::{account}:root"


# --- who signs ------------------------------------------------------------------------------------------------------

def keys_without_a_user_are_roots(iam_evaluator, sts):
    from ministack.core.responses import get_account_id
    from ministack.services import iam

    resolves, identifies = iam_evaluator.resolve_credential, iam_evaluator.resolve_caller_identity

    def resolve_credential(access_key_id, account_id=None, *given, **named):
        found = resolves(access_key_id, account_id, *given, **named)
        if getattr(found, "principal_type", "") != "User" or found.principal_name:
            return found
        if not is_roots(iam._access_keys.get_scoped(found.account_id, None, access_key_id)):
            return found
        return dataclasses.replace(found, principal_arn=arn(found.account_id), principal_id=found.account_id, principal_type="Root")

    def resolve_caller_identity(access_key_id):
        found, account = identifies(access_key_id), get_account_id()
        if is_roots(iam._access_keys.get_scoped(account, None, access_key_id)):
            return {**found, "userArn": arn(account), "userId": account}
        return found

    iam_evaluator.resolve_credential = sts.resolve_credential = resolve_credential
    iam_evaluator.resolve_caller_identity = resolve_caller_identity


def tasks_limit_the_session(iam_evaluator, sts):
    """A privileged session may do what root may and its task policy does not deny."""
    resolves = iam_evaluator.resolve_principal

    def resolve_principal(access_key_id, account_id, credential=None):
        found = resolves(access_key_id, account_id, credential)
        task = (sts._sessions.get(access_key_id) or {}).get("TaskPolicy")
        if task and not isinstance(found, iam_evaluator.AuthError):
            found.policies = [*organization.everything(iam_evaluator), iam_evaluator.parse_policy_document(task)]
        return found

    iam_evaluator.resolve_principal = resolve_principal


# --- sts:AssumeRoot -------------------------------------------------------------------------------------------------

def target_of(principal):
    """The account: TargetPrincipal is its id or its root's ARN."""
    found = re.fullmatch(r"(?:arn:aws:iam::)?(\d{12})(?::root)?", principal or "")
    return found.group(1) if found else None


def checks(name, params):
    """sts:AssumeRoot is checked on the root user, with the task as sts:TaskPolicyArn (Service Authorization Reference)."""
    if name != "AssumeRoot":
        return None
    value = {key: (params.get(key) or [""])[0] for key in ("TargetPrincipal", "TaskPolicyArn.arn")}
    target = target_of(value["TargetPrincipal"])
    return [("sts:AssumeRoot", arn(target) if target else "*", {"sts:TaskPolicyArn": value["TaskPolicyArn.arn"]})]


@functools.cache
def tasks():
    """AWS's own five policies, from moto's copy: they deny all but what the task needs, for any resource but root."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    known = json.loads(aws_managed_policies_data)
    return {TASKS + name: json.dumps(policy["Document"]) for name, policy in known.items() if policy.get("Path") == "/root-task/"}


def assume_root(iam, sts, call, given, headers):
    """Only from the management account (or a delegated administrator, whom the sandbox lacks), not by its root user, into a
    member account, with one of the five tasks, for 15 minutes at most."""
    target, task = target_of(iam._p(given, "TargetPrincipal")), iam._p(given, "TaskPolicyArn.arn")
    duration = int(iam._p(given, "DurationSeconds") or LONGEST_SESSION)
    entitled = call.account == organization.management() and not call.principal.endswith(":root")
    if not (entitled and organization.is_member(target) and "RootSessions" in _features):
        message = f"User: {call.principal} is not authorized to perform: sts:AssumeRoot on resource: {arn(target or '*')}"
        return iam._error(403, "AccessDenied", message, ns="sts")
    if headers.get("host") == "sts.amazonaws.com":  # behind AWS_ENDPOINT_URL nobody can tell
        return iam._error(400, "ValidationError", "AssumeRoot is not supported at the global endpoint.", ns="sts")
    if task not in tasks() or not 0 <= duration <= LONGEST_SESSION:
        return iam._error(400, "ValidationError", "The task policy or the duration is none that AssumeRoot takes.", ns="sts")
    made = {"AccessKeyId": iam._gen_session_access_key(), "SecretAccessKey": iam._gen_secret(),
            "SessionToken": iam._gen_session_token(), "Expiration": iam._future(duration)}
    sts.register_session(made["AccessKeyId"], {
        "Arn": arn(target), "UserId": target, "AccountId": target, "PrincipalType": "Root",
        "SecretAccessKey": made["SecretAccessKey"], "SessionToken": made["SessionToken"], "Expiration": time.time() + duration,
        "SourceAccessKeyId": call.access_key, "SourcePrincipalArn": call.principal,
        # The engine knows no policy variables; one of the policies has one.
        "TaskPolicy": tasks()[task].replace("${aws:PrincipalAccount}", target),
        # In no other session and not with root's own keys ("AWS global condition context keys", aws:AssumedRoot).
        "ConditionKeys": {"aws:assumedroot": "true"},
    })
    elements = "".join(f"<{name}>{value}</{name}>" for name, value in made.items())
    return iam._xml(200, "AssumeRootResponse", f"<AssumeRootResult><Credentials>{elements}</Credentials></AssumeRootResult>", ns="sts")


def organizations_features(iam, name, _p):
    """Central management of root access: on in the sandbox from the start, switched in the management account alone."""
    if engine.current_call.get().account != organization.management():
        return iam._error(400, "AccountNotManagementOrDelegatedAdministrator", "Your account is not the management account.")
    feature = name.partition("Organizations")[2]
    if name.startswith("Enable"):
        _features.add(feature)
    _features.discard(feature if name.startswith("Disable") else None)
    members = "".join(f"<member>{one}</member>" for one in FEATURES if one in _features)
    return answered(iam, name, f"<OrganizationId>{organization.organization_id()}</OrganizationId>"
                               f"<EnabledFeatures>{members}</EnabledFeatures>")


# --- the credentials ------------------------------------------------------------------------------------------------

def implied_checks(name, params, principal, account):
    """Whom an IAM call without UserName is checked on: the caller. GetAccessKeyLastUsed names the key alone."""
    from ministack.services import iam

    if name == "GetAccessKeyLastUsed" and is_roots(iam._access_keys.get_scoped(account, None, iam._p(params, "AccessKeyId"))):
        return [(f"iam:{name}", arn(account), {})]
    if name in IMPLIED and not iam._p(params, "UserName") and re.match(r"arn:aws:iam::\d+:(root|user/)", principal):
        return [(f"iam:{name}", principal, {})]
    return None


def implied(iam, name, engine_handles, p):
    """The engine takes a call without UserName for one about a user "default", and any key of the account for the user's."""
    call, user = engine.current_call.get(), iam._p(p, "UserName")
    if not user and call and call.service == "iam":
        if call.principal.endswith(":root"):
            return of_root(iam, name, call, p)
        if ":user/" not in call.principal:
            return iam._error(400, "ValidationError", "Must specify userName when calling with non-User credentials")
        user = call.principal.rpartition("/")[2]
    if user and name == "DeleteAccessKey" and (iam._access_keys.get(iam._p(p, "AccessKeyId")) or {}).get("UserName", user) != user:
        return absent(iam, "Access Key", iam._p(p, "AccessKeyId"))
    return engine_handles({**p, "UserName": [user]} if user else p)


def of_root(iam, name, call, p):
    from ministack.services import sts

    assumed = "TaskPolicy" in (sts._sessions.get(call.access_key) or {})
    if name in ONLY_ASSUMED and not assumed:
        return iam._error(400, "ValidationError", "Must specify userName when calling with root user credentials")
    perform = {"GetUser": get_user, "ListAccessKeys": list_keys, "CreateAccessKey": create_key, "UpdateAccessKey": update_key,
               "DeleteAccessKey": delete_key, "ListMFADevices": list_mfa, "DeactivateMFADevice": deactivate_mfa,
               "GetLoginProfile": get_password, "CreateLoginProfile": create_password, "DeleteLoginProfile": delete_password,
               "UploadSigningCertificate": upload_certificate, "ListSigningCertificates": list_certificates,
               "UpdateSigningCertificate": update_certificate, "DeleteSigningCertificate": delete_certificate}[name]
    return perform(iam, call.account, of(call.account), p)


def keys_of(iam):
    return {identifier: record for identifier, record in iam._access_keys.items() if is_roots(record)}


def answered(iam, name, inner=""):
    return iam._xml(200, f"{name}Response", f"<{name}Result>{inner}</{name}Result>")


def absent(iam, what, identifier):
    return iam._error(404, "NoSuchEntity", f"The {what} with id {identifier} cannot be found.")


def members(name, found):
    listed = "".join("<member>" + "".join(f"<{key}>{value}</{key}>" for key, value in one.items()) + "</member>" for one in found)
    return f"<{name}>{listed}</{name}><IsTruncated>false</IsTruncated>"


def get_user(iam, account, _root, _p):
    return answered(iam, "GetUser", f"<User><UserId>{account}</UserId><Arn>{arn(account)}</Arn><CreateDate>{iam._now()}</CreateDate></User>")


def list_keys(iam, _account, _root, _p):
    shown = [{name: record[name] for name in ("AccessKeyId", "Status", "CreateDate")} for record in keys_of(iam).values()]
    return answered(iam, "ListAccessKeys", members("AccessKeyMetadata", shown))


def create_key(iam, _account, _root, _p):
    if len(keys_of(iam)) >= MOST_KEYS:
        return iam._error(409, "LimitExceeded", f"Cannot exceed quota for AccessKeysPerUser: {MOST_KEYS}")
    made = {"AccessKeyId": iam._gen_access_key_id(), "SecretAccessKey": iam._gen_secret(), "Status": "Active", "CreateDate": iam._now()}
    iam._access_keys[made["AccessKeyId"]] = {"UserName": "", **made}
    return answered(iam, "CreateAccessKey", "<AccessKey>" + "".join(f"<{key}>{value}</{key}>" for key, value in made.items()) + "</AccessKey>")


def update_key(iam, _account, _root, p):
    record = keys_of(iam).get(iam._p(p, "AccessKeyId"))
    if record is None:
        return absent(iam, "Access Key", iam._p(p, "AccessKeyId"))
    record["Status"] = iam._p(p, "Status")
    return iam._xml(200, "UpdateAccessKeyResponse", "")


def delete_key(iam, _account, _root, p):
    identifier = iam._p(p, "AccessKeyId")
    if identifier not in keys_of(iam):
        return absent(iam, "Access Key", identifier)
    del iam._access_keys[identifier]
    return iam._xml(200, "DeleteAccessKeyResponse", "")


def list_mfa(iam, _account, root, _p):
    shown = [{"SerialNumber": serial, "EnableDate": since} for serial, since in root.mfa.items()]
    return answered(iam, "ListMFADevices", members("MFADevices", shown))


def deactivate_mfa(iam, _account, root, p):
    serial = iam._p(p, "SerialNumber")
    if root.mfa.pop(serial, None) is None:
        return absent(iam, "MFA device", serial)
    return iam._xml(200, "DeactivateMFADeviceResponse", "")


def get_password(iam, account, root, _p):
    if root.password is None:
        return iam._error(404, "NoSuchEntity", f"Login Profile for User {account} cannot be found.")
    return answered(iam, "GetLoginProfile", login_profile(root))


def create_password(iam, account, root, _p):
    """Password must be left out: the owner of the root user's mailbox may then reset it ("Allow password recovery")."""
    if root.password is not None:
        return iam._error(409, "EntityAlreadyExists", f"Login Profile for user {account} already exists.")
    root.password = iam._now()
    return answered(iam, "CreateLoginProfile", login_profile(root))


def login_profile(root):
    return f"<LoginProfile><CreateDate>{root.password}</CreateDate><PasswordResetRequired>false</PasswordResetRequired></LoginProfile>"


def delete_password(iam, account, root, _p):
    if root.password is None:
        return iam._error(404, "NoSuchEntity", f"Login Profile for User {account} cannot be found.")
    root.password = None
    return iam._xml(200, "DeleteLoginProfileResponse", "")


def upload_certificate(iam, _account, root, p):
    if len(root.certificates) >= MOST_CERTIFICATES:
        return iam._error(409, "LimitExceeded", f"Cannot exceed quota for SigningCertificatesPerUser: {MOST_CERTIFICATES}")
    made = {"CertificateId": secrets.token_hex(12).upper(), "CertificateBody": iam._p(p, "CertificateBody"), "Status": "Active",
            "UploadDate": iam._now()}
    root.certificates[made["CertificateId"]] = made
    return answered(iam, "UploadSigningCertificate", "<Certificate>" + "".join(f"<{key}>{value}</{key}>" for key, value in made.items()) + "</Certificate>")


def list_certificates(iam, _account, root, _p):
    return answered(iam, "ListSigningCertificates", members("Certificates", root.certificates.values()))


def update_certificate(iam, _account, root, p):
    record = root.certificates.get(iam._p(p, "CertificateId"))
    if record is None:
        return absent(iam, "Certificate", iam._p(p, "CertificateId"))
    record["Status"] = iam._p(p, "Status")
    return iam._xml(200, "UpdateSigningCertificateResponse", "")


def delete_certificate(iam, _account, root, p):
    if root.certificates.pop(iam._p(p, "CertificateId"), None) is None:
        return absent(iam, "Certificate", iam._p(p, "CertificateId"))
    return iam._xml(200, "DeleteSigningCertificateResponse", "")


def account_summary(iam, engine_handles, p):
    """AccountMFAEnabled and Account...Present are about the root user; the engine counts users' devices and says 0."""
    from ministack.core.responses import get_account_id

    status, headers, body = engine_handles(p)
    root = of(get_account_id())
    known = {"AccountMFAEnabled": bool(root.mfa), "AccountPasswordPresent": root.password is not None,
             "AccountAccessKeysPresent": len(keys_of(iam)), "AccountSigningCertificatesPresent": len(root.certificates)}
    text = body.decode()
    for name, value in known.items():
        text = re.sub(rf"<entry><key>{name}</key><value>\d+</value></entry>", "", text)
        text = text.replace("</SummaryMap>", f"<entry><key>{name}</key><value>{int(value)}</value></entry></SummaryMap>")
    return status, headers, text.encode()


def signs_in(account, password, mfa):
    """What the account's owner does in the console, for no API does it: set a password or none, register a device or none."""
    from ministack.services import iam

    root = of(account)
    if password is not None:
        root.password = iam._now() if password else None
    if mfa is not None:
        root.mfa = {f"arn:aws:iam::{account}:mfa/root-account-mfa-device": iam._now()} if mfa else {}
    return {"password": root.password is not None, "mfa": list(root.mfa)}
