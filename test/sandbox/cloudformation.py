"""Properties of CloudFormation resources that the engine reads past, and values it returns otherwise than AWS.
Source: the CloudFormation template reference, page of the resource type."""

import re
from xml.sax.saxutils import escape

from patching import rewrite


def install():
    from ministack.services.cloudformation import provisioners

    handlers = provisioners._RESOURCE_HANDLERS
    for kind, apply in {
        "AWS::S3::Bucket": bucket, "AWS::DynamoDB::Table": table, "AWS::SNS::Topic": topic,
        "AWS::Lambda::Function": function, "AWS::ApiGatewayV2::Stage": stage,
    }.items():
        handlers[kind] = {**handlers[kind], **applied_afterwards(handlers[kind], apply)}
    handlers["AWS::DynamoDB::Table"] = tables_are_new(handlers["AWS::DynamoDB::Table"])
    handlers["AWS::IAM::Role"] = roles_are_new(handlers["AWS::IAM::Role"])
    secrets_are_named_by_arn(handlers)
    full_buckets_stay(handlers["AWS::S3::Bucket"])
    aws_key_by_default()
    conditions_know_where_they_are()
    buckets_in_the_host()
    summaries_with_metadata()


def applied_afterwards(handler, apply):
    def create(logical_id, props, *others):
        made = handler["create"](logical_id, props, *others)
        apply(made[0], props)
        return made

    def update(physical_id, old, new, *others, **named):
        made = handler["update"](physical_id, old, new, *others, **named)
        apply(made[0], new)
        return made

    return {"create": create, "update": update} if "update" in handler else {"create": create}


def tables_are_new(handler):
    """A name that CloudFormation makes up is unique (user guide, "Name type"): the table that a former stack left behind stays as it is.
    The engine makes the name of stack and logical id alone, but of a bucket."""
    import uuid

    from ministack.services.cloudformation import provisioners

    def create(logical_id, props, *others):
        if not props.get("TableName") and not provisioners._NAME_SEED.get():
            provisioners._NAME_SEED.set(uuid.uuid4().hex[:8])
        return handler["create"](logical_id, props, *others)

    return {**handler, "create": create}


def roles_are_new(handler):
    """A role whose name is taken is not made (IAM API reference, CreateRole, EntityAlreadyExists); the engine writes over the other."""
    from ministack.services import iam

    def create(logical_id, props, *others):
        if props.get("RoleName") in iam._roles:
            raise ValueError(f"Role with name {props['RoleName']} already exists. (Service: Iam, Status Code: 409, "
                             "Error Code: EntityAlreadyExists)")
        return handler["create"](logical_id, props, *others)

    return {**handler, "create": create}


def buckets_in_the_host():
    """A template's URL may name its bucket in the host, as the CDK command line does for what is larger than 51,200 bytes (CloudFormation
    API reference, CreateChangeSet, TemplateURL; S3 user guide, "Virtual hosting of buckets"); the engine looks in the path alone."""
    from ministack.services.cloudformation import helpers

    rewrite(helpers, "_resolve_document", (
        '            path = parsed.path.lstrip("/")\n',
        '            bucket, dot, _ = parsed.netloc.partition(".s3.")\n'
        '            path = (bucket + "/" if dot else "") + parsed.path.lstrip("/")\n'))


def summaries_with_metadata():
    """A summary carries the template's Metadata, as JSON text (CloudFormation API reference, GetTemplateSummary)."""
    from ministack.services.cloudformation import handlers

    rewrite(handlers, "_get_template_summary", (
        '                f"<Description>{_esc(description)}</Description>"\n',
        '                f"<Description>{_esc(description)}</Description>"\n'
        '                + (f"<Metadata>{_esc(json.dumps(template[\'Metadata\']))}</Metadata>" if "Metadata" in template else "") +\n'))
    handlers._ACTION_HANDLERS["GetTemplateSummary"] = handlers._get_template_summary


def conditions_know_where_they_are():
    """Conditions may refer to pseudo parameters (CloudFormation user guide, "Get AWS values using pseudo parameters"); the engine
    compares with their names."""
    from ministack.core.responses import get_account_id, get_region
    from ministack.services.cloudformation import changesets, engine, handlers, stacks

    evaluates = engine._evaluate_conditions

    def evaluate(template, params):
        pseudo = {"AWS::AccountId": get_account_id(), "AWS::Region": get_region(), "AWS::Partition": "aws"}
        return evaluates(template, {**{name: {"Value": value} for name, value in pseudo.items()}, **params})

    for module in (engine, changesets, handlers, stacks):
        module._evaluate_conditions = evaluate


def bucket(name, props):
    """Encryption, and Object Lock, which switches versioning on (S3 user guide, "Locking objects with Object Lock")."""
    from ministack.services import s3

    for rule in props.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", []):
        by_default = rule.get("ServerSideEncryptionByDefault", {})
        key = by_default.get("KMSMasterKeyID")
        s3._bucket_encryption[name] = (
            '<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ApplyServerSideEncryptionByDefault>'
            f"<SSEAlgorithm>{by_default.get('SSEAlgorithm', 'AES256')}</SSEAlgorithm>"
            + (f"<KMSMasterKeyID>{escape(key)}</KMSMasterKeyID>" if key else "") + "</ApplyServerSideEncryptionByDefault>"
            f"<BucketKeyEnabled>{str(rule.get('BucketKeyEnabled', False)).lower()}</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>")
    if str(props.get("ObjectLockEnabled", "")).lower() == "true":
        s3._bucket_versioning[name] = "Enabled"
        retention = props.get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention")
        s3._bucket_object_lock[name] = {"enabled": True, "default_retention": retention and {
            key: value if key == "Mode" else int(value) for key, value in retention.items()}}


def table(name, props):
    from ministack.services import dynamodb

    sse = props.get("SSESpecification")
    if sse:
        dynamodb._tables[name]["SSEDescription"] = dynamodb._sse_description_from_spec(
            {"Enabled": sse.get("SSEEnabled"), "SSEType": sse.get("SSEType"), "KMSMasterKeyId": sse.get("KMSMasterKeyId")})
    recovery = props.get("PointInTimeRecoverySpecification")
    if recovery:
        dynamodb._update_continuous_backups({"TableName": name, "PointInTimeRecoverySpecification": {
            "PointInTimeRecoveryEnabled": str(recovery.get("PointInTimeRecoveryEnabled")).lower() == "true"}})
    expiry = props.get("TimeToLiveSpecification")
    if expiry:
        dynamodb._update_ttl({"TableName": name, "TimeToLiveSpecification": {
            "AttributeName": expiry.get("AttributeName"), "Enabled": str(expiry.get("Enabled")).lower() == "true"}})


def topic(arn, props):
    from ministack.services import sns

    if props.get("KmsMasterKeyId"):
        sns._topics[arn]["attributes"]["KmsMasterKeyId"] = props["KmsMasterKeyId"]


def function(name, props):
    from ministack.services import lambda_svc

    if props.get("DeadLetterConfig"):
        lambda_svc._functions[name]["config"]["DeadLetterConfig"] = props["DeadLetterConfig"]


def stage(name, props):
    from ministack.services import apigateway

    settings = props.get("DefaultRouteSettings")
    if settings:
        apigateway._stages[props["ApiId"]][name]["defaultRouteSettings"] = {
            key[0].lower() + key[1:]: value for key, value in settings.items()}


def aws_key_by_default():
    """aws:kms without a key id means AWS's own key (S3 API reference, PutObject); the engine refuses it, and with it
    the CDK's uploads to its own bucket."""
    from ministack.services import s3

    rewrite(s3, "_resolve_sse_write_headers",
            ('kms = headers.get("x-amz-server-side-encryption-aws-kms-key-id", "")',
             'kms = headers.get("x-amz-server-side-encryption-aws-kms-key-id", "") or '
             'f"arn:aws:kms:{get_region()}:{get_account_id()}:alias/aws/s3"'))


def secrets_are_named_by_arn(handlers):
    """Ref of a secret is its ARN, with which policies are written; the engine returns its name."""
    kind = "AWS::SecretsManager::Secret"
    engine = handlers[kind]

    def name_of(identifier):
        return re.sub(r"-[^-]{6}$", "", identifier.partition(":secret:")[2]) or identifier

    def create(logical_id, props, stack):
        _, attributes = engine["create"](logical_id, props, stack)
        return attributes["Arn"], attributes

    def update(physical_id, old, new, stack, **named):
        _, attributes = engine["update"](name_of(physical_id), old, new, stack, **named)
        return attributes["Arn"], attributes

    handlers[kind] = {**engine, "create": create, "update": update,
                      "delete": lambda physical_id, props: engine["delete"](name_of(physical_id), props)}


def full_buckets_stay(handler):
    """A bucket that holds objects or versions cannot be deleted; the engine deletes it with what it holds."""
    from ministack.services import s3

    delete = handler["delete"]

    def delete_bucket(name, props):
        if s3._buckets.get(name, {}).get("objects") or any(bucket == name for bucket, _ in s3._object_versions):
            raise ValueError(f"The bucket you tried to delete is not empty. You must delete all versions in the bucket. ({name})")
        delete(name, props)
        s3._bucket_object_lock.pop(name, None)

    handler["delete"] = delete_bucket
