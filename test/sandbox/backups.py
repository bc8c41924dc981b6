"""AWS Backup: recovery points, the access policy of a vault and whom it stops, locks, restores. The engine has vaults and jobs, and nothing in them.

Sources: AWS Backup API reference, page of the action, unless another is named; Service Authorization Reference, AWS Backup, for what a call is
checked on. A vault that is not there is answered as one that is forbidden (aws/aws-sdk-js#2625, hashicorp/terraform-provider-aws#19749).
"""

import json
import re
import time
import uuid
from urllib.parse import quote

import service_models

points = {}  # (account, Region) -> {ARN of the recovery point: what AWS Backup knows of it}
policies = {}  # (account, Region, vault) -> document
DAY = 24 * 60 * 60

# What is checked on the vault; on recovery points is whatever names one, and the rest on "*".
ON_VAULTS = {
    "CreateBackupVault", "DeleteBackupVault", "DescribeBackupVault", "GetBackupVaultAccessPolicy", "PutBackupVaultAccessPolicy",
    "DeleteBackupVaultAccessPolicy", "PutBackupVaultLockConfiguration", "DeleteBackupVaultLockConfiguration", "ListRecoveryPointsByBackupVault",
    "StartBackupJob",
}


def checks(name, path, data, _params, region, account):
    """What a call is checked on, and the role that it hands to AWS Backup."""
    vault = re.match(r"/backup-vaults/([^/]+)", path)
    point = re.search(r"/recovery-points/(arn:[^/]+(?:/snap-\w+)?)", path)
    on_vault = f"arn:aws:backup:{region}:{account}:backup-vault:{vault.group(1) if vault else data.get('BackupVaultName')}"
    on_point = point.group(1) if point else data.get("RecoveryPointArn", "*")
    role = data.get("IamRoleArn")
    passed = [("iam:PassRole", role, {"iam:PassedToService": "backup.amazonaws.com"})] if role else []
    return [(f"backup:{name}", on_vault if name in ON_VAULTS else on_point, {}), *passed]


# What an ARN in a path is followed by, if by anything.
ARN = re.compile(r"/(arn:.+?)(?=/(?:recovery-points|restore-jobs|restore-metadata|index)/?$|/?$)")


def asked(method, path, headers, body, query):
    """In the words of the model. An ARN in a path is one part, whatever slashes it has; clients leave out the slash at the end of a list's."""
    whole = ARN.sub(lambda arn: "/" + quote(arn.group(1), safe=""), path)
    try:
        both = (service_models.asked("backup", method, one, headers, body, query) for one in (whole, whole + "/"))
        return next((found for found in both if found), None)
    except ValueError:
        return None


def install():
    from ministack.core import iam_actions, iam_evaluator
    from ministack.core.responses import get_account_id, get_region
    from ministack.services import backup

    engine, known_actions = backup.handle_request, iam_actions.extract_iam_action

    def extract_iam_action(service, method, path, headers, body, params):
        call = asked(method, path, headers, body, params) if service == "backup" else None
        return f"backup:{call.operation}" if call else known_actions(service, method, path, headers, body, params)

    def policy_for_arn(arn):
        """That of a vault holds for what lies in it too (developer guide, "Vault access policies")."""
        here = (get_account_id(), get_region())
        held = points.get(here, {}).get(arn)
        vault = held["BackupVaultName"] if held else arn.partition(":backup-vault:")[2]
        document = policies.get((*here, vault))
        return (document, here[0]) if document else None

    async def handle_request(method, path, headers, body, query):
        here = (get_account_id(), get_region())
        call = asked(method, path, headers, body, query)
        given = call.parameters if call else {}
        vault = given.get("BackupVaultName")
        if vault and call.operation != "CreateBackupVault" and vault not in backup._vaults:
            return backup._err("AccessDeniedException", "Insufficient privileges to perform this action.", 403)
        ours = Call(backup, here, given, points.setdefault(here, {}))
        answer = ANSWERS.get(call.operation) if call else None
        if answer:
            return answer(ours)
        status, sent, text = await engine(method, path, headers, body, query)
        return status, sent, ours.kept(json.loads(text)) if call and call.operation == "StartBackupJob" else text

    iam_actions.extract_iam_action = extract_iam_action
    backup.policy_for_arn = policy_for_arn
    iam_evaluator._RESOURCE_POLICY_LOOKUPS["backup"] = ("backup", "policy_for_arn")
    backup.handle_request = handle_request


class Call:
    """One call, in the account and the Region in which it is made."""

    def __init__(self, backup, here, given, known):
        self.backup, self.here, self.given, self.known = backup, here, given, known
        self.vault, self.arn = given.get("BackupVaultName"), given.get("RecoveryPointArn")

    def refused(self, code, message):
        return self.backup._err(code, message, 400)

    def answered(self, answer=None):
        return self.backup._ok(answer) if answer is not None else (200, {"Content-Type": "application/json"}, b"")

    def own(self):
        return self.backup._vaults[self.vault]

    def inside(self):
        return [each for each in self.known.values() if each["BackupVaultName"] == self.vault]

    # --- vaults ---

    def describe_vault(self):
        kept = {name: value for name, value in self.own().items() if name != "BackupVaultTags"}
        return self.answered({**kept, "VaultType": "BACKUP_VAULT", "NumberOfRecoveryPoints": len(self.inside())})

    def delete_vault(self):
        if self.inside():
            return self.refused("InvalidRequestException", "Backup vault cannot be deleted because it contains recovery points.")
        policies.pop((*self.here, self.vault), None)
        return self.backup._delete_vault(self.vault)

    def lock(self):
        """With a number of days it becomes compliance mode after them, for good (PutBackupVaultLockConfiguration); without it is governance mode."""
        days = self.given.get("ChangeableForDays")
        if days is not None and days < 3:
            return self.refused("InvalidParameterValueException", "ChangeableForDays must be at least 3.")
        self.own().update(Locked=True, **{name: self.given[name] for name in ("MinRetentionDays", "MaxRetentionDays") if name in self.given})
        if days is not None:
            self.own()["LockDate"] = time.time() + days * DAY
        return self.answered()

    def unlock(self):
        if self.own().get("LockDate", float("inf")) <= time.time():
            return self.refused("InvalidRequestException", "Vault Lock configuration is immutable.")
        for name in ("MinRetentionDays", "MaxRetentionDays", "LockDate"):
            self.own().pop(name, None)
        self.own()["Locked"] = False
        return self.answered()

    # --- the access policy ---

    def policy(self):
        document = policies.get((*self.here, self.vault))
        if document is None:
            return self.refused("ResourceNotFoundException", f"Policy not found for vault {self.vault}.")
        return self.answered({"BackupVaultName": self.vault, "BackupVaultArn": self.own()["BackupVaultArn"], "Policy": document})

    def put_policy(self):
        """Without a wildcard in an action (developer guide, "Vault access policies")."""
        try:
            stated = json.loads(self.given["Policy"])["Statement"]
        except (KeyError, TypeError, ValueError):
            return self.refused("InvalidParameterValueException", "The provided policy document is not valid.")
        for each in stated if isinstance(stated, list) else [stated]:
            actions = each.get("Action", [])
            wrong = [action for action in ([actions] if isinstance(actions, str) else actions) if not re.fullmatch(r"backup:[A-Za-z]+", action)]
            if wrong:
                return self.refused("InvalidParameterValueException", f"The provided policy has an action that is not supported: {wrong[0]}")
        policies[(*self.here, self.vault)] = self.given["Policy"]
        return self.answered()

    def delete_policy(self):
        policies.pop((*self.here, self.vault), None)
        return self.answered()

    # --- recovery points ---

    def kept(self, job):
        """A job is done as soon as it is started: its recovery point is there."""
        if "BackupJobId" not in job:
            return json.dumps(job).encode()
        account, region = self.here
        arn = f"arn:aws:backup:{region}:{account}:recovery-point:{str(uuid.uuid4()).upper()}"
        self.backup._jobs[job["BackupJobId"]]["RecoveryPointArn"] = arn
        now = time.time()
        self.known[arn] = {
            "RecoveryPointArn": arn, "BackupVaultName": self.vault, "BackupVaultArn": self.own()["BackupVaultArn"],
            "ResourceArn": self.given["ResourceArn"], "IamRoleArn": self.given["IamRoleArn"], "Status": "COMPLETED", "CreationDate": now,
            "CompletionDate": now, "BackupSizeInBytes": 1, "IsEncrypted": True, "RecoveryPointTags": self.given.get("RecoveryPointTags") or {},
            **expiry(self.given, now),
        }
        return json.dumps({**job, "RecoveryPointArn": arn}).encode()

    def in_vault(self):
        return self.answered({"RecoveryPoints": [shown(each) for each in self.inside()]})

    def of_resource(self):
        names = ("RecoveryPointArn", "CreationDate", "Status", "BackupVaultName", "AggregatedScanResult")
        found = [each for each in self.known.values() if each["ResourceArn"] == self.given["ResourceArn"]]
        return self.answered({"RecoveryPoints": [{name: each[name] for name in names if name in each} for each in found]})

    def missing(self):
        if self.known.get(self.arn, {}).get("BackupVaultName") == self.vault:
            return None
        return self.refused("ResourceNotFoundException", f"Cannot find recovery point {self.arn}.")

    def describe(self):
        return self.missing() or self.answered(shown(self.known[self.arn]))

    def change_lifecycle(self):
        refusal = self.missing()
        if refusal:
            return refusal
        given = expiry(self.given, self.known[self.arn]["CreationDate"])
        self.known[self.arn].update(given)
        return self.answered({"RecoveryPointArn": self.arn, **given})

    def delete(self):
        """Vault Lock lets nobody delete before the retention ends (developer guide, "AWS Backup Vault Lock")."""
        refusal = self.missing()
        if refusal:
            return refusal
        if self.own()["Locked"]:
            return self.refused("InvalidRequestException", "The backup vault is locked: its recovery points cannot be deleted.")
        del self.known[self.arn]
        return self.answered()

    def scan(self):
        """What GuardDuty finds is what the backup was tagged with; its result is part of the recovery point (AggregatedScanResult)."""
        refusal = self.missing()
        if refusal:
            return refusal
        findings = ["MALWARE"] if self.known[self.arn]["RecoveryPointTags"].get("holds") == "malware" else []
        self.known[self.arn]["AggregatedScanResult"] = {"FailedScan": False, "Findings": findings, "LastComputed": time.time()}
        return self.answered({"ScanJobId": str(uuid.uuid4()), "CreationDate": time.time()})

    def restore(self):
        if self.arn not in self.known:
            return self.refused("ResourceNotFoundException", "Cannot find the recovery point.")
        return self.answered({"RestoreJobId": str(uuid.uuid4()).upper()})


def shown(point):
    """Tags are asked for by ListTags."""
    return {name: value for name, value in point.items() if name != "RecoveryPointTags"}


def expiry(given, since):
    days = (given.get("Lifecycle") or {}).get("DeleteAfterDays")
    return {} if days is None else {"Lifecycle": {"DeleteAfterDays": days}, "CalculatedLifecycle": {"DeleteAt": since + days * DAY}}


ANSWERS = {
    "DescribeBackupVault": Call.describe_vault, "DeleteBackupVault": Call.delete_vault, "PutBackupVaultLockConfiguration": Call.lock,
    "DeleteBackupVaultLockConfiguration": Call.unlock, "GetBackupVaultAccessPolicy": Call.policy, "PutBackupVaultAccessPolicy": Call.put_policy,
    "DeleteBackupVaultAccessPolicy": Call.delete_policy, "ListRecoveryPointsByBackupVault": Call.in_vault, "DescribeRecoveryPoint": Call.describe,
    "ListRecoveryPointsByResource": Call.of_resource, "UpdateRecoveryPointLifecycle": Call.change_lifecycle, "DeleteRecoveryPoint": Call.delete,
    "StartRestoreJob": Call.restore, "StartScanJob": Call.scan,
}
