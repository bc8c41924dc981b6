"""Snapshots and images that are shared with other accounts, and images that are disabled.

moto keeps each account's for itself, and starts instances from whatever it is told. Sources: EC2 API reference, page of the action, unless
another one is named.
"""

from patching import rewrite


def install():
    snapshots()
    images()


def error(code, message):
    from moto.ec2.exceptions import EC2ClientError

    return EC2ClientError(code, message)


def elsewhere(backend):
    """The same Region of all other accounts that have anything there."""
    from moto.ec2 import ec2_backends

    for account, regions in list(ec2_backends.items()):
        if account != backend.account_id and dict.__contains__(regions, backend.region_name):
            yield regions[backend.region_name]


# --- snapshots ------------------------------------------------------------------------------------------------------

def snapshots():
    from moto.ec2.exceptions import InvalidSnapshotIdError
    from moto.ec2.models.elastic_block_store import EBSBackend
    from moto.ec2.responses import EC2Response

    own = EBSBackend.describe_snapshots

    def describe(backend, snapshot_ids=None, filters=None, owners=(), restorable_by=()):
        """Those of the account and those it may use; without ids all of them (DescribeSnapshots)."""
        from moto.ec2.utils import generic_filter

        def meant(owner):
            return backend.account_id if owner == "self" else owner

        shared = [each for other in elsewhere(backend) for each in other.snapshots.values() if restorable(each, backend)]
        found = [*own(backend), *shared]
        if snapshot_ids:
            found = [each for each in found if each.id in snapshot_ids]
            if len(set(snapshot_ids)) > len(found):
                raise InvalidSnapshotIdError()
        if owners:
            found = [each for each in found if each.owner_id in [meant(owner) for owner in owners]]
        for user in restorable_by:
            found = [each for each in found if meant(user) in (*each.create_volume_permission_userids, *each.create_volume_permission_groups)]
        return generic_filter(filters, found) if filters else found

    def describe_snapshots(response):
        from moto.core.responses import ActionResult

        given = {"snapshot_ids": response._get_param("SnapshotIds", []), "filters": response._filters_from_querystring()}
        who = {"owners": response._get_param("OwnerIds", []), "restorable_by": response._get_param("RestorableByUserIds", [])}
        return ActionResult({"Snapshots": response.ec2_backend.describe_snapshots(**given, **who)})

    def get_snapshot(backend, snapshot_id):
        """Who creates a volume needs the owner's permission, and learns nothing of what there is without it (CreateVolume)."""
        return describe(backend, [snapshot_id])[0]

    EBSBackend.describe_snapshots, EBSBackend.get_snapshot = describe, get_snapshot
    EC2Response.describe_snapshots = describe_snapshots
    EC2Response.modify_snapshot_attribute = modify_snapshot_attribute
    attributes = EC2Response.describe_snapshot_attribute

    def describe_snapshot_attribute(response):
        owned_snapshot(response)
        return attributes(response)

    EC2Response.describe_snapshot_attribute = describe_snapshot_attribute


def restorable(snapshot, backend):
    return "all" in snapshot.create_volume_permission_groups or backend.account_id in snapshot.create_volume_permission_userids


def owned_snapshot(response):
    snapshot = response.ec2_backend.get_snapshot(response._get_param("SnapshotId"))
    if snapshot.owner_id != response.current_account:
        raise error("AuthFailure", "The snapshot is not owned by the caller.")
    return snapshot


def modify_snapshot_attribute(response):
    """Accounts or everybody, added or removed, never both in a call; nested or flat (ModifySnapshotAttribute). moto passes over the nested
    form. What is encrypted is shared with no one but accounts (EBS user guide, "Share an Amazon EBS snapshot")."""
    from moto.core.responses import EmptyResult

    response.error_on_dryrun()
    snapshot = owned_snapshot(response)
    nested = response._get_param("CreateVolumePermission", {})
    flat = response._get_param("OperationType")
    named = [{"UserId": each} for each in response._get_param("UserIds", [])]
    named += [{"Group": each} for each in response._get_param("GroupNames", [])]
    add = [*nested.get("Add", []), *(named if flat == "add" else [])]
    remove = [*nested.get("Remove", []), *(named if flat == "remove" else [])]
    if add and remove:
        raise error("InvalidParameterCombination", "Permissions cannot be added and removed in one call.")
    if not add and not remove:
        raise error("MissingParameter", "The request must contain what to add or to remove.")
    for each in add + remove:
        if each.get("Group", "all") != "all":
            raise error("InvalidParameterValue", f"Invalid value '{each['Group']}' for group. Valid value: all")
    if snapshot.encrypted and any("Group" in each for each in add):
        raise error("OperationNotPermitted", "Encrypted snapshots with EBS default key cannot be shared, nor made public.")
    users, groups = snapshot.create_volume_permission_userids, snapshot.create_volume_permission_groups
    for change, some in (("update", add), ("difference_update", remove)):
        getattr(users, change)(each["UserId"] for each in some if "UserId" in each)
        getattr(groups, change)(each["Group"] for each in some if "Group" in each)
    return EmptyResult()


# --- images ---------------------------------------------------------------------------------------------------------

def images():
    from moto.ec2.models.amis import AmiBackend
    from moto.ec2.models.instances import InstanceBackend
    from moto.ec2.responses import EC2Response

    own = AmiBackend.describe_images

    def describe_images(backend, ami_ids=None, filters=None, exec_users=None, owners=None, disabled=True):
        """Those of other accounts that this one may launch from too; those that are disabled to their owner alone, and only where it asks
        for them (DescribeImages)."""
        from moto.ec2.utils import generic_filter

        shared = [each for other in elsewhere(backend) for each in other.amis.values() if may_launch(each, backend)]
        if ami_ids:
            foreign = [each for each in shared if each.id in ami_ids]
            rest = [each for each in ami_ids if each not in [one.id for one in foreign]]
            found = [*foreign, *(own(backend, rest) if rest else [])]
            found = generic_filter(filters, found) if filters else found
        else:
            among = [each for each in shared if not owners or each.owner_id in owners]
            among = [] if exec_users else among
            found = own(backend, None, filters, exec_users, owners) + (generic_filter(filters, among) if filters else among)
        return [each for each in found if disabled or each.state != "disabled"]

    AmiBackend.describe_images = describe_images

    def described(response):
        from moto.core.responses import ActionResult

        response.error_on_dryrun()
        return ActionResult({"Images": response.ec2_backend.describe_images(
            ami_ids=response._get_param("ImageIds", []), filters=response._filters_from_querystring(),
            owners=response._get_param("Owners", []), exec_users=response._get_param("ExecutableUsers", []),
            disabled=response._get_bool_param("IncludeDisabled", False))})

    EC2Response.describe_images = described
    run = InstanceBackend.run_instances

    def run_instances(backend, image_id, *others, **given):
        """Nobody launches from a disabled image (DisableImage), nor from one that is not theirs or shared with them. An image that no account
        has is any: the sandbox's instances start from some."""
        image = next((each.amis[image_id] for each in (backend, *elsewhere(backend)) if image_id in each.amis), None)
        if image and image.state == "disabled":
            raise error("InvalidAMIID.Unavailable", f"The image ID '[{image_id}]' is not available")
        if image and image.ec2_backend is not backend and not may_launch(image, backend):
            raise error("AuthFailure", f"Not authorized for images: [{image_id}]")
        return run(backend, image_id, *others, **given)

    InstanceBackend.run_instances = run_instances
    attributes, modify = EC2Response.describe_image_attribute, EC2Response.modify_image_attribute

    def describe_image_attribute(response):
        owned_image(response, "available")
        return attributes(response)

    def modify_image_attribute(response):
        owned_image(response, "available")
        return modify(response)

    EC2Response.describe_image_attribute, EC2Response.modify_image_attribute = describe_image_attribute, modify_image_attribute
    disable, enable = EC2Response.disable_image, EC2Response.enable_image

    def disable_image(response):
        """A disabled image is private: whomever it was shared with lose it, and it is shared with nobody once it is enabled (DisableImage,
        EnableImage)."""
        image = owned_image(response)
        answer = disable(response)
        image.launch_permissions.clear()
        return answer

    def enable_image(response):
        owned_image(response)
        return enable(response)

    EC2Response.disable_image, EC2Response.enable_image = disable_image, enable_image
    described_by_their_disks()
    templates_by_their_image()
    # Organisations and their units are as good as accounts (ModifyImageAttribute); moto takes the first of each flat list only.
    AmiBackend.validate_permission_targets = validate


def described_by_their_disks():
    """A filter of DescribeImages that moto answers with an internal error."""
    from moto.ec2.models.amis import Ami

    known = Ami.get_filter_value

    def filter_value(image, name, method_name=None):
        return [image.ebs_snapshot.id] if name == "block-device-mapping.snapshot-id" else known(image, name, method_name)

    Ami.get_filter_value = filter_value


def templates_by_their_image():
    """The versions of all templates are many, and those asked for are filtered (DescribeLaunchTemplateVersions); moto answers with the first
    fifteen of all."""
    from moto.ec2.responses.launch_templates import LaunchTemplates

    rewrite(LaunchTemplates, "describe_launch_template_versions",
            ("        max_results=max_results,\n    )\n",
             "        max_results=200,\n    )\n    images = self._filters_from_querystring().get('image-id')\n"
             "    ret_versions = [each for each in ret_versions if not images or each[1].image_id in images]\n"))


def validate(backend, permissions):
    from moto.ec2.exceptions import InvalidAMIAttributeItemValueError

    for each in permissions:
        user = each.get("UserId", "0" * 12)
        if len(user) != 12 or not user.isdigit():
            raise InvalidAMIAttributeItemValueError("userId", user)
        if each.get("Group", "all") != "all":
            raise InvalidAMIAttributeItemValueError("UserGroup", each["Group"])


def may_launch(image, backend):
    """The organisation of the sandbox has every account in it."""
    shares = image.launch_permissions
    return image.state != "disabled" and any(
        each.get("Group") == "all" or each.get("UserId") == backend.account_id or "OrganizationArn" in each or "OrganizationalUnitArn" in each
        for each in shares)


def owned_image(response, state=None):
    """What is disabled is not in a state in which attributes can be given (EC2 API reference, "Error codes", InvalidAMIID.Unavailable)."""
    image_id = response._get_param("ImageId")
    image = response.ec2_backend.describe_images(ami_ids=[image_id])[0]
    if image.owner_id != response.current_account:
        raise error("AuthFailure", f"Not authorized for image:{image_id}")
    if state and image.state != state:
        raise error("InvalidAMIID.Unavailable", f"The image ID '{image_id}' is not available")
    return image
