#!/usr/bin/env bash
# moto 5.2.5 and boto3 1.43.106 (PyPI).
# Valid input: an instance in two security groups; then one ModifyInstanceAttribute that sets InstanceInitiatedShutdownBehavior and nothing else.
# EC2 changes that one attribute (EC2 API reference, ModifyInstanceAttribute). moto also empties the instance's list of security groups:
# whoever tests a containment against moto sees an isolation that never happened.
# Prints the groups before and after, and fails when moto no longer behaves so.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet 'moto[ec2]==5.2.5' 'boto3==1.43.106'
cat > "$dir/try.py" <<'PY'
import boto3, moto, os
os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="eu-west-1")
with moto.mock_aws():
    ec2 = boto3.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    groups = [ec2.create_security_group(GroupName=n, Description=n, VpcId=vpc)["GroupId"] for n in ("web", "ssh")]
    image = ec2.describe_images()["Images"][0]["ImageId"]
    made = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet, SecurityGroupIds=groups)
    instance = made["Instances"][0]["InstanceId"]
    def read():
        found = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
        return sorted(group["GroupName"] for group in found["SecurityGroups"])
    before = read()
    ec2.modify_instance_attribute(InstanceId=instance, InstanceInitiatedShutdownBehavior={"Value": "stop"})
    after = read()
    print(f"groups before: {before}, after: {after}")
    assert before == ["ssh", "web"], "the set-up is not what it should be"
    assert after == [], "moto no longer drops the groups: this finding is out of date"
PY
"$dir/venv/bin/python" "$dir/try.py"
