"""RDS where moto differs from AWS: which resources a call is checked on.

Source: Service Authorization Reference, "Actions defined by Amazon RDS".
"""

# Parameter of a call -> the resource type in its ARN.
RESOURCES = {"DBInstanceIdentifier": "db", "DBClusterIdentifier": "cluster", "DBSnapshotIdentifier": "snapshot",
             "DBClusterSnapshotIdentifier": "cluster-snapshot", "DBProxyName": "db-proxy"}
# What a list without a name is about; the others that name nothing are on "*".
LISTS = {"DescribeDBInstances": "db", "DescribeDBClusters": "cluster", "DescribeDBSnapshots": "snapshot",
         "DescribeDBClusterSnapshots": "cluster-snapshot", "DescribeDBProxies": "db-proxy"}


def checks(name, _path, _data, params, region, account):
    """Every resource that a call names; a copy is checked on what is made too."""
    named = [(kind, one(params, parameter)) for parameter, kind in RESOURCES.items() if one(params, parameter)]
    # A list of what belongs to something is checked on that, and on what it lists.
    if name in LISTS and LISTS[name] not in [kind for kind, _ in named]:
        named.append((LISTS[name], "*"))
    tagged = one(params, "ResourceName")
    if tagged:
        return [(f"rds:{name}", tagged, {})]
    arns = [value if value.startswith("arn:") else f"arn:aws:rds:{region}:{account}:{kind}:{value}" for kind, value in named]
    return [(f"rds:{name}", arn, {}) for arn in arns] or None


def one(params, name):
    value = params.get(name, "")
    return value[0] if isinstance(value, list) else value


# --- log files ------------------------------------------------------------------------------------------------------

PORTION = 1024 * 1024  # bytes of a log file in one answer (RDS API reference, DownloadDBLogFilePortion)
LINE = "2026-11-30 02:00:00 UTC:198.51.100.7(40312):shop@orders:[{:06}]:LOG:  connection authorized: user=shop\n"
LOG = "".join(map(LINE.format, range(12_000)))  # more than a portion, so that whoever reads one has to ask again


def install():
    """moto lists log files, cannot be asked since when, and has nothing in them. A marker is opaque; here it is where the next portion begins."""
    from moto.core.responses import ActionResult
    from moto.rds.exceptions import DBInstanceNotFoundError
    from moto.rds.models import DBLogFile
    from moto.rds.responses import RDSResponse

    def download_db_log_file_portion(self):
        identifier = self.params.get("DBInstanceIdentifier")
        if identifier not in self.backend.databases:
            raise DBInstanceNotFoundError(identifier)
        start = int(self.params.get("Marker") or 0)
        end = min(start + PORTION, len(LOG))
        return ActionResult({"LogFileData": LOG[start:end], "Marker": str(end), "AdditionalDataPending": end < len(LOG)})

    def describe_db_log_files(self):
        since = int(self.params.get("FileLastWritten") or 0)
        files = self.backend.describe_db_log_files(self.params.get("DBInstanceIdentifier"))
        return ActionResult({"DescribeDBLogFiles": [each for each in files if each.last_written >= since]})

    def with_its_size(log_file, name):
        made(log_file, name)
        log_file.last_written = round(log_file.last_written * 1000)  # milliseconds (RDS API reference, DescribeDBLogFilesDetails)
        log_file.size = len(LOG)

    made = DBLogFile.__init__
    DBLogFile.__init__ = with_its_size
    RDSResponse.describe_db_log_files = describe_db_log_files
    RDSResponse.download_db_log_file_portion = download_db_log_file_portion


# --- the password of the master user --------------------------------------------------------------------------------

ROTATION = 0.3  # seconds; RDS takes up to a minute (Secrets Manager user guide, "Managed rotation for AWS Secrets Manager secrets")


def keep_passwords():
    """The engine keeps secrets and moto databases, so the secret that RDS manages is made in the engine. RotateSecret needs no function there,
    and the password is another one once RDS is done: what was current is AWSPREVIOUS then, and opens nothing."""
    import contextvars
    import json
    import secrets
    import threading
    from types import SimpleNamespace

    from ministack.services import secretsmanager
    from moto.rds.models import MasterUserSecret

    def value(user):
        return json.dumps({"username": user, "password": secrets.token_urlsafe(18)})

    def create(self, _kms_key_id):
        name = self._generate_secret_name()
        arn = secretsmanager.create_secret_in_process(name, value(self.resource.master_username), self._generate_secret_description())
        managed = {"OwningService": "rds", "RotationEnabled": True, "RotationRules": {"AutomaticallyAfterDays": 7}}
        secretsmanager._secrets[name].update(managed)
        return SimpleNamespace(arn=arn)

    def rotate(data):
        _, secret = secretsmanager._resolve(data.get("SecretId"))
        if (secret or {}).get("OwningService") != "rds" or secret.get("DeletedDate"):
            return by_function(data)
        if secretsmanager._find_stage_version(secret, "AWSPENDING")[0]:
            words = "A previous rotation isn't complete. That rotation will be reattempted."
            return secretsmanager.error_response_json("InvalidRequestException", words, 400)
        version = data.get("ClientRequestToken") or secretsmanager.new_uuid()
        _, current = secretsmanager._find_stage_version(secret, "AWSCURRENT")
        made = {"SecretString": value(json.loads(current["SecretString"])["username"]), "SecretBinary": None}
        secret["Versions"][version] = {**made, "CreatedDate": int(secretsmanager.time.time()), "Stages": ["AWSPENDING"]}

        def done():
            secretsmanager._apply_current_promotion(secret, version)
            secret["LastRotatedDate"] = int(secretsmanager.time.time())

        threading.Timer(ROTATION, contextvars.copy_context().run, [done]).start()
        return secretsmanager.json_response({"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": version})

    by_function = secretsmanager._rotate_secret
    secretsmanager._rotate_secret = rotate
    MasterUserSecret._create_secret = create
    MasterUserSecret.kms_key_id = property(lambda _: "alias/aws/secretsmanager")
    MasterUserSecret.delete_secret = lambda self: secretsmanager.delete_secret_in_process(self.secret.arn)
    MasterUserSecret.rotate_secret = lambda self: rotate({"SecretId": self.secret.arn})
