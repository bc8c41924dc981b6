#!/usr/bin/env bash
# moto 5.2.5 and boto3 1.43.106 (PyPI).
# Valid input: an Elastic IP on one interface, then AssociateAddress for another interface, without AllowReassociation and with it.
# In a VPC EC2 moves the address by default, without a word, and refuses only where `AllowReassociation` is false (EC2 API reference,
# AssociateAddress). moto does the opposite: by default it refuses. Code that takes an address away from a running service passes its tests
# against moto, and does it on AWS.
# Prints both answers, and fails when that changes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet 'moto[ec2]==5.2.5' 'boto3==1.43.106'
cat > "$dir/try.py" <<'PY'
import boto3, moto, os
from botocore.exceptions import ClientError
os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="eu-west-1")
with moto.mock_aws():
    ec2 = boto3.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    one, other = (ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"] for _ in "12")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=address, NetworkInterfaceId=one)
    def move(**options):
        try:
            ec2.associate_address(AllocationId=address, NetworkInterfaceId=other, **options)
            return "moved"
        except ClientError as error:
            return error.response["Error"]["Code"]
    by_default, allowed = move(), move(AllowReassociation=True)
    print(f"by default: {by_default}; with AllowReassociation: {allowed}")
    assert (by_default, allowed) == ("Resource.AlreadyAssociated", "moved"), "moto behaves otherwise: this finding is out of date"
PY
"$dir/venv/bin/python" "$dir/try.py"
