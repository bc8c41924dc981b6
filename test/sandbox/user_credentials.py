"""What a user may hold besides access keys: SSH public keys, signing certificates and service-specific credentials, such as
long-term Bedrock API keys. The engine knows none of them. Source: the IAM API reference, the pages of the actions and data
types named here; how many a user may have: IAM user guide, "IAM and AWS STS quotas". Keys and certificates are taken unread.
"""

import secrets
from dataclasses import dataclass
from xml.sax.saxutils import escape

STATUSES = ("Active", "Inactive")  # Expired is what a credential becomes, never what it is set to


@dataclass(frozen=True)
class Kind:
    name: str  # as in the names of its actions, Update<name>
    made_by: str
    made: str  # the element in the answer that made it
    listed: str  # the element of the list
    identifier: str
    prefix: str  # of its ids
    most: int
    since: str
    hidden: tuple = ()  # shown once, when it is made


KINDS = (
    Kind("SSHPublicKey", "UploadSSHPublicKey", "SSHPublicKey", "SSHPublicKeys", "SSHPublicKeyId", "APKA", 5, "UploadDate",
         ("SSHPublicKeyBody", "Fingerprint")),
    Kind("SigningCertificate", "UploadSigningCertificate", "Certificate", "Certificates", "CertificateId", "", 2, "UploadDate"),
    Kind("ServiceSpecificCredential", "CreateServiceSpecificCredential", "ServiceSpecificCredential", "ServiceSpecificCredentials",
         "ServiceSpecificCredentialId", "ACCA", 2, "CreateDate", ("ServicePassword", "ServiceCredentialSecret")),
)


def install():
    from ministack.core.responses import AccountScopedDict
    from ministack.services import iam

    held = {kind.name: AccountScopedDict() for kind in KINDS}  # id -> its elements
    for kind in KINDS:
        iam._IAM_HANDLERS.update(actions(iam, kind, held[kind.name]))
    deletes = iam._IAM_HANDLERS["DeleteUser"]

    def delete_user(p):
        """DeleteUser is a DeleteConflict as long as the user holds any."""
        for kind in KINDS:
            if of(held[kind.name], iam._p(p, "UserName")):
                return iam._error(409, "DeleteConflict", f"Cannot delete entity, must delete {kind.name} first.")
        return deletes(p)

    iam._IAM_HANDLERS["DeleteUser"] = delete_user


def of(store, user, service=None):
    return [one for one in list(store.values()) if one["UserName"] == user and service in (None, one.get("ServiceName"))]


def actions(iam, kind, store):
    name = f"{kind.name}s"

    def make(p):
        user, service = iam._p(p, "UserName"), iam._p(p, "ServiceName") or None
        if user not in iam._users:
            return iam._error(404, "NoSuchEntity", f"The user with name {user} cannot be found.")
        if len(of(store, user, service)) >= kind.most:
            return iam._error(409, "LimitExceeded", f"Cannot exceed quota for {name}PerUser: {kind.most}")
        identifier = kind.prefix + secrets.token_hex(12).upper()  # a certificate's has 24 characters or more
        store[identifier] = {"UserName": user, kind.identifier: identifier, "Status": "Active", kind.since: iam._now(),
                             **particulars(iam, p, user, service)}
        return iam._xml(200, f"{kind.made_by}Response", result(kind.made_by, f"<{kind.made}>{elements(store[identifier])}</{kind.made}>"))

    def show(p):
        user, service = iam._p(p, "UserName"), iam._p(p, "ServiceName") or None
        if user not in iam._users:
            return iam._error(404, "NoSuchEntity", f"The user with name {user} cannot be found.")
        members = "".join(f"<member>{elements(one, kind.hidden)}</member>" for one in of(store, user, service))
        listed = f"<{kind.listed}>{members}</{kind.listed}><IsTruncated>false</IsTruncated>"
        return iam._xml(200, f"List{name}Response", result(f"List{name}", listed))

    def named(p):
        one = store.get(iam._p(p, kind.identifier))
        return one if one and one["UserName"] == iam._p(p, "UserName") else None

    def absent(p):
        return iam._error(404, "NoSuchEntity", f"The {kind.name} with id {iam._p(p, kind.identifier)} cannot be found.")

    def update(p):
        one, status = named(p), iam._p(p, "Status")
        if status not in STATUSES:
            return iam._error(400, "ValidationError", f"Status {status} is none of {', '.join(STATUSES)}.")
        if one is None:
            return absent(p)
        one["Status"] = status
        return iam._xml(200, f"Update{kind.name}Response", "")

    def delete(p):
        one = named(p)
        if one is None:
            return absent(p)
        del store[one[kind.identifier]]
        return iam._xml(200, f"Delete{kind.name}Response", "")

    return {kind.made_by: make, f"List{name}": show, f"Update{kind.name}": update, f"Delete{kind.name}": delete}


def particulars(iam, p, user, service):
    """What is peculiar to the kind; which one it is, the parameters tell."""
    from ministack.core.responses import get_account_id

    if iam._p(p, "SSHPublicKeyBody"):
        return {"SSHPublicKeyBody": iam._p(p, "SSHPublicKeyBody"), "Fingerprint": ":".join(secrets.token_hex(1) for _ in range(16))}
    if iam._p(p, "CertificateBody"):
        return {"CertificateBody": iam._p(p, "CertificateBody")}
    if service == "bedrock.amazonaws.com":
        return {"ServiceName": service, "ServiceCredentialAlias": f"{user}-{secrets.token_hex(4)}",
                "ServiceCredentialSecret": secrets.token_hex(24)}
    return {"ServiceName": service, "ServiceUserName": f"{user}-at-{get_account_id()}", "ServicePassword": secrets.token_hex(24)}


def result(action, inner):
    return f"<{action}Result>{inner}</{action}Result>"


def elements(values, hidden=()):
    return "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in values.items() if name not in hidden)
