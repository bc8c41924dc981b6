"""Security Hub's findings, in both formats: kept as they are published, read by whoever may see them, changed by those who investigate.

moto keeps what is imported, filters nothing, and knows none of the calls that change a finding. Sources: Security Hub API reference,
GetFindings, GetFindingsV2, BatchUpdateFindings, BatchUpdateFindingsV2; user guide, "BatchUpdateFindings for customers" and "Security Hub
integration with EventBridge".
"""

import datetime
import json
import time

import buses
import service_models

MOST_IN_A_CALL = 100
LONGEST_NOTE = 512
# Calls a second and in a burst, by account and Region (API reference, "Welcome", service quotas); the rest share the first pair.
RATES = {"GetFindings": (3, 6), "BatchUpdateFindings": (10, 30)}
# What only those who investigate write; what a product sends anew leaves it as it is (API reference, BatchImportFindings).
CUSTOMERS = {"asff": ("Note", "UserDefinedFields", "Workflow"), "ocsf": ("comment", "status_id", "status")}
STATUS = {1: "New", 2: "In Progress", 3: "Suppressed", 4: "Resolved"}

buckets = {}  # (account, Region, operation) -> (tokens, when)
stored = {}  # (account, Region, format, id) -> finding
options = None  # of the gateway


def prepare():
    """Before moto builds its application."""
    from moto.securityhub import urls
    from moto.securityhub.responses import SecurityHubResponse as Response

    for path in ("findings/batchupdate", "findingsv2", "findingsv2/batchupdatev2"):
        urls.url_paths[f"{{0}}/{path}$"] = Response.dispatch
    Response.get_findings = get_findings
    Response.get_findings_v2 = get_findings_v2
    Response.batch_update_findings = batch_update_findings
    Response.batch_update_findings_v2 = batch_update_findings_v2


def published(entry, account, region):
    """The entry as Security Hub publishes it: with what people have written on the finding meanwhile. It is kept from now on."""
    if entry.get("Source") != "aws.securityhub":
        return entry
    detail = json.loads(entry["Detail"])
    form = {"Security Hub Findings - Imported": "asff", "Findings Imported V2": "ocsf"}.get(entry.get("DetailType"))
    if form is None or not isinstance(detail.get("findings"), list):
        return entry
    findings = [kept(form, finding, account, region) if isinstance(finding, dict) else finding for finding in detail["findings"]]
    return {**entry, "Detail": json.dumps({**detail, "findings": findings})}


def actions_by_the_model():
    """The engine does not read the paths of these services, and so checks no call. Both formats of findings have the same rights (API reference,
    GetFindingsV2 and BatchUpdateFindingsV2)."""
    from ministack.core import iam_actions

    known = iam_actions.extract_iam_action

    def extract_iam_action(service, method, path, headers, body, params):
        if service not in ("securityhub", "guardduty"):
            return known(service, method, path, headers, body, params)
        try:
            asked = service_models.asked(service, method, path, headers, body, {})
        except ValueError:
            return None
        return asked and f"{service}:{asked.operation.removesuffix('V2')}"

    iam_actions.extract_iam_action = extract_iam_action


def id_of(form, finding):
    return finding.get("Id") if form == "asff" else (finding.get("metadata") or {}).get("uid")


def kept(form, finding, account, region):
    key = (account, region, form, id_of(form, finding))
    before = stored.get(key, {})
    stored[key] = {**finding, **{name: before[name] for name in CUSTOMERS[form] if name in before}}
    return stored[key]


def visible(response, form):
    """An administrator sees its members' in the same Region, everybody else their own."""
    account = response.current_account
    refuse_unless_enabled(response)
    return {key: finding for key, finding in stored.items()
            if key[1] == response.region and key[2] == form and account in (key[0], options.administrator)}


def refuse_unless_enabled(response):
    from moto.securityhub.exceptions import SecurityHubClientError

    if not response.securityhub_backend.enabled:
        raise SecurityHubClientError("InvalidAccessException", f"Account {response.current_account} is not subscribed to AWS Security Hub")


def not_played(what):
    from moto.securityhub.exceptions import SecurityHubClientError

    raise SecurityHubClientError("InvalidInputException", f"The sandbox does not play {what}.")


def refuse_if_too_many(response, operation):
    from moto.securityhub.exceptions import SecurityHubClientError

    rate, burst = RATES[operation]
    key, at = (response.current_account, response.region, operation), time.monotonic()
    tokens, before = buckets.get(key, (burst, at))
    tokens = min(burst, tokens + (at - before) * rate)
    buckets[key] = (max(tokens - 1, 0), at)
    if tokens < 1:
        raise SecurityHubClientError("TooManyRequestsException", "Too Many Requests")


def refuse_long(text, name):
    from moto.securityhub.exceptions import SecurityHubClientError

    if len(text or "") > LONGEST_NOTE:
        raise SecurityHubClientError("InvalidInputException", f"{name} is longer than {LONGEST_NOTE} characters.")


def get_findings(response):
    refuse_if_too_many(response, "GetFindings")
    asked = json.loads(response.body or "{}")
    filters = asked.get("Filters") or {}
    if set(filters) - {"Id"} or any(one.get("Comparison") != "EQUALS" for one in filters.get("Id", [])):
        not_played("filters besides equal ids")
    wanted = {one["Value"] for one in filters.get("Id", [])}
    return json.dumps({"Findings": [found for key, found in visible(response, "asff").items() if not wanted or key[3] in wanted]})


def get_findings_v2(response):
    refuse_if_too_many(response, "GetFindings")
    asked = json.loads(response.body or "{}")
    composite = (asked.get("Filters") or {}).get("CompositeFilters", [])
    strings = [one for each in composite for one in each.get("StringFilters", [])]
    if any(set(each) - {"StringFilters", "Operator"} for each in composite) or any(
            one["FieldName"] != "metadata.uid" or one["Filter"]["Comparison"] != "EQUALS" for one in strings):
        not_played("filters besides equal values of metadata.uid")
    wanted = {one["Filter"]["Value"] for one in strings}
    return json.dumps({"Findings": [found for key, found in visible(response, "ocsf").items() if not wanted or key[3] in wanted]})


def batch_update_findings(response):
    refuse_if_too_many(response, "BatchUpdateFindings")
    asked = json.loads(response.body)
    refuse_long((asked.get("Note") or {}).get("Text"), "Note.Text")
    changes = {name: asked[name] for name in CUSTOMERS["asff"] if name in asked}
    others = set(asked) - {"FindingIdentifiers", *changes}
    if others:
        not_played(", ".join(sorted(others)))
    if "Note" in changes:
        changes["Note"] = {**changes["Note"], "UpdatedAt": now()}
    identifiers = asked["FindingIdentifiers"]
    return json.dumps(change(response, "asff", [
        (one, one["Id"], lambda found, one=one: found["ProductArn"] == one["ProductArn"]) for one in identifiers], changes,
        lambda one: {"FindingIdentifier": one}, lambda one: one, "FindingNotFound"))


def batch_update_findings_v2(response):
    refuse_if_too_many(response, "BatchUpdateFindings")
    asked = json.loads(response.body)
    refuse_long(asked.get("Comment"), "Comment")
    if "FindingIdentifiers" in asked or "SeverityId" in asked:
        not_played("FindingIdentifiers and SeverityId")
    changes = {"comment": asked["Comment"]} if "Comment" in asked else {}
    if "StatusId" in asked:
        changes |= {"status_id": asked["StatusId"], "status": STATUS.get(asked["StatusId"], "Other")}
    return json.dumps(change(response, "ocsf", [(uid, uid, lambda _found: True) for uid in asked["MetadataUids"]], changes,
                             lambda uid: {"MetadataUid": uid}, lambda uid: {"MetadataUid": uid}, "ResourceNotFoundException"))


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def change(response, form, wanted, changes, unprocessed_as, processed_as, missing):
    """Each finding for itself; an update raises an event of the finding as it is then (user guide, "BatchUpdateFindings for customers")."""
    from moto.securityhub.exceptions import SecurityHubClientError

    if len(wanted) > MOST_IN_A_CALL:
        raise SecurityHubClientError("InvalidInputException", f"A call updates up to {MOST_IN_A_CALL} findings.")
    seen, processed, unprocessed = visible(response, form), [], []
    for identifier, called, fits in wanted:
        key = next((key for key, found in seen.items() if key[3] == called and fits(found)), None)
        if key is None:
            unprocessed.append({**unprocessed_as(identifier), "ErrorCode": missing, "ErrorMessage": "Finding Not Found"})
            continue
        stored[key] = {**stored[key], **changes}
        processed.append(processed_as(identifier))
        told(form, key)
    return {"ProcessedFindings": processed, "UnprocessedFindings": unprocessed}


def told(form, key):
    account, region, _, _ = key
    kind = {"asff": "Security Hub Findings - Imported", "ocsf": "Findings Imported V2"}[form]
    entry = {"Source": "aws.securityhub", "DetailType": kind, "Detail": json.dumps({"findings": [stored[key]]})}
    buses.publish(entry, account, region, options.administrator, options.region)
