"""What works by itself in the accounts of others and undoes, or ends, what a responder does. moto has none of it.

- Auto Scaling replaces what its health checks find unhealthy: with checks of a load balancer that is an instance in service, registered, whose
  groups let no check in (Auto Scaling user guide, "Health checks for instances in an Auto Scaling group"). That takes ten seconds at least, and
  the grace period is 0 by API default: here it is at once, where an instance goes into service or is registered, and not where its groups change.
- A remediation that strips rules that let everybody in, as those of AWS Config and Security Hub do: at once, in VPCs with this tag."""

STRIPPED = "open-rules"  # tag of a VPC: stripped
ANYWHERE = ("0.0.0.0/0", "::/0")


def install():
    health_checks()
    stripping()


def lets_in(ec2, instance_id):
    # By an instance's id a load balancer reaches its primary interface alone (Elastic Load Balancing user guide, "Target type").
    return any(group.ingress_rules for interface in ec2.enis.values()
               if getattr(interface.instance, "id", None) == instance_id and str(interface.device_index) == "0"
               for group in interface._group_set)


def health_checks():
    from moto.autoscaling.models import AutoScalingBackend
    from moto.elbv2.models import ELBv2Backend

    leave, register = AutoScalingBackend.exit_standby_instances, ELBv2Backend.register_targets

    def exit_standby(backend, group_name, instance_ids):
        activities = leave(backend, group_name, instance_ids)
        check(backend, instance_ids)
        return activities

    def register_targets(backend, target_group_arn, instances):
        from moto.autoscaling.models import autoscaling_backends

        answer = register(backend, target_group_arn, instances)
        check(autoscaling_backends[backend.account_id][backend.region_name], [one["Id"] for one in instances])
        return answer

    AutoScalingBackend.exit_standby_instances, ELBv2Backend.register_targets = exit_standby, register_targets


def check(backend, instance_ids):
    registered = {target for group in backend.elbv2_backend.target_groups.values() for target in group.targets}
    for group in backend.autoscaling_groups.values():
        for each in list(group.instance_states) if group.health_check_type == "ELB" else []:
            one = each.instance.id
            if (one in instance_ids and one in registered and each.lifecycle_state == "InService"
                    and not lets_in(backend.ec2_backend, one)):
                # Termination protection is for callers of EC2 (EC2 user guide, "Enable termination protection").
                each.instance.disable_api_termination = False
                backend.ec2_backend.terminate_instances([one])
                group.instance_states.remove(each)


def stripping():
    from moto.ec2.models.security_groups import SecurityGroupBackend

    authorize = SecurityGroupBackend.authorize_security_group_ingress

    def authorized(backend, group_name_or_id, ip_protocol, *rest, **more):
        answer = authorize(backend, group_name_or_id, ip_protocol, *rest, **more)
        group = answer[1]
        vpc = backend.vpcs.get(group.vpc_id)
        if vpc and any(tag["key"] == STRIPPED and tag["value"] == "stripped" for tag in vpc.get_tags()):
            group.ingress_rules[:] = [rule for rule in group.ingress_rules if not lets_everybody_in(rule)]
        return answer

    SecurityGroupBackend.authorize_security_group_ingress = authorized


def lets_everybody_in(rule):
    return str(rule.ip_protocol) == "-1" and any(cidr in ANYWHERE for cidr in rule.ip_range.values())
