"""Network ACLs, and instances that are stopped and started, where moto lacks or mistakes what AWS does. Sources: EC2 API reference,
page of the action and "Error codes for the Amazon EC2 API"; VPC user guide, "Network ACL rules" and "Amazon VPC quotas"."""

# A direction, IPv4 and IPv6 apart; AWS raises it to 40 when asked (jantman/awslimitchecker#538).
RULES = 20


def install():
    network_acls()
    power()


def network_acls():
    from moto.ec2.exceptions import EC2ClientError
    from moto.ec2.models.network_acls import NetworkAclBackend

    create, delete = NetworkAclBackend.create_network_acl_entry, NetworkAclBackend.delete_network_acl_entry

    def create_entry(backend, network_acl_id, rule_number, protocol, rule_action, egress, cidr_block, *others, **more):
        # The two that end each list (*) stand there from the beginning, and are nobody's.
        number, outward = int(rule_number), is_true(egress)
        ipv6 = more.get("ipv6_cidr_block") or (others[4] if len(others) > 4 else None)
        entries = backend.get_network_acl(network_acl_id).network_acl_entries
        if number != 32767:
            if not 1 <= number <= 32766:
                raise EC2ClientError("InvalidParameterValue", f"The rule number {number} must be between 1 and 32766.")
            alike = [one for one in entries if one.egress == outward and one.rule_number <= 32766 and bool(one.ipv6_cidr_block) == bool(ipv6)]
            if len(alike) >= RULES:
                raise EC2ClientError("NetworkAclEntryLimitExceeded", "The maximum number of network acl entries has been reached.")
        return create(backend, network_acl_id, number, str(protocol), rule_action, outward, cidr_block, *others, **more)

    def delete_entry(backend, network_acl_id, rule_number, egress):
        number, outward = int(rule_number), is_true(egress)
        entries = backend.get_network_acl(network_acl_id).network_acl_entries
        if not any(one.egress == outward and one.rule_number == number for one in entries):
            raise EC2ClientError("InvalidNetworkAclEntry.NotFound",
                                 f"The specified network acl entry {number} does not exist for {network_acl_id}.")
        return delete(backend, network_acl_id, number, outward)

    NetworkAclBackend.create_network_acl_entry, NetworkAclBackend.delete_network_acl_entry = create_entry, delete_entry


def is_true(value):
    return value is True or str(value).lower() == "true"


def power():
    """What can be stopped and started, and what becomes of an instance in service in its group: unhealthy, and replaced."""
    from moto.ec2.exceptions import EC2ClientError
    from moto.ec2.models.instances import InstanceBackend

    stop, start = InstanceBackend.stop_instances, InstanceBackend.start_instances

    def refuse_unless(backend, ids, states, doing):
        for instance in backend.get_multi_instances_by_id(ids):
            if instance._state.name not in states:
                raise EC2ClientError("IncorrectInstanceState",
                                     f"The instance '{instance.id}' is not in a state from which it can be {doing}.")

    def stop_instances(backend, instance_ids):
        refuse_unless(backend, instance_ids, ("running", "pending", "stopping", "stopped"), "stopped")
        for instance in backend.get_multi_instances_by_id(instance_ids):
            if getattr(instance, "lifecycle", None) == "spot":
                raise EC2ClientError("UnsupportedOperation", f"You can't stop the Spot Instance '{instance.id}' because it is "
                                     "associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.")
        return stop(backend, instance_ids)

    def start_instances(backend, instance_ids):
        refuse_unless(backend, instance_ids, ("running", "pending", "stopped"), "started")
        return start(backend, instance_ids)

    InstanceBackend.stop_instances, InstanceBackend.start_instances = stop_instances, start_instances
