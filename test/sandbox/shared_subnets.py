"""Subnets that another account of the organisation shares: moto keeps accounts apart. Source: VPC user guide, "Share your VPC subnets with other
accounts", "Responsibilities and permissions for owners and participants": a participant sees the VPC, the subnet, its network ACLs and route
tables, not NAT gateways; network ACLs and routes are the owner's alone to change; groups of its own it makes in that VPC, and groups of the
owner are not there for it. Under which code EC2 refuses is not published; this is its code for what one is not allowed to (EC2 API
reference, "Error codes", UnauthorizedOperation)."""

ACL_WRITES = ("create_network_acl_entry", "replace_network_acl_entry", "delete_network_acl_entry", "delete_network_acl")
ROUTE_WRITES = ("create_route", "replace_route", "delete_route", "delete_route_table", "associate_route_table")


def install():
    from moto.ec2.models import EC2Backend

    for names, kept in ((ACL_WRITES, "network_acls"), (ROUTE_WRITES, "route_tables")):
        for name in names:
            setattr(EC2Backend, name, unless_shared(getattr(EC2Backend, name), kept))


def unless_shared(act, kept):
    from moto.ec2.exceptions import EC2ClientError

    class Unauthorized(EC2ClientError):
        code = 403

    def acted(backend, *given, **named):
        text = repr([given, named])
        for one in list(getattr(backend, kept).values()):
            if one.owner_id != backend.account_id and one.id in text:
                raise Unauthorized("UnauthorizedOperation", "You are not authorized to perform this operation.")
        return act(backend, *given, **named)

    return acted


def share(owner, participant, region, subnet_id):
    """What becomes of a resource share of AWS RAM once the participant has it: the very objects of the owner."""
    from moto.ec2 import ec2_backends

    theirs, ours = ec2_backends[owner][region], ec2_backends[participant][region]
    subnet = theirs.get_subnet(subnet_id)
    ours.subnets[subnet.availability_zone][subnet.id] = subnet
    ours.vpcs[subnet.vpc_id] = theirs.vpcs[subnet.vpc_id]
    for kept in ("network_acls", "route_tables"):
        getattr(ours, kept).update({key: one for key, one in getattr(theirs, kept).items() if one.vpc_id == subnet.vpc_id})
    return {"shared": subnet_id}


def owner_of(account, region, kind, identifier):
    """The account in the ARN of a VPC: its owner's (VPC user guide, the same page)."""
    from moto.ec2 import ec2_backends

    found = ec2_backends[account][region].vpcs.get(identifier) if kind == "vpc" else None
    return found.owner_id if found else account
