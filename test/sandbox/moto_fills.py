"""What moto lacks or gets wrong, each beside what AWS does. Sources: the API reference of the service, page of the
action, unless another one is named."""

import base64
import datetime
import time

import flow_logs
import managed_instances
import remedies
import service_interfaces
import shared_subnets
import subnets
import trunks
from patching import rewrite

DRAINING_SECONDS = 2  # AWS: deregistration_delay.timeout_seconds, 300 by default; the sandbox is in a hurry
PENDING_SECONDS = 1  # AWS: until the changed blocks are copied, minutes to hours


def install():
    network_interfaces()
    instances()
    instance_profiles()
    snapshots()
    security_groups()
    target_groups()
    standby()
    subnets.install()
    trunks.install()
    managed_instances.install()
    service_interfaces.install()
    shared_subnets.install()
    remedies.install()
    flow_logs.install()


# --- network interfaces and addresses -------------------------------------------------------------------------------

def network_interfaces():
    from moto.ec2.exceptions import InvalidSecurityGroupNotFoundError
    from moto.ec2.models.elastic_ip_addresses import ElasticAddress
    from moto.ec2.models.elastic_network_interfaces import NetworkInterface, NetworkInterfaceBackend

    # An interface has its own list of groups and no other; moto adds the instance's to every interface of it.
    NetworkInterface.group_set = property(lambda interface: interface._group_set)

    modify = NetworkInterfaceBackend.modify_network_interface_attribute

    def modify_attribute(backend, interface_id, group_ids, *others):
        for group_id in group_ids:
            if backend.get_security_group_from_id(group_id) is None:
                raise InvalidSecurityGroupNotFoundError(group_id)
        modify(backend, interface_id, group_ids, *others)

    NetworkInterfaceBackend.modify_network_interface_attribute = modify_attribute

    association = NetworkInterface.association.fget

    def owned_association(interface):
        """A public address the subnet assigned belongs to Amazon, an Elastic IP to the account (NetworkInterfaceAssociation)."""
        found = association(interface)
        return {**found, "ipOwnerId": "amazon"} if found and not found.get("allocationId") else found

    NetworkInterface.association = property(owned_association)
    every = NetworkInterfaceBackend.get_all_network_interfaces

    def all_interfaces(backend, *given):
        """The primary private address shows the association too (NetworkInterfacePrivateIpAddress)."""
        found = every(backend, *given)
        for interface in found:
            for address in interface.private_ip_addresses:
                address.pop("Association", None)
                if interface.public_ip and address["PrivateIpAddress"] == interface.private_ip_address:
                    address["Association"] = interface.association
        return found

    NetworkInterfaceBackend.get_all_network_interfaces = all_interfaces
    addresses_move()
    # An address that belongs to nothing names nothing, where moto gives empty ids.
    ElasticAddress.instance_id = property(lambda address: address.instance.id if address.instance else None)
    ElasticAddress.network_interface_id = property(lambda address: address.eni.id if address.eni else None)
    known = NetworkInterface.get_filter_value

    def filter_value(interface, name, method_name=None):
        attached = interface.attachment
        more = {
            "attachment.status": attached and attached.status,
            "attachment.device-index": attached and str(attached.device_index),
            "attachment.attach-time": attached and attached.attach_time,
            "attachment.delete-on-termination": attached and str(bool(attached.delete_on_termination)).lower(),
            "association.public-ip": interface.public_ip,
            "association.allocation-id": interface.association.get("allocationId"),
            "association.association-id": interface.association.get("associationId"),
            "group-name": [group.name for group in interface._group_set],
            "owner-id": interface.owner_id,
        }
        return more[name] if name in more else known(interface, name, method_name)

    NetworkInterface.get_filter_value = filter_value

    automatic = NetworkInterface.check_auto_public_ip

    def check_auto_public_ip(interface):
        """An address for which the subnet does not ask is not given; nor one to an instance with several interfaces
        (EC2 user guide, "Public IPv4 addresses")."""
        instance = getattr(interface, "instance", None)
        several = instance is not None and len(instance.nics) > 1
        if instance is None or (interface.subnet.map_public_ip_on_launch in (True, "true") and not several):
            automatic(interface)

    NetworkInterface.check_auto_public_ip = check_auto_public_ip


def addresses_move():
    """An Elastic IP that is in use moves to where it is asked for, and leaves where it was, unless the call says
    AllowReassociation=false (AssociateAddress); moto refuses unless it says true, and then leaves it on both."""
    from moto.ec2.exceptions import ResourceAlreadyAssociatedError
    from moto.ec2.models.elastic_ip_addresses import ElasticAddressBackend
    from moto.ec2.responses.elastic_ip_addresses import ElasticIPAddresses

    rewrite(ElasticIPAddresses, "associate_address",
            ('self._get_param("AllowReassociation", False)', 'self._get_param("AllowReassociation", True)'))
    associate = ElasticAddressBackend.associate_address

    def associate_address(backend, instance=None, eni=None, address=None, allocation_id=None, reassociate=True):
        found = (backend.address_by_ip([address]) if address else backend.address_by_allocation([allocation_id]))[0]
        if found.eni and found.eni is not (eni or instance.nics[0]):
            if not reassociate:
                raise ResourceAlreadyAssociatedError(found.allocation_id)
            found.eni.public_ip = None
        return associate(backend, instance, eni, address, allocation_id, True)

    ElasticAddressBackend.associate_address = associate_address


# --- instances ------------------------------------------------------------------------------------------------------

def instances():
    from moto.ec2.models.instances import Instance
    from moto.ec2.responses import EC2Response
    from moto.ec2.responses.instances import InstanceResponse
    from moto.ec2.utils import filter_dict_attribute_mapping

    # "groupSet" of an instance is the list of its primary interface, read and written.
    Instance.security_groups = property(
        lambda instance: instance.nics[0]._group_set if getattr(instance, "nics", None) and 0 in instance.nics
        else instance._launch_groups, set_groups)

    # InstanceInitiatedShutdownBehavior is an attribute like the others. moto takes a call with it for one that sets the
    # groups, to none: an isolation that never happened.
    rewrite(InstanceResponse, "_dot_value_instance_attribute_handler",
            ('"DisableApiStop",\n', '"DisableApiStop",\n        "InstanceInitiatedShutdownBehavior",\n'))
    rewrite(InstanceResponse, "_security_grp_instance_attribute_handler",
            ('    new_security_grp_list = self._get_param("Groups", [])\n',
             '    new_security_grp_list = self._get_param("Groups", [])\n    if not new_security_grp_list:\n        return False\n'))
    # RunInstances takes DisableApiTermination.
    rewrite(InstanceResponse, "run_instances",
            ('"disable_api_stop": self._get_param("DisableApiStop") or False,',
             '"disable_api_stop": self._get_param("DisableApiStop") or False,\n'
             '        "disable_api_termination": self._get_param("DisableApiTermination") or False,'),
            # ... and associates the profile with every instance (see instance_profiles).
            ("new_reservation.instances[0].id,", "None,"))
    rewrite(InstanceResponse, "describe_instance_attribute",
            ('    if attribute_name == "GroupSet":',
             '    if attribute_name == "BlockDeviceMapping":\n        attribute_name = "BlockDeviceMappings"\n'
             '        attribute_value = instance.block_device_mappings\n    elif attribute_name == "GroupSet":'))
    EC2Response.get_console_screenshot = get_console_screenshot
    # A filter of DescribeInstances that moto answers with an internal error.
    Instance.profile_arn = property(lambda instance: (getattr(instance, "iam_instance_profile", None) or {}).get("Arn"))
    filter_dict_attribute_mapping["iam-instance-profile.arn"] = "profile_arn"


def set_groups(instance, groups):
    instance._launch_groups = groups
    if getattr(instance, "nics", None) and 0 in instance.nics:
        instance.nics[0]._group_set = list(groups)


# One grey pixel; AWS gives a JPEG of the console, base64.
SCREENSHOT = base64.b64encode(bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300" + "10" * 64 + "ffc0000b080001000101011100"
    "ffc40014000100000000000000000000000000000009ffc40014100100000000000000000000000000000000"
    "ffda0008010100003f0054dfffd9")).decode()


def get_console_screenshot(response):
    from moto.core.responses import ActionResult

    instance = response.ec2_backend.get_instance(response._get_param("InstanceId"))
    return ActionResult({"InstanceId": instance.id, "ImageData": SCREENSHOT})


# --- instance profiles ----------------------------------------------------------------------------------------------

def instance_profiles():
    """The engine keeps IAM, CloudFormation's roles and profiles included; moto asks it instead of a store of its own."""
    from moto.ec2.models.iam_instance_profile import IamInstanceProfileAssociation, IamInstanceProfileAssociationBackend
    from moto.ec2.models.instances import InstanceBackend
    from moto.ec2.utils import random_iam_instance_profile_association_id
    from moto.iam.models import IAMBackend

    IAMBackend.get_instance_profile = lambda backend, name: profile_of_engine(backend.account_id, name)
    IAMBackend.get_instance_profile_by_arn = lambda backend, arn: profile_of_engine(backend.account_id, arn.rpartition("/")[2])

    run, associate = InstanceBackend.run_instances, IamInstanceProfileAssociationBackend.associate_iam_instance_profile

    def run_instances(backend, *positional, **given):
        """The profile of a call, or of its launch template, goes to every instance it starts; moto gives it to the
        first one and passes over the template's."""
        reservation = run(backend, *positional, **given)
        template = backend._get_template_from_args(given["launch_template"]).data if given.get("launch_template") else {}
        profile = template.get("IamInstanceProfile", {})
        name = given.get("iam_instance_profile_name") or profile.get("Name")
        arn = given.get("iam_instance_profile_arn") or profile.get("Arn")
        for instance in reservation.instances if name or arn else []:
            associate(backend, instance.id, name, arn)
        return reservation

    def associate_for_response(backend, instance_id, iam_instance_profile_name=None, iam_instance_profile_arn=None):
        if instance_id is not None:  # None: RunInstances, which has done it by now
            return associate(backend, instance_id, iam_instance_profile_name, iam_instance_profile_arn)

    InstanceBackend.run_instances = run_instances
    IamInstanceProfileAssociationBackend.associate_iam_instance_profile = associate_for_response

    replace = IamInstanceProfileAssociationBackend.replace_iam_instance_profile_association

    def replace_association(backend, association_id, iam_instance_profile_name=None, iam_instance_profile_arn=None):
        """A replaced association has a new id (see the example of the API page); moto keeps the old one."""
        association = replace(backend, association_id, iam_instance_profile_name, iam_instance_profile_arn)
        association.association_id = random_iam_instance_profile_association_id()
        show_profile(association)
        return association

    IamInstanceProfileAssociationBackend.replace_iam_instance_profile_association = replace_association
    made = IamInstanceProfileAssociation.__init__

    def init(association, *given):
        made(association, *given)
        show_profile(association)

    IamInstanceProfileAssociation.__init__ = init


def show_profile(association):
    """DescribeInstances names the profile by its own id (AIPA...), where moto puts the association's."""
    profile = association.iam_instance_profile
    association.instance.iam_instance_profile = {"Arn": profile.arn, "Id": profile.id}


def profile_of_engine(account, name):
    from ministack.services import iam
    from moto.ec2.exceptions import EC2ClientError
    from moto.iam.models import InstanceProfile

    known = iam._instance_profiles.get_scoped(account, None, name)
    if known is None:
        raise EC2ClientError("InvalidParameterValue", f"Value ({name}) for parameter iamInstanceProfile.name is invalid. "
                             "Invalid IAM Instance Profile name")
    profile = InstanceProfile(account, "us-east-1", known["InstanceProfileId"], name, known["Path"], [])
    assert profile.arn == known["Arn"], (profile.arn, known["Arn"])
    return profile


# --- snapshots ------------------------------------------------------------------------------------------------------

def snapshots():
    from moto.ec2.exceptions import EC2ClientError
    from moto.ec2.models.elastic_block_store import EBSBackend, Snapshot
    from moto.ec2.responses import EC2Response

    # A snapshot is a point in time from the moment its call returns, and `pending` until its blocks are copied.
    Snapshot.status = Snapshot.state = property(snapshot_state, lambda snapshot, value: None)
    Snapshot.doomed = False
    Snapshot.state_message = property(lambda snapshot: "Given key ID is not accessible" if snapshot.doomed else None)
    EBSBackend.create_snapshot = made_of_a_volume(EBSBackend.create_snapshot)
    Snapshot.progress = property(lambda snapshot: "100%" if snapshot.status == "completed" else "0%")
    EC2Response.lock_snapshot = lock_snapshot
    EC2Response.unlock_snapshot = unlock_snapshot
    EC2Response.describe_locked_snapshots = describe_locked_snapshots

    delete = EBSBackend.delete_snapshot

    def delete_snapshot(backend, snapshot_id):
        """Nobody deletes a locked snapshot, whatever their permissions (EBS user guide, "Snapshot lock")."""
        if getattr(backend.snapshots.get(snapshot_id), "lock", None):
            raise EC2ClientError("OperationNotPermitted", f"The snapshot {snapshot_id} is locked.")
        return delete(backend, snapshot_id)

    EBSBackend.delete_snapshot = delete_snapshot
    # CreateSnapshots leaves out the data volumes it is told to; moto leaves out the boot volume only.
    rewrite(EBSBackend, "create_snapshots",
            ("    snapshots = [\n", "    left_out = instance_spec.get('ExcludeDataVolumeIds', [])\n"
             "    volumes = [volume for volume in volumes if volume not in left_out]\n    snapshots = [\n"))
    EC2Response.create_snapshots = with_tags_of_volumes(EC2Response.create_snapshots)


def with_tags_of_volumes(create):
    """With CopyTagsFromSource each copy has its volume's tags besides those that are given, and none is made where one would have
    more than 50 (EC2 API reference, CreateSnapshots; EC2 user guide, "Tag restrictions"); moto copies none."""
    from moto.ec2.exceptions import EC2ClientError

    def create_snapshots(response):
        if response._get_param("CopyTagsFromSource") != "volume":
            return create(response)
        backend = response.ec2_backend
        given = response._parse_tag_specification().get("snapshot", {})
        instance = backend.get_instance(response._get_param("InstanceSpecification", {})["InstanceId"])
        copied = {disk.volume_id: {tag["key"]: tag["value"] for tag in backend.volumes[disk.volume_id].get_tags() if not tag["key"].startswith("aws:")}
                  for _, disk in instance.get_block_device_mapping}
        if any(len({**tags, **given}) > 50 for tags in copied.values()):
            raise EC2ClientError("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.")
        made = create(response)
        for snapshot in made.result["Snapshots"]:
            snapshot.add_tags({**copied.get(snapshot.volume.id, {}), **given})
        return made

    return create_snapshots


def snapshot_state(snapshot):
    """EBS copies and encrypts after the call has answered: where the key of the volume cannot be used it fails only then, and says why
    (EC2 API reference, Snapshot: State, StateMessage; KMS developer guide, "How unusable KMS keys affect data keys")."""
    age = datetime.datetime.now(datetime.timezone.utc).timestamp() - snapshot.start_time.replace(tzinfo=datetime.timezone.utc).timestamp()
    if age < PENDING_SECONDS:
        return "pending"
    return "error" if snapshot.state_message else "completed"


def made_of_a_volume(create):
    from ministack.services import kms

    def create_snapshot(backend, volume_id, *rest, **more):
        snapshot = create(backend, volume_id, *rest, **more)
        key = (snapshot.volume.kms_key_id or "").split("/")[-1]
        known = kms._keys._data.get((backend.account_id, backend.region_name, key))
        snapshot.doomed = known is not None and known["KeyState"] != "Enabled"
        return snapshot

    return create_snapshot


def lock_snapshot(response):
    """Governance, or compliance with or without a cooling-off period; a lock can be asked for while the snapshot is
    pending, and lasts from its completion."""
    from moto.core.responses import ActionResult
    from moto.ec2.exceptions import EC2ClientError

    snapshot = response.ec2_backend.describe_snapshots([response._get_param("SnapshotId")])[0]
    mode, days = response._get_param("LockMode"), response._get_int_param("LockDuration")
    cool_off, until = response._get_int_param("CoolOffPeriod"), response._get_param("ExpirationDate")
    if (days is None) == (until is None):
        raise EC2ClientError("InvalidParameterCombination", "Specify either LockDuration or ExpirationDate.")
    if cool_off and mode == "governance":
        raise EC2ClientError("InvalidParameterCombination", "CoolOffPeriod is for the compliance mode.")
    if (getattr(snapshot, "lock", None) or {}).get("LockState") == "compliance" and mode != "compliance":
        raise EC2ClientError("OperationNotPermitted", "The lock mode of this snapshot can no longer be changed.")
    now = datetime.datetime.now(datetime.timezone.utc)
    snapshot.lock = {
        "SnapshotId": snapshot.id, "OwnerId": snapshot.owner_id,
        "LockState": "governance" if mode == "governance" else "compliance-cooloff" if cool_off else "compliance",
        "LockDuration": days, "LockCreatedOn": now, "LockDurationStartTime": now,
        "LockExpiresOn": until if days is None else now + datetime.timedelta(days=days),
    }
    if cool_off:
        snapshot.lock |= {"CoolOffPeriod": cool_off, "CoolOffPeriodExpiresOn": now + datetime.timedelta(hours=cool_off)}
    return ActionResult(snapshot.lock)


def unlock_snapshot(response):
    from moto.core.responses import ActionResult
    from moto.ec2.exceptions import EC2ClientError

    snapshot = response.ec2_backend.describe_snapshots([response._get_param("SnapshotId")])[0]
    if (getattr(snapshot, "lock", None) or {}).get("LockState") == "compliance":
        raise EC2ClientError("OperationNotPermitted", "A snapshot locked in compliance mode can't be unlocked.")
    snapshot.lock = None
    return ActionResult({"SnapshotId": snapshot.id})


def describe_locked_snapshots(response):
    from moto.core.responses import ActionResult

    wanted = response._get_param("SnapshotIds", [])
    locks = [snapshot.lock for snapshot in response.ec2_backend.snapshots.values()
             if getattr(snapshot, "lock", None) and (not wanted or snapshot.id in wanted)]
    states = response._filters_from_querystring().get("lock-state")
    return ActionResult({"Snapshots": [lock for lock in locks if not states or lock["LockState"] in states]})


# --- security groups ------------------------------------------------------------------------------------------------

def security_groups():
    from moto.ec2.exceptions import DependencyViolationError
    from moto.ec2.models.security_groups import SecurityGroupBackend
    from moto.ec2.responses.security_groups import SecurityGroups

    # What is revoked is gone; moto passes over IPv6 ranges where the VPC has none, so that ::/0 stays open.
    rewrite(SecurityGroupBackend, "revoke_security_group_egress", ('if "CidrIpv6" in item:', "if False:"))
    # The reply has the tags that were given.
    rewrite(SecurityGroups, "create_security_group",
            ('"SecurityGroupArn": group.arn,', '"SecurityGroupArn": group.arn,\n        "Tags": group.tag_set,'))

    delete = SecurityGroupBackend._delete_security_group

    def delete_group(backend, vpc_id, group_id):
        """A group an interface has, or another group's rule names, stays."""
        used = any(group.id == group_id for interface in backend.enis.values() for group in interface._group_set)
        named = any((rule.source_group or {}).get("GroupId") == group_id for groups in backend.groups.values()
                    for group in groups.values() if group.id != group_id for rule in [*group.ingress_rules, *group.egress_rules])
        if used or named:
            raise DependencyViolationError(f"resource {group_id} has a dependent object")
        delete(backend, vpc_id, group_id)

    SecurityGroupBackend._delete_security_group = delete_group


# --- load balancers and Auto Scaling --------------------------------------------------------------------------------

def target_groups():
    """A deregistered target is `draining` for a while and `unused` afterwards, and only the former is listed unasked
    (Elastic Load Balancing user guide, "Deregistration delay"); moto forgets it at once."""
    from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, FakeTargetGroup

    deregister, health, describe = FakeTargetGroup.deregister, FakeTargetGroup.health_for, ELBv2Backend.describe_target_health

    def deregister_targets(group, targets):
        deregister(group, targets)
        for target in targets:
            group.deregistered_targets[target["Id"]]["until"] = time.monotonic() + DRAINING_SECONDS

    def draining(group):
        return {name: target for name, target in group.deregistered_targets.items() if target.get("until", 0) > time.monotonic()}

    def health_for(group, target, ec2_backend):
        if target["Id"] in draining(group):
            return FakeHealthStatus(target["Id"], target.get("Port", group.port), group.health_check_port, "draining",
                                    "Target.DeregistrationInProgress", "Target deregistration is in progress")
        return health(group, target, ec2_backend)

    def describe_target_health(backend, arn, targets):
        group = backend.target_groups.get(arn)
        if group and not targets:
            targets = [*group.targets.values(), *draining(group).values()]
        return describe(backend, arn, targets) if targets or not group else []

    FakeTargetGroup.deregister, FakeTargetGroup.health_for = deregister_targets, health_for
    ELBv2Backend.describe_target_health = describe_target_health


def standby():
    """Entering standby takes an instance out of the group's target groups, leaving it puts it back; the minimum size
    holds, and an instance that is not in the group or not in service is refused (Auto Scaling user guide, "Temporarily
    remove instances"). A replacement is registered too."""
    from moto.autoscaling.exceptions import ValidationError
    from moto.autoscaling.models import AutoScalingBackend

    enter, leave = AutoScalingBackend.enter_standby_instances, AutoScalingBackend.exit_standby_instances

    def require(group, instance_ids, state):
        states = {each.instance.id: each.lifecycle_state for each in group.instance_states}
        for instance_id in instance_ids:
            if instance_id not in states:
                raise ValidationError(f"The instance {instance_id} is not part of Auto Scaling group {group.name}.")
            if states[instance_id] != state:
                raise ValidationError(f"The instance {instance_id} is not in {state}.")

    def register_those_in_service(backend, group):
        for arn in group.target_group_arns:
            targets = backend.elbv2_backend.target_groups[arn]
            targets.register([{"Id": each.instance.id} for each in group.instance_states
                              if each.lifecycle_state == "InService" and each.instance.id not in targets.targets])

    def enter_standby(backend, group_name, instance_ids, should_decrement):
        group = backend.autoscaling_groups[group_name]
        require(group, instance_ids, "InService")
        if should_decrement and group.desired_capacity - len(instance_ids) < group.min_size:
            raise ValidationError(f"AutoScalingGroup {group_name} has min-size={group.min_size}, max-size={group.max_size}, and "
                                  f"desired-size={group.desired_capacity}. To place into standby {len(instance_ids)} instance(s), "
                                  "please update the AutoScalingGroup sizes appropriately.")
        activities = enter(backend, group_name, instance_ids, should_decrement)
        for arn in group.target_group_arns:
            targets = backend.elbv2_backend.target_groups[arn]
            targets.deregister([{"Id": each} for each in instance_ids if each in targets.targets])
        register_those_in_service(backend, group)
        return activities

    def exit_standby(backend, group_name, instance_ids):
        group = backend.autoscaling_groups[group_name]
        require(group, instance_ids, "Standby")
        wanted = group.desired_capacity + len(instance_ids)
        if wanted > group.max_size:
            raise ValidationError(f"New SetDesiredCapacity value {wanted} is above max value {group.max_size} for the AutoScalingGroup.")
        activities = leave(backend, group_name, instance_ids)
        register_those_in_service(backend, group)
        return activities

    AutoScalingBackend.enter_standby_instances, AutoScalingBackend.exit_standby_instances = enter_standby, exit_standby
