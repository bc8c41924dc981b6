"""A bucket and its key in another account than their caller's. The engine judges the policy of a foreign bucket for the root user of
the caller's account, whoever calls, finds no key of another account at all, and reads nothing of who is expected to own a bucket."""

import re

from patching import rewrite

# "Cross-account use: Yes" in the KMS API reference; all that manages a key says no.
ACROSS_ACCOUNTS = {"kms:DescribeKey", "kms:GetPublicKey", "kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:Sign", "kms:Verify"}


def install():
    owners_are_expected()
    bucket_policies_know_who_calls()
    keys_of_other_accounts()


def owners_are_expected():
    """Another owner than the one expected: 403 (S3 user guide, "Verifying bucket ownership with bucket owner condition")."""
    from ministack.services import s3

    rewrite(s3, "_apply_bucket_scope", (
        "    if owner is None:\n        return None\n    from ministack.app import AUTH\n",
        "    if owner is None:\n        return None\n"
        "    if headers.get('x-amz-expected-bucket-owner', owner) != owner:\n"
        "        return _error('AccessDenied', 'Access Denied', 403, f'/{bucket}/{key}' if key else f'/{bucket}')\n"
        "    from ministack.app import AUTH\n"))


def principal(headers, caller):
    from ministack.app import extract_access_key_id
    from ministack.core.iam_evaluator import AuthError, resolve_principal

    found = resolve_principal(extract_access_key_id(headers, {}) or "", caller) if caller else None
    if found is None or isinstance(found, AuthError):
        return {"principal_arn": f"arn:aws:iam::{caller}:root" if caller else "*",
                "principal_type": "Root" if caller else "Anonymous", "principal_account": caller or ""}
    return {"principal_arn": found.arn, "principal_type": found.type, "principal_account": found.account,
            "principal_keys": found.keys}


def bucket_policies_know_who_calls():
    """Across accounts the bucket's policy has to allow the very principal, as its own policies have to (IAM user guide,
    "Cross-account policy evaluation logic"); those are checked before."""
    from ministack.services import s3

    s3.principal_of_call = principal
    rewrite(s3, "_foreign_bucket_allows", (
        '            principal_arn=f"arn:aws:iam::{caller}:root" if caller else "*",\n'
        '            principal_type="Root" if caller else "Anonymous",\n'
        '            principal_account=caller or "",\n',
        "            **principal_of_call(headers or {}, caller),\n"))


def keys_of_other_accounts():
    """A key's policy may let other accounts use it, by its ARN (KMS developer guide, "Allowing users in other accounts to use a
    KMS key"); their own policies have to allow it too."""
    from ministack.core.responses import get_account_id
    from ministack.services import kms

    from engine import current_call

    def elsewhere(arn):
        found = re.fullmatch(r"arn:[^:]+:kms:([^:]+):(\d{12}):key/([^/]+)", arn or "")
        if not found or found[2] == get_account_id():
            return None
        key = kms._keys.get_scoped(found[2], found[1], found[3])
        # The engine judges no root user, whose rights end at what another account's policy says.
        return key if key and get_account_id() in (key.get("Policy") or "") else None

    policy_of, resolve = kms.key_policy_for_arn, kms._resolve_key

    def key_policy_for_arn(arn):
        key = elsewhere(arn)
        return (key.get("Policy") or "", key["Arn"].split(":")[4]) if key else policy_of(arn)

    def resolve_key(key_id):
        call = current_call.get()
        return (call and call.action in ACROSS_ACCOUNTS and elsewhere(key_id)) or resolve(key_id)

    kms.key_policy_for_arn, kms._resolve_key = key_policy_for_arn, resolve_key
