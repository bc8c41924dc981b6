"""Which resources AWS checks for a call, where the engine derives none, only one, or a wrong one.

Source for every row: the Service Authorization Reference, "Actions defined by ..." of the service
(docs.aws.amazon.com/service-authorization/latest/reference). An action whose row there names no resource type can
only be allowed on "*"; a call that names several resources must be allowed on each.
"""

import json
import re

import resources
import shared_subnets
from states import machine_of

# EC2 action -> (resource type, request parameter) of what it touches. A parameter ending in "." is a list (X.1, X.2).
# "new" stands for what the call creates: its id is not known yet, so AWS checks type/*.
EC2 = {
    "DescribeInstanceAttribute": [("instance", "InstanceId")],
    "DescribeSnapshotAttribute": [("snapshot", "SnapshotId")],
    "DescribeImageAttribute": [("image", "ImageId")],
    "ModifyNetworkInterfaceAttribute": [("network-interface", "NetworkInterfaceId"), ("security-group", "SecurityGroupId.")],
    "ModifyInstanceAttribute": [("instance", "InstanceId"), ("security-group", "GroupId.")],
    "ModifyInstanceMetadataOptions": [("instance", "InstanceId")],
    "GetConsoleOutput": [("instance", "InstanceId")],
    "GetConsoleScreenshot": [("instance", "InstanceId")],
    "StartInstances": [("instance", "InstanceId.")],
    "StopInstances": [("instance", "InstanceId.")],
    "RebootInstances": [("instance", "InstanceId.")],
    "TerminateInstances": [("instance", "InstanceId.")],
    "CreateSnapshot": [("volume", "VolumeId"), ("snapshot", "new")],
    "CreateSnapshots": [("instance", "InstanceSpecification.InstanceId"), ("snapshot", "new")],
    "CopySnapshot": [("snapshot", "new")],
    "DeleteSnapshot": [("snapshot", "SnapshotId")],
    "LockSnapshot": [("snapshot", "SnapshotId")],
    "UnlockSnapshot": [("snapshot", "SnapshotId")],
    "ModifySnapshotAttribute": [("snapshot", "SnapshotId")],
    "ModifyImageAttribute": [("image", "ImageId")],
    "DisableImage": [("image", "ImageId")],
    "EnableImage": [("image", "ImageId")],
    "CreateSecurityGroup": [("security-group", "new"), ("vpc", "VpcId")],
    "DeleteSecurityGroup": [("security-group", "GroupId")],
    "AuthorizeSecurityGroupIngress": [("security-group", "GroupId")],
    "AuthorizeSecurityGroupEgress": [("security-group", "GroupId")],
    "RevokeSecurityGroupIngress": [("security-group", "GroupId")],
    "RevokeSecurityGroupEgress": [("security-group", "GroupId")],
    "ModifySecurityGroupRules": [("security-group", "GroupId")],
    "AssociateAddress": [("elastic-ip", "AllocationId"), ("instance", "InstanceId"), ("network-interface", "NetworkInterfaceId")],
    "ReleaseAddress": [("elastic-ip", "AllocationId")],
    "AssociateIamInstanceProfile": [("instance", "InstanceId")],
    "CreateNetworkAclEntry": [("network-acl", "NetworkAclId")],
    "DeleteNetworkAclEntry": [("network-acl", "NetworkAclId")],
    "ReplaceNetworkAclEntry": [("network-acl", "NetworkAclId")],
    "CreateVolume": [("volume", "new"), ("snapshot", "SnapshotId")],
    "ModifyVolume": [("volume", "VolumeId")],
    "AttachVolume": [("instance", "InstanceId"), ("volume", "VolumeId")],
    "DetachVolume": [("volume", "VolumeId")],
    "CreateFlowLogs": [("vpc-flow-log", "new")],
    "DeleteFlowLogs": [("vpc-flow-log", "FlowLogId.")],
}
# What a flow log may be of (CreateFlowLogs, ResourceType).
FLOWS_OF = {"VPC": "vpc", "Subnet": "subnet", "NetworkInterface": "network-interface", "TransitGateway": "transit-gateway",
            "TransitGatewayAttachment": "transit-gateway-attachment"}
# Snapshots and images have no account in their ARN.
WITHOUT_ACCOUNT = {"snapshot", "image"}
# The prefix of an id tells the type for CreateTags and DeleteTags.
TYPE_OF_PREFIX = {
    "i": "instance", "vol": "volume", "snap": "snapshot", "sg": "security-group", "eni": "network-interface",
    "eipalloc": "elastic-ip", "ami": "image", "vpc": "vpc", "subnet": "subnet", "rtb": "route-table",
    "acl": "network-acl", "igw": "internet-gateway", "fl": "vpc-flow-log",
}
ON_ANY_RESOURCE = re.compile(r"(Describe|List|Get)")


def checks(service, action, path, body, params, region, account, principal):
    """Every (IAM action, resource ARN, extra condition keys) a call must be allowed, or None to keep the engine's."""
    import backups
    import databases
    import ecs
    import functions
    import root_user
    import snapshot_blocks

    find = {
        "ec2": ec2, "autoscaling": autoscaling, "elasticloadbalancing": load_balancing, "iam": iam,
        "states": states, "scheduler": scheduler, "kms": kms, "securityhub": security_hub, "guardduty": guardduty,
        "dynamodb": dynamodb, "organizations": organizations, "sso": sso, "identitystore": identity_store, "sts": sts, "events": events,
        "ecs": ecs.checks, "application-autoscaling": ecs.scaling_checks, "eks": eks,
        "route53resolver": lists, "wafv2": lists, "ssm": systems_manager, "lambda": functions.checks, "rds": databases.checks, "logs": logs, "backup": backups.checks, "ebs": snapshot_blocks.checks,
        "sagemaker": notebooks,
    }.get(service)
    if find is None:
        return None
    name = action.partition(":")[2]
    implied = root_user.implied_checks(name, params, principal, account) if service == "iam" else None
    return implied or find(name, path, json_of(body), params, region, account)


def notebooks(name, _path, data, _params, region, account):
    """What is done with a notebook instance is checked on it (Service Authorization Reference, Amazon SageMaker)."""
    one = data.get("NotebookInstanceName", "")
    return [(f"sagemaker:{name}", f"arn:aws:sagemaker:{region}:{account}:notebook-instance/{one}", {})] if one else None


def lists(name, _path, _data, _params, _region, _account):
    """What lists resources of an account knows none itself (Service Authorization Reference, Amazon Route 53 Resolver and AWS WAF V2)."""
    return [(f"{LISTING[name]}:{name}", "*", {})] if name in LISTING else None


LISTING = {"ListResolverQueryLogConfigs": "route53resolver", "ListResolverQueryLogConfigAssociations": "route53resolver",
           "ListLoggingConfigurations": "wafv2"}


def systems_manager(name, _path, data, _params, region, account):
    """SendCommand is checked on the document, AWS's own without an account, and on each instance; the others know no resource."""
    if name == "SendCommand":
        document = data.get("DocumentName", "")
        owner = "" if document.startswith("AWS-") else account
        return [("ssm:SendCommand", f"arn:aws:ssm:{region}:{owner}:document/{document}", {}),
                *(("ssm:SendCommand", ec2_arn("instance", each, region, account), {}) for each in data.get("InstanceIds", []))]
    if name in ("DescribeInstanceInformation", "GetCommandInvocation"):
        return [(f"ssm:{name}", "*", {})]
    return None


def json_of(body):
    try:
        data = json.loads(body) if body[:1] == b"{" else {}
    except ValueError:
        data = {}
    return data if isinstance(data, dict) else {}


def one(params, name):
    value = params.get(name, "")
    return value[0] if isinstance(value, list) else value


def many(params, prefix):
    """The values of X.1, X.2 ... and of X.1.SecurityGroupId and the like."""
    return [one(params, name) for name in params if re.fullmatch(re.escape(prefix) + r"\d+", name)]


def ec2_arn(kind, identifier, region, account):
    return f"arn:aws:ec2:{region}:{'' if kind in WITHOUT_ACCOUNT else account}:{kind}/{identifier or '*'}"


def ec2(name, _path, _data, params, region, account):
    action = f"ec2:{name}"
    touched = []
    for kind, parameter in EC2.get(name, []):
        if parameter == "new":
            touched.append((kind, "*"))
        elif parameter.endswith("."):
            touched += [(kind, value) for value in many(params, parameter)]
        elif one(params, parameter):
            touched.append((kind, one(params, parameter)))
    touched += ec2_looked_up(name, params, region, account)
    if name in ("CreateTags", "DeleteTags"):
        touched += [(TYPE_OF_PREFIX.get(value.split("-")[0], "*"), value) for value in many(params, "ResourceId.")]
    if not touched and name not in EC2 and not ON_ANY_RESOURCE.match(name):
        return None
    found = [(action, ec2_arn(kind, value, region, shared_subnets.owner_of(account, region, kind, value)), tags_of(kind, value, region, account))
             for kind, value in touched] or [(action, "*", {})]
    return found + tags_on_create(name, params, region, account) + passed_role(name, params, region, account) + delivery(name)


def tags_of(kind, value, region, account):
    """The tags of a group are condition keys of what is done to its rules, those of a flow log of deleting it (Service Authorization Reference, Amazon EC2)."""
    if kind not in ("security-group", "vpc-flow-log"):
        return {}
    return {f"aws:ResourceTag/{key}": text for key, text in resources.tags_of(account, region, value).items()}


def ec2_looked_up(name, params, region, account):
    """What a call touches without naming it: the volumes of an instance, the instance of an association ..."""
    if name == "CreateSnapshots":
        left_out = set(many(params, "InstanceSpecification.ExcludeDataVolumeId."))
        volumes = resources.volumes_of(account, region, one(params, "InstanceSpecification.InstanceId"))
        return [("volume", volume) for volume in volumes.values() if volume not in left_out]
    if name == "ModifyInstanceAttribute":
        volumes = resources.volumes_of(account, region, one(params, "InstanceId"))
        devices = [one(params, key) for key in params if re.fullmatch(r"BlockDeviceMapping\.\d+\.DeviceName", key)]
        return [("volume", volumes[device]) for device in devices if device in volumes]
    if name == "DisassociateAddress":
        return resources.address_association(account, region, one(params, "AssociationId"))
    if name in ("DisassociateIamInstanceProfile", "ReplaceIamInstanceProfileAssociation"):
        return [("instance", resources.associated_instance(account, region, one(params, "AssociationId")))]
    if name == "CreateFlowLogs":
        return [(FLOWS_OF.get(one(params, "ResourceType"), "*"), value) for value in many(params, "ResourceId.")]
    return []


def tags_on_create(name, params, region, account):
    """Tags given while creating need ec2:CreateTags on what is created, with ec2:CreateAction as condition key
    (EC2 user guide, "Grant permission to tag EC2 resources during creation")."""
    if name == "CreateTags":
        return []
    kinds = {one(params, key) for key in params if re.fullmatch(r"TagSpecification\.\d+\.ResourceType", key)}
    return [("ec2:CreateTags", ec2_arn(kind, "*", region, account), {"ec2:CreateAction": name}) for kind in sorted(kinds)]


def passed_role(name, params, _region, account):
    """Handing a role to a service needs iam:PassRole on it (IAM user guide, "Grant permissions to pass a role")."""
    if name == "CreateFlowLogs" and one(params, "DeliverLogsPermissionArn"):
        return [("iam:PassRole", one(params, "DeliverLogsPermissionArn"), {"iam:PassedToService": "vpc-flow-logs.amazonaws.com"})]
    if name not in ("AssociateIamInstanceProfile", "ReplaceIamInstanceProfileAssociation", "RunInstances"):
        return []
    profile = one(params, "IamInstanceProfile.Name") or one(params, "IamInstanceProfile.Arn").rpartition("/")[2]
    return [("iam:PassRole", role, {"iam:PassedToService": "ec2.amazonaws.com"})
            for role in resources.roles_of_profile(account, profile)]


def delivery(name):
    """Whoever makes or deletes a flow log needs this of CloudWatch Logs too (VPC user guide, "Publish flow logs to Amazon S3")."""
    right = {"CreateFlowLogs": "logs:CreateLogDelivery", "DeleteFlowLogs": "logs:DeleteLogDelivery"}.get(name)
    return [(right, "*", {})] if right else []


def logs(name, _path, data, _params, region, account):
    """Calls about a log group are checked on its ARN with `:*` (CloudWatch Logs user guide, "Overview of managing access permissions",
    ARN formats); the engine leaves that out."""
    group = data.get("logGroupName")
    if name != "FilterLogEvents" or not group:
        return None
    return [(f"logs:{name}", f"arn:aws:logs:{region}:{account}:log-group:{group}:*", {})]


def autoscaling(name, _path, _data, params, region, account):
    group = one(params, "AutoScalingGroupName")
    if name.startswith("Describe") or not group:
        return [(f"autoscaling:{name}", "*", {})]
    return [(f"autoscaling:{name}", resources.auto_scaling_group_arn(account, region, group), {})]


def load_balancing(name, _path, _data, params, _region, _account):
    if name.startswith("Describe"):
        return [(f"elasticloadbalancing:{name}", "*", {})]
    arn = one(params, "TargetGroupArn") or one(params, "LoadBalancerArn") or one(params, "ListenerArn")
    return [(f"elasticloadbalancing:{name}", arn or "*", {})]


def iam(name, _path, _data, params, _region, account):
    """By the stored ARN, which carries the path the parameters do not."""
    from ministack.services import iam as store

    kinds = (("InstanceProfileName", "instance-profile", store._instance_profiles), ("RoleName", "role", store._roles),
             ("UserName", "user", store._users), ("GroupName", "group", store._groups))
    for parameter, kind, known in kinds:
        value = one(params, parameter)
        if value:
            entity = known.get_scoped(account, None, value) or {}
            arn = entity.get("Arn") or f"arn:aws:iam::{account}:{kind}/{value}"
            return [(f"iam:{name}", arn, policy_keys(name, params, entity))]
    # GetAccessKeyLastUsed names the key alone and is checked on its user (Service Authorization Reference, IAM).
    owner = (store._access_keys.get_scoped(account, None, one(params, "AccessKeyId")) or {}).get("UserName")
    user = owner and store._users.get_scoped(account, None, owner)
    return [(f"iam:{name}", user["Arn"], {})] if user else None


def policy_keys(name, params, entity):
    """Which managed policy a call attaches or detaches (iam:PolicyARN), and the permissions boundary: the one it sets,
    else the one that is there. The reference lists the boundary for these actions; the engine gives neither key."""
    if not re.fullmatch(r"(Attach|Detach)(User|Role|Group)Policy|(Put|Delete)(User|Role)(PermissionsBoundary|Policy)|Create(User|Role)", name):
        return {}
    given = {"iam:PolicyARN": one(params, "PolicyArn"),
             "iam:PermissionsBoundary": one(params, "PermissionsBoundary") or entity.get("PermissionsBoundary")}
    return {key: value for key, value in given.items() if value}


def states(name, _path, data, _params, _region, _account):
    """A task token belongs to an execution; AWS evaluates SendTask* on its state machine (the reference names no
    resource type, so "*" passes too; the CDK's grantTaskResponse names the state machine)."""
    if not name.startswith("SendTask"):
        return None
    return [(f"states:{name}", machine_of(data.get("taskToken")), {})]


def scheduler(name, path, data, params, region, account):
    """schedule/<group>/<name>, where the engine always takes the group "default"."""
    if "/schedules/" not in path:
        return None
    group = data.get("GroupName") or one(params, "groupName") or "default"
    schedule = path.partition("/schedules/")[2].strip("/")
    found = [(f"scheduler:{name}", f"arn:aws:scheduler:{region}:{account}:schedule/{group}/{schedule}", {})]
    role = (data.get("Target") or {}).get("RoleArn")
    if role:
        found.append(("iam:PassRole", role, {"iam:PassedToService": "scheduler.amazonaws.com"}))
    return found


def events(name, _path, data, _params, region, account):
    """A target that is given a role, or a rule that has one, needs PassRole (EventBridge user guide, "Using identity-based policies").
    The ARN of a rule on the default bus does not name the bus (Service Authorization Reference, Amazon EventBridge)."""
    if name not in ("PutTargets", "PutRule", "RemoveTargets", "DeleteRule", "DisableRule", "EnableRule", "DescribeRule", "ListTargetsByRule"):
        return None
    bus = (data.get("EventBusName") or "default").rpartition("/")[2]
    rule = "/".join([*([] if bus == "default" else [bus]), data.get("Rule") or data.get("Name") or "*"])
    roles = [each.get("RoleArn") for each in data.get("Targets") or [data]]
    return [(f"events:{name}", f"arn:aws:events:{region}:{account}:rule/{rule}", {}),
            *(("iam:PassRole", role, {"iam:PassedToService": "events.amazonaws.com"}) for role in dict.fromkeys(roles) if role)]


def dynamodb(name, _path, data, _params, region, account):
    """A transaction is no action of its own: each item is checked as what it does (DynamoDB developer guide, "Using IAM
    with DynamoDB transactions")."""
    from ministack.core import iam_actions

    items = iam_actions.dynamodb_transaction_checks(f"dynamodb:{name}", json.dumps(data), region, account)
    return [(action, arn, {}) for action, arn in dict.fromkeys(items)] or None


def organizations(name, _path, data, _params, _region, _account):
    import organization

    return organization.checks(name, data)


def sso(name, _path, data, _params, _region, _account):
    import identity_center

    return identity_center.sso_checks(name, data)


def identity_store(name, _path, data, _params, _region, _account):
    import identity_center

    return identity_center.identity_store_checks(name, data)


def eks(name, path, data, _params, region, account):
    import kubernetes

    return kubernetes.checks(name, path, data, region, account)


def sts(name, _path, _data, params, _region, _account):
    import root_user

    return root_user.checks(name, params)


def object_lock(action, arns, headers):
    """A lock that an object is put with has to be allowed besides (S3 API reference, PutObject, "Permissions")."""
    if action != "s3:PutObject":
        return []
    needed = {"x-amz-object-lock-mode": "s3:PutObjectRetention", "x-amz-object-lock-legal-hold": "s3:PutObjectLegalHold"}
    return [(lock, arn, {}) for header, lock in needed.items() if header in headers for arn in arns]


def kms(name, _path, data, _params, region, account):
    """By alias, AWS checks the key and gives the alias as kms:RequestAlias ("Using aliases to control access")."""
    key = data.get("KeyId") or ""
    if not key.rpartition(":")[2].startswith("alias/"):
        return signing(name, data, region, account)
    from ministack.services import kms as store

    arn = key if key.startswith("arn:") else f"arn:aws:kms:{region}:{account}:{key}"
    target = store._aliases.get(arn)
    if not target:
        return None
    return [(f"kms:{name}", f"arn:aws:kms:{region}:{account}:key/{target}", {"kms:RequestAlias": "alias/" + arn.partition(":alias/")[2]})]


def signing(name, data, region, account):
    """Policies may ask how a signature is made: kms:SigningAlgorithm, kms:MessageType (KMS developer guide, "AWS KMS
    condition keys"). A message is RAW unless the call says otherwise (API reference, Sign)."""
    if name not in ("Sign", "Verify"):
        return None
    key = data.get("KeyId", "")
    arn = key if key.startswith("arn:") else f"arn:aws:kms:{region}:{account}:key/{key}"
    keys = {"kms:SigningAlgorithm": data.get("SigningAlgorithm", ""), "kms:MessageType": data.get("MessageType", "RAW")}
    return [(f"kms:{name}", arn, keys)]


def security_hub(name, path, _data, _params, region, account):
    """The hub of 2025 has an id of its own (Service Authorization Reference)."""
    hub = "hubv2/00000000-0000-0000-0000-000000000000" if path.startswith("/findingsv2") else "hub/default"
    return [(f"securityhub:{name}", f"arn:aws:securityhub:{region}:{account}:{hub}", {})]


def guardduty(name, path, _data, _params, region, account):
    detector = re.match(r"/detector/([^/]+)$", path)
    return [(f"guardduty:{name}", f"arn:aws:guardduty:{region}:{account}:detector/{detector[1]}" if detector else "*", {})]
