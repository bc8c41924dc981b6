"""IAM keeps the principals of a trust policy as a set: each read has them in an order of its own (seen by many: boto3#1178,
terraform-provider-aws#30870). The engine answers with the text that was put."""

import json
import random


def install():
    from ministack.services import iam

    render = iam._role_xml

    def role_xml(name, boundary=True):
        role = iam._roles[name]
        kept = role.get("AssumeRolePolicyDocument")
        role["AssumeRolePolicyDocument"] = shuffled(kept)
        try:
            return render(name, boundary)
        finally:
            role["AssumeRolePolicyDocument"] = kept

    iam._role_xml = role_xml


def shuffled(text):
    """The same text where no list of principals has two: people find their own spaces in it."""
    policy = json.loads(text or "{}")
    statements = policy.get("Statement", [])
    several = [names for one in (statements if isinstance(statements, list) else [statements]) if isinstance(one.get("Principal"), dict)
               for names in one["Principal"].values() if isinstance(names, list) and len(names) > 1]
    for names in several:
        random.shuffle(names)
    return json.dumps(policy) if several else text
