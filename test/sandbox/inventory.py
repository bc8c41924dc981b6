"""Everything that exists in an account, so that "before the deployment" can be compared with "after destroying it"."""

# Where the engine keeps what: module and store under ministack.services -> CloudFormation's name of the type.
STORES = {
    ("apigateway", "_apis"): "AWS::ApiGatewayV2::Api", ("cloudformation", "_stacks"): "AWS::CloudFormation::Stack",
    ("cloudwatch", "_alarms"): "AWS::CloudWatch::Alarm", ("cloudwatch_logs", "_log_groups"): "AWS::Logs::LogGroup",
    ("dynamodb", "_tables"): "AWS::DynamoDB::Table", ("eventbridge", "_event_buses"): "AWS::Events::EventBus",
    ("eventbridge", "_rules"): "AWS::Events::Rule", ("iam", "_groups"): "AWS::IAM::Group",
    ("iam", "_instance_profiles"): "AWS::IAM::InstanceProfile", ("iam", "_policies"): "AWS::IAM::ManagedPolicy",
    ("iam", "_roles"): "AWS::IAM::Role", ("iam", "_users"): "AWS::IAM::User", ("kms", "_aliases"): "AWS::KMS::Alias",
    ("kms", "_keys"): "AWS::KMS::Key", ("lambda_svc", "_esms"): "AWS::Lambda::EventSourceMapping",
    ("lambda_svc", "_functions"): "AWS::Lambda::Function", ("lambda_svc", "_layers"): "AWS::Lambda::LayerVersion",
    ("s3", "_buckets"): "AWS::S3::Bucket", ("scheduler", "_schedule_groups"): "AWS::Scheduler::ScheduleGroup",
    ("scheduler", "_schedules"): "AWS::Scheduler::Schedule", ("secretsmanager", "_secrets"): "AWS::SecretsManager::Secret",
    ("sns", "_topics"): "AWS::SNS::Topic", ("sqs", "_queues"): "AWS::SQS::Queue", ("ssm", "_parameters"): "AWS::SSM::Parameter",
    ("stepfunctions", "_state_machines"): "AWS::StepFunctions::StateMachine",
}
# Every account has these from the start.
GIVEN = {("AWS::Events::EventBus", "default"), ("AWS::Scheduler::ScheduleGroup", "default")}


def of(account, accounts):
    """[{account, type, id}], sorted; of one account or of all the sandbox has."""
    wanted = [account] if account else accounts
    found = {(owner, kind, identifier) for owner, kind, identifier in [*engine_resources(), *moto_resources(wanted)]
             if owner in wanted and (kind, identifier) not in GIVEN}
    return [{"account": owner, "type": kind, "id": identifier} for owner, kind, identifier in sorted(found)]


def engine_resources():
    import importlib

    for (module, store), kind in STORES.items():
        held = getattr(importlib.import_module(f"ministack.services.{module}"), store)
        for key, record in list(held._data.items()):
            if exists(record):
                yield key[0], kind, str(key[-1])


def exists(record):
    """A deleted stack's record and a key in its waiting period are kept, as on AWS, and not left behind."""
    return not isinstance(record, dict) or (
        record.get("StackStatus") != "DELETE_COMPLETE" and record.get("KeyState") != "PendingDeletion")


def moto_resources(accounts):
    import resources

    resources.application()
    from moto.autoscaling.models import autoscaling_backends
    from moto.ec2 import ec2_backends
    from moto.elbv2.models import elbv2_backends

    for account in accounts:
        for backend in list(ec2_backends[account].values()):
            for kind, identifiers in ec2_resources(backend, account).items():
                yield from ((account, f"AWS::EC2::{kind}", identifier) for identifier in identifiers)
        for backend in list(autoscaling_backends[account].values()):
            yield from ((account, "AWS::AutoScaling::AutoScalingGroup", name) for name in backend.autoscaling_groups)
        for backend in list(elbv2_backends[account].values()):
            yield from ((account, "AWS::ElasticLoadBalancingV2::TargetGroup", arn) for arn in backend.target_groups)
            yield from ((account, "AWS::ElasticLoadBalancingV2::LoadBalancer", arn) for arn in backend.load_balancers)


def ec2_resources(backend, account):
    groups = [group for of_vpc in backend.groups.values() for group in of_vpc.values()]
    return {
        "Instance": [each.id for each in backend.all_instances() if each.state != "terminated"],
        "Volume": list(backend.volumes),
        "Snapshot": [each.id for each in backend.snapshots.values() if each.owner_id == account and not each.from_ami],
        "NetworkInterface": list(backend.enis),
        "SecurityGroup": [each.id for each in groups if each.name != "default"],
        "EIP": [each.allocation_id for each in backend.addresses],
        "IamInstanceProfileAssociation": [each.association_id for each in backend.iam_instance_profile_associations.values()],
        "VPC": [each.id for each in backend.vpcs.values() if not each.is_default],
    }
