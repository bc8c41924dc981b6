"""The key permissions a call needs because what it touches is encrypted with a customer's key: AWS checks them for
the caller, through the service (kms:ViaService). Source: the KMS developer guide, "How AWS services use AWS KMS", and
the encryption chapter of each service's guide."""

import re

# IAM action -> what the service does with the key on behalf of the caller.
NEEDED = {
    "s3:PutObject": ["kms:GenerateDataKey"], "s3:GetObject": ["kms:Decrypt"], "s3:GetObjectVersion": ["kms:Decrypt"],
    "secretsmanager:GetSecretValue": ["kms:Decrypt"], "secretsmanager:PutSecretValue": ["kms:GenerateDataKey", "kms:Decrypt"],
    "sns:Publish": ["kms:GenerateDataKey", "kms:Decrypt"], "sqs:SendMessage": ["kms:GenerateDataKey", "kms:Decrypt"],
    "sqs:ReceiveMessage": ["kms:Decrypt"],
    **{f"dynamodb:{name}": ["kms:Decrypt"] for name in (
        "GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem",
        "TransactWriteItems", "TransactGetItems", "ConditionCheckItem")},
}


def checks(service, action, arns, headers, region, account):
    """(action, key ARN, condition keys) the caller needs besides what the call itself asks for."""
    if action not in NEEDED or not arns:
        return []
    find = {"s3": bucket_key, "dynamodb": table_key, "secretsmanager": secret_key, "sns": topic_key, "sqs": queue_key}[service]
    key = key_arn(find(arns[0], headers), region, account)
    via = {"kms:ViaService": f"{service}.{region}.amazonaws.com"}
    return [(needed, key, via) for needed in NEEDED[action]] if key else []


def key_arn(key, region, account):
    """The ARN of a customer's key; AWS's own keys (alias/aws/...) need no permission of the caller's."""
    if not key or "alias/aws/" in key:
        return None
    from ministack.services import kms

    record = kms._resolve_key(key)
    if record:
        return record["Arn"]
    return key if key.startswith("arn:") else f"arn:aws:kms:{region}:{account}:key/{key}"


def bucket_key(arn, headers):
    from ministack.services import s3

    named = headers.get("x-amz-server-side-encryption-aws-kms-key-id")
    if headers.get("x-amz-server-side-encryption") and not named:
        return None  # AES256, or aws:kms with AWS's own key
    bucket = arn.partition(":::")[2].partition("/")[0]
    owner = s3._bucket_owner_account(bucket)
    document = s3._bucket_encryption.get_scoped(owner, None, bucket) if owner else None
    found = re.search(r"<KMSMasterKeyID>([^<]+)</KMSMasterKeyID>", document or "")
    return named or (found and found.group(1))


def table_key(arn, _headers):
    from ministack.services import dynamodb

    table = dynamodb._tables.get(arn.partition(":table/")[2].partition("/")[0]) or {}
    return (table.get("SSEDescription") or {}).get("KMSMasterKeyArn")


def secret_key(arn, _headers):
    from ministack.services import secretsmanager

    return (secretsmanager._resolve(arn)[1] or {}).get("KmsKeyId")


def topic_key(arn, _headers):
    from ministack.services import sns

    return ((sns._topics.get(arn) or {}).get("attributes") or {}).get("KmsMasterKeyId")


def queue_key(arn, _headers):
    from ministack.services import sqs

    for queue in sqs._queues.values():
        if queue.get("attributes", {}).get("QueueArn") == arn:
            return queue["attributes"].get("KmsMasterKeyId")
    return None
