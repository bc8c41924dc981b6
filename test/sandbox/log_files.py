"""Files of trails in S3, as CloudTrail writes them (CloudTrail user guide, "Finding your CloudTrail log files", "CloudTrail log file examples").
AWS delivers about every five minutes; here it is done when asked for, so that no test waits and none is surprised."""

import collections
import gzip
import json
import secrets
import threading
import time

# (owner, home Region, name) of each trail that logs, with what it takes.
_trails = {}
# What was recorded and not delivered yet, by trail, account and Region; the oldest go where nobody asks for it.
_pending = collections.defaultdict(lambda: collections.deque(maxlen=10_000))
_lock = threading.Lock()


def look_at_trails():
    from ministack.services import cloudtrail

    found = {}
    for (owner, home, name), trail in cloudtrail._trails.all_items():
        if trail["IsLogging"]:
            selectors = cloudtrail._event_selectors.get_scoped(owner, home, name, cloudtrail._DEFAULT_EVENT_SELECTORS)
            found[owner, home, name] = {
                "bucket": trail["S3BucketName"], "prefix": trail["S3KeyPrefix"], "everywhere": trail["IsMultiRegionTrail"],
                "whole": trail["IsOrganizationTrail"], "manages": takes(selectors, "Management"), "objects": takes(selectors, "Data"),
            }
    _trails.clear()
    _trails.update(found)


def takes(selectors, category):
    """Whether calls that manage, or those on objects of S3, are among what a trail selects (EventSelector, AdvancedFieldSelector)."""
    for one in selectors:
        fields = {field["Field"]: field.get("Equals", []) for field in one.get("FieldSelectors", [])}
        if fields:
            wanted = category in fields.get("eventCategory", [])
            if wanted and (category == "Management" or "AWS::S3::Object" in fields.get("resources.type", [])):
                return True
        elif category == "Management" and one.get("IncludeManagementEvents", True):
            return True
        elif category == "Data" and any(part.get("Type") == "AWS::S3::Object" for part in one.get("DataResources") or []):
            return True
    return False


def hears(trail, what, account, region):
    owner, home, _ = trail
    settings = _trails[trail]
    return settings[what] and (owner == account or settings["whole"]) and (home == region or settings["everywhere"])


def logged(what, account, region):
    """Whether any trail has calls of this account and Region: `manages` or `objects`."""
    return any(hears(trail, what, account, region) for trail in list(_trails))


def keep(entry, what, account, region):
    with _lock:
        for trail in list(_trails):
            if hears(trail, what, account, region):
                _pending[trail, account, region].append(entry)


def deliver():
    """Writes a file for each trail, account and Region that has something; answers their addresses."""
    with _lock:
        batches = [(place, list(entries)) for place, entries in _pending.items() if entries]
        _pending.clear()
    return [written(*place, entries) for place, entries in batches]


def written(trail, account, region, entries):
    from ministack.core.responses import request_scope
    from ministack.services import cloudtrail, s3

    owner, home, name = trail
    settings = cloudtrail._trails.get_scoped(owner, home, name)
    if settings is None:
        return None
    now = time.gmtime()
    prefix = f"{settings['S3KeyPrefix']}/" if settings["S3KeyPrefix"] else ""
    organization = "o-tourniquet1/" if settings["IsOrganizationTrail"] else ""
    folder = f"{prefix}AWSLogs/{organization}{account}/CloudTrail/{region}/{time.strftime('%Y/%m/%d', now)}"
    key = f"{folder}/{account}_CloudTrail_{region}_{time.strftime('%Y%m%dT%H%MZ', now)}_{secrets.token_hex(8)}.json.gz"
    body = gzip.compress(json.dumps({"Records": entries}, separators=(",", ":")).encode())
    with request_scope(s3._bucket_owner_account(settings["S3BucketName"]) or owner, home):
        status = s3._put_object(settings["S3BucketName"], key, body, {"content-type": "application/json", "content-encoding": "gzip"})[0]
    return f"s3://{settings['S3BucketName']}/{key}" if status == 200 else None
