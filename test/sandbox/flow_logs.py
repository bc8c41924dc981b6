"""What moto gets wrong of flow logs, and what AWS Config keeps of them.

moto looks for their bucket and log group among its own, and finds none; it forgets options and tokens. Sources: EC2 API reference,
CreateFlowLogs; AWS Config API reference, GetResourceConfigHistory; CloudFormation template reference, AWS::EC2::FlowLog, whose names Config keeps."""

import datetime
import json

from patching import rewrite

# Config has recorded a flow log for a while before anything happens to it; one with this tag it has met a moment ago.
NEW = "sandbox-recorded-now"
BEFORE = datetime.timedelta(days=30)

_kept = {}  # (account, Region, id) -> the flow log
_deleted = {}  # the same -> when
_tokens = {}  # (account, Region, token) -> the ids it made


def install():
    from moto.ec2.models import flow_logs
    from moto.ec2.responses.flow_logs import FlowLogs as Responses

    flow_logs.bucket_must_exist = bucket_must_exist
    rewrite(flow_logs.FlowLogsBackend, "create_flow_logs",
            ("s3_backends[self.account_id][self.partition].get_bucket(arn)", "bucket_must_exist(arn)"),
            # A group that is not there is made with the first delivery (VPC user guide, "Publish flow logs to CloudWatch Logs").
            ("logs.list_tags_log_group(log_group_name)", "pass"),
            # What differs in anything is another flow log (CreateFlowLogs, FlowLogAlreadyExists: "a flow log with the same configuration").
            ("(fl.resource_id, fl.log_group_name, fl.log_destination)", "(fl.resource_id, fl.log_group_name, fl.log_destination, fl.traffic_type)"),
            ("== (resource_id, log_group_name, log_destination)", "== (resource_id, log_group_name, log_destination, traffic_type)"))
    create, delete = Responses.create_flow_logs, flow_logs.FlowLogsBackend.delete_flow_logs

    def create_flow_logs(response):
        """The same token gives the same flow logs, be they deleted meanwhile ("Ensuring idempotency in Amazon EC2 API requests")."""
        from moto.core.responses import ActionResult

        backend, token = response.ec2_backend, response._get_param("ClientToken")
        made = _tokens.get((backend.account_id, backend.region_name, token)) if token else None
        if made:
            return ActionResult({"FlowLogIds": made, "Unsuccessful": [], "ClientToken": token})
        there = set(backend.flow_logs)
        answer = create(response)
        new = [one for identifier, one in backend.flow_logs.items() if identifier not in there]
        for one in new:
            one.destination_options = options_of(response) if one.log_destination_type == "s3" else None
            _kept[backend.account_id, backend.region_name, one.id] = one
        if token:
            _tokens[backend.account_id, backend.region_name, token] = [one.id for one in new]
        return answer

    def delete_flow_logs(backend, ids):
        for one in ids:
            if one in backend.flow_logs:
                backend.flow_logs[one].tags_then = backend.flow_logs[one].get_tags()
                _deleted[backend.account_id, backend.region_name, one] = now()
        delete(backend, ids)

    Responses.create_flow_logs = create_flow_logs
    flow_logs.FlowLogsBackend.delete_flow_logs = delete_flow_logs
    history()


def history():
    from ministack.services import config

    config.resource_history = resource_history
    rewrite(config, "handle_request", ('"PutConfigRule": _put_config_rule,',
                                       '"PutConfigRule": _put_config_rule, "GetResourceConfigHistory": resource_history,'))


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def options_of(response):
    given = response._get_param("DestinationOptions") or {}
    flag = {True: True, "true": True}
    return {"FileFormat": given.get("FileFormat", "plain-text"),
            **{name: flag.get(given.get(name), False) for name in ("HiveCompatiblePartitions", "PerHourPartition")}}


def bucket_must_exist(path):
    from ministack.services import s3
    from moto.s3.exceptions import MissingBucket

    name = path.partition("/")[0]
    if s3._bucket_owner_account(name) is None:
        raise MissingBucket(bucket=name)


def resource_history(data):
    """Newest first: of what is deleted an item without a configuration, then what it was. Without a recorder there is none to ask."""
    from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
    from ministack.services import config

    if not list(config._recorders.values()):
        return error_response_json("NoAvailableConfigurationRecorderException", "There is no configuration recorder in this account and Region.", 400)
    where = (get_account_id(), get_region(), data.get("resourceId"))
    one = _kept.get(where) if data.get("resourceType") == "AWS::EC2::FlowLog" else None
    if one is None:
        return error_response_json("ResourceNotDiscoveredException", f"Resource {where[2]} of resourceType {data.get('resourceType')} is unknown or has not been discovered.", 400)
    common = {"version": "1.3", "accountId": where[0], "awsRegion": where[1], "resourceType": "AWS::EC2::FlowLog", "resourceId": one.id,
              "arn": f"arn:aws:ec2:{where[1]}:{where[0]}:vpc-flow-log/{one.id}"}
    tags = getattr(one, "tags_then", None) or one.get_tags()
    made = one.creation_time.replace(tzinfo=datetime.timezone.utc)
    seen = made if any(tag["key"] == NEW for tag in tags) else made - BEFORE
    items = [{**common, "configurationItemCaptureTime": seen.timestamp(), "configurationItemStatus": "ResourceDiscovered",
              "configuration": json.dumps(configuration_of(one, tags))}]
    if where in _deleted:
        items.insert(0, {**common, "configurationItemCaptureTime": _deleted[where].timestamp(), "configurationItemStatus": "ResourceDeleted"})
    return json_response({"configurationItems": items[:data.get("limit") or 10]})


def configuration_of(one, tags):
    kind = {"vpc": "VPC", "subnet": "Subnet", "eni": "NetworkInterface"}[one.resource_id.partition("-")[0]]
    given = {"Id": one.id, "ResourceId": one.resource_id, "ResourceType": kind, "TrafficType": one.traffic_type,
             "LogDestinationType": one.log_destination_type, "LogDestination": one.log_destination, "LogGroupName": one.log_group_name,
             "DeliverLogsPermissionArn": one.deliver_logs_permission_arn, "LogFormat": one.log_format,
             "MaxAggregationInterval": one.max_aggregation_interval, "Tags": [{"Key": tag["key"], "Value": tag["value"]} for tag in tags],
             "DestinationOptions": one.destination_options}
    return {name: value for name, value in given.items() if value is not None}
