"""The EBS direct APIs, as far as they read snapshots. moto knows only snapshots that were written through them.

Every volume has the same few blocks written, each with its own text; all else of it never was. Sources: EBS direct APIs reference, page of the
action; EBS user guide, "Concepts for EBS direct APIs" (512 KiB, tokens that change with the next listing), "FAQ for EBS direct APIs" (only completed
snapshots; a page may be short or empty; tokens of a page live for 60 minutes).
"""

import base64
import hashlib
import json
import re
import time
import uuid

import encryption
import resources
import service_models

BLOCK = 512 * 1024
MOST_ON_A_PAGE = 2  # AWS gives more, but promises none
PAGE_LIVES = 60 * 60

changed = {}  # id of a snapshot or of a volume -> {block: its text, or None where it was never written}
page_tokens = {}  # token -> (snapshot, first block, until)
block_tokens = {}  # snapshot -> {token: block}, of the latest listing


def install(app):
    from ministack.core import iam_actions

    known = iam_actions.extract_iam_action

    def extract_iam_action(service, method, path, headers, body, params):
        if service != "ebs":
            return known(service, method, path, headers, body, params)
        asked = service_models.asked(service, method, path, headers, body, params)
        return asked and f"ebs:{asked.operation}"

    async def answer(method, path, headers, body, query):
        from ministack.core.responses import get_account_id, get_region

        asked = service_models.asked("ebs", method, path, headers, body, query)
        given = ANSWERS.get(asked.operation) if asked else None
        if given is None:
            return refused("ValidationException", "The sandbox plays only ListSnapshotBlocks and GetSnapshotBlock.", None, 501)
        with resources._lock:
            found = snapshot_of(get_account_id(), get_region(), asked.parameters["SnapshotId"])
        if found is None:
            return refused("ResourceNotFoundException", "The snapshot does not exist.", "SNAPSHOT_NOT_FOUND", 404)
        if found.status != "completed":
            return refused("ValidationException", f"The snapshot is {found.status}.", "INVALID_SNAPSHOT_ID")
        return given(found, asked.parameters)

    iam_actions.extract_iam_action = extract_iam_action
    app.SERVICE_HANDLERS["ebs"] = answer


def snapshot_of(account, region, identifier):
    return resources.ec2_backend(account, region).snapshots.get(identifier)


def checks(name, path, _data, _params, region, account):
    """On the snapshot, with its tags; and, where a key of a customer encrypts it, on that (EBS user guide, "Control access to EBS direct APIs")."""
    identifier = re.match(r"/snapshots/([^/]+)", path).group(1)
    tags = {f"aws:ResourceTag/{key}": text for key, text in resources.tags_of(account, region, identifier).items()}
    own = [(f"ebs:{name}", f"arn:aws:ec2:{region}::snapshot/{identifier}", tags)]
    found = snapshot_of(account, region, identifier)
    key = encryption.key_arn(found.kms_key_id or getattr(found.volume, "kms_key_id", None), region, account) if found else None
    return own + ([("kms:Decrypt", key, {"kms:ViaService": f"ec2.{region}.amazonaws.com"})] if key else [])


def written(snapshot):
    """Block -> text."""
    last = snapshot.volume_size * 2048 - 1
    blocks = {index: f"{snapshot.volume_id} block {index}\n" for index in sorted({0, 1, 2, 5, 4096, last})}
    blocks.update({**changed.get(snapshot.volume_id, {}), **changed.get(snapshot.id, {})})
    return {index: blocks[index] for index in sorted(blocks) if blocks[index] is not None}


def content(text):
    return (text.encode() * (BLOCK // len(text.encode()) + 1))[:BLOCK]


def listed(snapshot, given):
    first, token = given.get("StartingBlockIndex", 0), given.get("NextToken")
    if token:  # then StartingBlockIndex is ignored
        named, first, until = page_tokens.get(token, (None, 0, 0))
        if named != snapshot.id or until < time.time():
            return refused("ValidationException", "The page token is not valid.", "INVALID_PAGE_TOKEN")
    later = [index for index in written(snapshot) if index >= first]
    # The first page of several is followed by an empty one.
    here = [] if token and first and token.startswith("empty") else later[:MOST_ON_A_PAGE]
    block_tokens[snapshot.id] = tokens = {f"block{uuid.uuid4().hex}": index for index in here}
    more = later[len(here):]
    answer = {"Blocks": [{"BlockIndex": index, "BlockToken": name} for name, index in tokens.items()],
              "VolumeSize": snapshot.volume_size, "BlockSize": BLOCK, "ExpiryTime": time.time() + 7 * 86_400}
    if more:
        following = f"{'empty' if not token else 'page'}{uuid.uuid4().hex}"
        page_tokens[following] = (snapshot.id, more[0], time.time() + PAGE_LIVES)
        answer["NextToken"] = following
    return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()


def block(snapshot, given):
    if block_tokens.get(snapshot.id, {}).get(given["BlockToken"]) != given["BlockIndex"]:
        return refused("ValidationException", "The block token is not valid.", "INVALID_BLOCK_TOKEN")
    text = written(snapshot).get(given["BlockIndex"])
    if text is None:
        return refused("ResourceNotFoundException", "The block does not exist.", "SNAPSHOT_NOT_FOUND", 404)
    body = content(text)
    checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return 200, {"Content-Type": "application/octet-stream", "x-amz-Data-Length": str(len(body)), "x-amz-Checksum": checksum,
                 "x-amz-Checksum-Algorithm": "SHA256"}, body


def refused(code, message, reason, status=400):
    answer = {"Message": message, **({"Reason": reason} if reason else {})}
    return status, {"Content-Type": "application/json", "x-amzn-errortype": code}, json.dumps({**answer, "__type": code}).encode()


def write(identifier, blocks):
    """Somebody writes to a volume before its copy is made; or, which nobody can on AWS, to a copy."""
    changed.setdefault(identifier, {}).update({int(index): text for index, text in blocks.items()})
    return {"blocks": len(blocks)}


def pend(account, region, identifier, status):
    with resources._lock:
        snapshot_of(account, region, identifier).status = status
    return {"status": status}


ANSWERS = {"ListSnapshotBlocks": listed, "GetSnapshotBlock": block}
