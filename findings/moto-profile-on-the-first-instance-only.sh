#!/usr/bin/env bash
# moto 5.2.5 and boto3 1.43.106 (PyPI).
# Valid input: one RunInstances call that starts two instances with an instance profile.
# EC2 gives the profile to each of them (EC2 API reference, RunInstances and DescribeIamInstanceProfileAssociations). moto gives it to the
# first alone: neither DescribeInstances nor the associations show it on any further instance of a launch, so that a test in which a thief
# uses the role of "the other instance" tests nothing.
# Prints what is listed, and fails when that changes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet 'moto[ec2,iam]==5.2.5' 'boto3==1.43.106'
cat > "$dir/try.py" <<'PY'
import boto3, moto, os
os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="eu-west-1")
with moto.mock_aws():
    ec2, iam = boto3.client("ec2"), boto3.client("iam")
    arn = iam.create_instance_profile(InstanceProfileName="web")["InstanceProfile"]["Arn"]
    image = ec2.describe_images()["Images"][0]["ImageId"]
    made = ec2.run_instances(ImageId=image, MinCount=2, MaxCount=2, IamInstanceProfile={"Arn": arn})["Instances"]
    ids = [instance["InstanceId"] for instance in made]
    found = ec2.describe_instances(InstanceIds=ids)["Reservations"][0]["Instances"]
    wearing = [instance["InstanceId"] for instance in found if instance.get("IamInstanceProfile")]
    listed = [one["InstanceId"] for one in ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"]]
    print(f"started {len(ids)}, with a profile {len(wearing)}, associations {len(listed)}")
    assert len(ids) == 2, "the set-up is not what it should be"
    assert wearing == ids[:1] and listed == ids[:1], "moto now gives the profile to others too: this finding is out of date"
PY
"$dir/venv/bin/python" "$dir/try.py"
