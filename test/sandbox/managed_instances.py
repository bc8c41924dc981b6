"""Instances that a service runs in an account: nobody else changes them, root included; moto does not know them. Sources: EC2 API reference,
RunInstances (Operator) and Instance; EC2 user guide, "Amazon EC2 managed instances". Under which code EC2 refuses is not published; this
is its code for what is not allowed on an instance (EC2 API reference, "Error codes", OperationNotPermitted)."""


def install():
    from moto.ec2.models.elastic_network_interfaces import NetworkInterfaceBackend
    from moto.ec2.models.iam_instance_profile import IamInstanceProfileAssociationBackend
    from moto.ec2.models.instances import InstanceBackend
    from moto.ec2.responses import EC2Response
    from moto.ec2.responses.instances import InstanceResponse

    run = InstanceResponse.run_instances

    def run_instances(response):
        made = run(response)
        principal = response._get_param("Operator.Principal")
        for instance in made.result.instances if principal else ():
            instance.operator = {"Managed": True, "Principal": principal}
        return made

    EC2Response.run_instances = InstanceResponse.run_instances = run_instances
    refused(InstanceBackend, "stop_instances", "terminate_instances", "modify_instance_attribute", "modify_instance_security_groups")
    refused(IamInstanceProfileAssociationBackend, "associate_iam_instance_profile", "disassociate_iam_instance_profile")
    refused(NetworkInterfaceBackend, "modify_network_interface_attribute")


def refused(owner, *names):
    for name in names:
        setattr(owner, name, unless_managed(getattr(owner, name)))


def unless_managed(act):
    from moto.ec2.exceptions import EC2ClientError

    def acted(backend, *given, **named):
        text = repr([given, named])
        for instance in backend.all_instances():
            parts = [instance.id, *(one.id for one in instance.nics.values())]
            if hasattr(instance, "operator") and any(part in text for part in parts):
                raise EC2ClientError("OperationNotPermitted", f"The instance '{instance.id}' is managed by {instance.operator['Principal']}.")
        return act(backend, *given, **named)

    return acted
