"""Trunk interfaces and their branches, which moto does not know: Kubernetes and ECS give a pod or task an interface of its own with them.
Sources: EC2 API reference, CreateNetworkInterface (InterfaceType), AssociateTrunkInterface, DescribeTrunkInterfaceAssociations,
NetworkInterface; EKS user guide, "Assign security groups to individual Pods"."""


def install():
    from moto.ec2.responses import EC2Response
    from moto.ec2.responses.elastic_network_interfaces import ElasticNetworkInterfaces

    create = ElasticNetworkInterfaces.create_network_interface

    def create_network_interface(response):
        made = create(response)
        made.result["NetworkInterface"].interface_type = response._get_param("InterfaceType") or "interface"
        return made

    EC2Response.create_network_interface = ElasticNetworkInterfaces.create_network_interface = create_network_interface
    EC2Response.associate_trunk_interface = associate
    EC2Response.describe_trunk_interface_associations = describe


def associate(response):
    """A branch is in use by its trunk, and has no attachment of its own."""
    from moto.core.responses import ActionResult
    from moto.ec2.exceptions import EC2ClientError
    from moto.moto_api._internal import mock_random

    backend = response.ec2_backend
    branch, trunk = (backend.get_network_interface(response._get_param(f"{kind}InterfaceId")) for kind in ("Branch", "Trunk"))
    for one, kind in ((branch, "branch"), (trunk, "trunk")):
        if one.interface_type != kind:
            raise EC2ClientError("InvalidParameterValue", f"The interface '{one.id}' is not of type {kind}.")
    branch.status = "in-use"
    branch.trunk = {
        "AssociationId": f"trunk-assoc-{mock_random.get_random_hex(17)}", "BranchInterfaceId": branch.id,
        "TrunkInterfaceId": trunk.id, "InterfaceProtocol": "VLAN", "VlanId": int(response._get_param("VlanId") or 1),
    }
    return ActionResult({"InterfaceAssociation": branch.trunk})


def describe(response):
    from moto.core.responses import ActionResult

    found = [one.trunk for one in response.ec2_backend.enis.values() if hasattr(one, "trunk")]
    return ActionResult({"InterfaceAssociations": found})
