"""Interfaces that services of AWS put into a subnet, which moto does not: whatever passes them is tracked, whatever the rules of groups say.
Sources: EC2 API reference, NetworkInterface (InterfaceType); EC2 user guide, "Automatically tracked connections"; Network Load Balancer user
guide, "Network Load Balancers" (an interface in each subnet); Global Accelerator developer guide, "Best practices for ENIs and security groups
with client IP address preservation" (one for each subnet where an endpoint is)."""


def install():
    from moto.elbv2.models import ELBv2Backend

    create, delete = ELBv2Backend.create_load_balancer, ELBv2Backend.delete_load_balancer

    def create_load_balancer(backend, *given, **named):
        made = create(backend, *given, **named)
        if made.type == "network":
            name = "/".join(made.arn.split("/")[-3:])
            made.interfaces = [put(backend.ec2_backend, subnet, "network_load_balancer", f"ELB {name}") for subnet in made.subnets]
        return made

    def delete_load_balancer(backend, arn):
        for interface in getattr(backend.load_balancers.get(arn), "interfaces", ()):
            backend.ec2_backend.enis.pop(interface.id, None)
        return delete(backend, arn)

    ELBv2Backend.create_load_balancer, ELBv2Backend.delete_load_balancer = create_load_balancer, delete_load_balancer


def put(backend, subnet, kind, description):
    made = backend.create_network_interface(subnet, subnet.get_available_subnet_ip(None), description=description)
    made.interface_type, made.status = kind, "in-use"
    return made


def accelerate(account, region, instance_id):
    """What Global Accelerator does where an instance becomes an endpoint: its clients keep their addresses, always."""
    from moto.ec2 import ec2_backends

    backend = ec2_backends[account][region]
    instance = backend.get_instance(instance_id)
    return {"networkInterfaceId": put(backend, backend.get_subnet(instance.subnet_id), "global_accelerator_managed",
                                      "GlobalAccelerator managed").id}
