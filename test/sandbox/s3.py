"""What the engine lacks or gets wrong of S3. Sources: the S3 API reference, page of the action, unless another one is named."""

import json
import re

from patching import rewrite


def install():
    from ministack.core import iam_actions
    from ministack.services import s3

    policies_are_validated(s3)
    says_whether_a_policy_is_public(s3)
    keys_of_writers_are_a_condition(iam_actions)
    what_comes_in_parts_is_locked(s3)


def checks(action, method, path, query, body):
    """Of several objects at once each is checked by itself, a version as DeleteObjectVersion (Service Authorization Reference, Amazon S3);
    the engine takes the first for an object without a version."""
    from ministack.core import iam_actions

    if action != "s3:DeleteObject" or method != "POST" or "delete" not in query:
        return None
    targets = iam_actions._s3_batch_delete_targets(path.strip("/").partition("/")[0], body)
    return [("s3:DeleteObjectVersion" if version else "s3:DeleteObject", arn, {}) for arn, version in targets] or None


def listing(action, query, buckets):
    """What is listed is a condition key (S3 user guide, "Condition key examples"); the engine knows it, and does not tell."""
    prefix = query.get("prefix")
    if action != "s3:ListBucket" or not prefix:
        return None
    return [(action, arn, {"s3:prefix": prefix[0] if isinstance(prefix, list) else prefix}) for arn in buckets]


def besides(action, body):
    """Replication works with a role that whoever sets it up hands over to S3 (PutBucketReplication, "Permissions")."""
    role = re.search(rb"<Role>([^<]+)</Role>", body or b"") if action == "s3:PutReplicationConfiguration" else None
    return [("iam:PassRole", role[1].decode(), {"iam:PassedToService": "s3.amazonaws.com"})] if role else []


# --- policies -------------------------------------------------------------------------------------------------------

VERSIONS = ("2008-10-17", "2012-10-17")
LARGEST = 20 * 1024  # bytes (S3 user guide, "Bucket policies")


def policies_are_validated(s3):
    """PutBucketPolicy refuses what is no policy of this bucket, as MalformedPolicy; the engine takes anything."""
    s3.why_malformed = why_malformed
    rewrite(s3, "_put_bucket_policy", (
        '        return _no_such_bucket(name)\n',
        '        return _no_such_bucket(name)\n'
        '    reason = why_malformed(name, body)\n'
        '    if reason:\n'
        '        return _error("MalformedPolicy", reason, 400, f"/{name}")\n'))


def why_malformed(bucket, body):
    try:
        policy = json.loads(body)
    except ValueError:
        return "Policies must be valid JSON and the first byte must be '{'"
    if len(body) > LARGEST:
        return "The policy is too large"
    if not isinstance(policy, dict) or policy.get("Version", VERSIONS[0]) not in VERSIONS:
        return "The policy must contain a valid version string"
    statements = policy.get("Statement") or []
    statements = [statements] if isinstance(statements, dict) else statements
    if not statements:
        return "Missing required field Statement"
    sids = [one.get("Sid") for one in statements if one.get("Sid")]
    if len(sids) != len(set(sids)):
        return "Statement IDs (SID) in a single policy must be unique."
    return next(filter(None, (why_wrong(bucket, one) for one in statements)), None)


def as_list(value):
    return value if isinstance(value, list) else [value]


def why_wrong(bucket, statement):
    if statement.get("Effect") not in ("Allow", "Deny"):
        return "Invalid effect: " + str(statement.get("Effect"))
    for name in ("Principal", "Action", "Resource"):
        if (name in statement) == (f"Not{name}" in statement):
            return f"Missing required field {name}"
    principals = statement.get("Principal", statement.get("NotPrincipal"))
    if not all(known(one) for one in named(principals)):
        return "Invalid principal in policy"
    actions = as_list(statement.get("Action", statement.get("NotAction")))
    if not all(re.fullmatch(r"\*|s3:[A-Za-z*?]+", str(one)) for one in actions):
        return "Policy has invalid action"
    resources = as_list(statement.get("Resource", statement.get("NotResource")))
    own = re.compile(rf"arn:aws[a-z-]*:s3:::{re.escape(bucket)}(/.*)?|arn:aws[a-z-]*:s3:::\*.*|\*", re.DOTALL)
    if not all(own.fullmatch(str(one)) for one in resources):
        return "Policy has invalid resource"
    return None


def named(principals):
    return as_list(principals.get("AWS") or []) if isinstance(principals, dict) else as_list(principals)


def known(principal):
    """Everybody, an account, or a user or role that there is: one that was deleted is shown by its unique id, and that is not taken again
    (IAM user guide, "AWS JSON policy elements: Principal")."""
    from ministack.services import iam

    if principal == "*" or re.fullmatch(r"\d{12}|arn:aws[a-z-]*:iam::\d{12}:root", str(principal)):
        return True
    entity = re.fullmatch(r"arn:aws[a-z-]*:iam::(\d{12}):(user|role)/(?:.*/)?([^/]+)", str(principal))
    if not entity:
        return bool(re.match(r"arn:aws[a-z-]*:(sts|iam):", str(principal)))
    store = iam._users if entity[2] == "user" else iam._roles
    return store.get_scoped(entity[1], None, entity[3]) is not None


def says_whether_a_policy_is_public(s3):
    """GetBucketPolicyStatus; the engine answers a listing of the bucket."""
    dispatch = s3._dispatch

    def with_status(method, bucket, key, headers, body, query):
        if method != "GET" or key or "policyStatus" not in query:
            return dispatch(method, bucket, key, headers, body, query)
        found = s3._get_bucket_policy(bucket)
        if found[0] != 200:
            return found
        public = "true" if s3._policy_is_public(found[2].decode()) else "false"
        xml = f'<PolicyStatus xmlns="{s3.S3_NS}"><IsPublic>{public}</IsPublic></PolicyStatus>'
        return 200, {"Content-Type": "application/xml"}, xml.encode()

    s3._dispatch = with_status


# --- conditions -----------------------------------------------------------------------------------------------------

def keys_of_writers_are_a_condition(iam_actions):
    """Whether a write brings a key of its own is a condition key (Service Authorization Reference, Amazon S3); the engine does not give it."""
    own = iam_actions._s3_object_context
    header = "x-amz-server-side-encryption-customer-algorithm"

    def context(action, query, path, headers):
        given = own(action, query, path, headers)
        if action == "s3:PutObject" and headers.get(header):
            given[f"s3:{header}"] = headers[header]
        return given

    iam_actions._s3_object_context = context


# --- parts ----------------------------------------------------------------------------------------------------------

def what_comes_in_parts_is_locked(s3):
    """As CreateMultipartUpload says, or else by the default of the bucket, from its completion on (S3 user guide, "Using S3 Object Lock",
    "Object retention settings"); the engine forgets both. Each part but the last has 5 MiB (CompleteMultipartUpload, EntityTooSmall), and where
    objects are locked each comes with its Content-MD5 (UploadPart)."""
    rewrite(s3, "_create_multipart_upload", (
        '        "created": now_iso(),\n',
        '        "created": now_iso(),\n        "lock": {name: headers[name] for name in _OBJECT_LOCK_HEADERS if name in headers},\n'))
    rewrite(s3, "_upload_part", (
        "    md5_err = _validate_content_md5(headers, body)\n",
        "    if bucket_name in _bucket_object_lock and not any(name == 'content-md5' or name.startswith('x-amz-checksum-') for name in headers):\n"
        "        return _error('InvalidRequest', 'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Part requests with Object Lock parameters', 400)\n"
        "    md5_err = _validate_content_md5(headers, body)\n"))
    rewrite(s3, "_complete_multipart_upload", (
        "    md5_digests = b\"\"\n",
        "    if any(upload['parts'][pn]['size'] < 5 * 2 ** 20 for pn, *_ in ordered_parts[:-1] if pn in upload['parts']):\n"
        "        return _error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400)\n"
        "    md5_digests = b\"\"\n"), (
        "    version_id = _record_object_version(bucket_name, key, prior_obj, obj, combined)\n",
        "    version_id = _record_object_version(bucket_name, key, prior_obj, obj, combined)\n"
        "    _apply_object_lock_from_headers(bucket_name, key, upload['lock'], obj.get('version_id'))\n"))
