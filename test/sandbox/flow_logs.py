"""What moto gets wrong of flow logs: it looks for their bucket and log group among its own, and finds none."""

from patching import rewrite


def install():
    from moto.ec2.models import flow_logs

    flow_logs.bucket_must_exist = bucket_must_exist
    rewrite(flow_logs.FlowLogsBackend, "create_flow_logs",
            ("s3_backends[self.account_id][self.partition].get_bucket(arn)", "bucket_must_exist(arn)"),
            # A group that is not there is made with the first delivery (VPC user guide, "Publish flow logs to CloudWatch Logs").
            ("logs.list_tags_log_group(log_group_name)", "pass"))


def bucket_must_exist(path):
    from ministack.services import s3
    from moto.s3.exceptions import MissingBucket

    name = path.partition("/")[0]
    if s3._bucket_owner_account(name) is None:
        raise MissingBucket(bucket=name)
