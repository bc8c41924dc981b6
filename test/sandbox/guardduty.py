"""GuardDuty's findings: kept as they are published, read and archived by whoever administers them.

moto keeps none. Sources: GuardDuty API reference, GetFindings and ArchiveFindings ("Only the administrator account can archive findings"); user
guide, "Processing GuardDuty findings with Amazon EventBridge".
"""

import json

MOST_IN_A_CALL = 50

stored = {}  # (account, Region, id) -> finding, in the form of the event
archived = set()  # the same keys
options = None  # of the gateway


def prepare():
    """Before moto builds its application."""
    from moto.guardduty import urls
    from moto.guardduty.responses import GuardDutyResponse as Response

    for what in ("get", "archive"):
        urls.url_paths[f"{{0}}/detector/(?P<detector_id>[^/]+)/findings/{what}$"] = Response.dispatch
    Response.get_findings = get_findings
    Response.archive_findings = archive_findings


def keep(entry, account, region):
    if entry.get("Source") == "aws.guardduty" and entry.get("DetailType") == "GuardDuty Finding":
        detail = json.loads(entry["Detail"])
        if isinstance(detail, dict) and isinstance(detail.get("id"), str):
            # It lies with the account that it is about, whoever publishes it.
            stored[detail.get("accountId") or account, region, detail["id"]] = detail


def refused(message):
    from moto.core.exceptions import JsonRESTError

    class BadRequestException(JsonRESTError):
        code = 400

        def __init__(self):
            super().__init__("BadRequestException", message)

    return BadRequestException()


def asked_for(response):
    """The findings asked for that this account's detector shows: an administrator's shows its members' too."""
    response.guardduty_backend.get_detector(response._get_param("detectorId") or response.path.split("/")[2])
    ids = json.loads(response.body)["findingIds"]
    if len(ids) > MOST_IN_A_CALL:
        raise refused(f"The request is rejected because the number of finding ids is over {MOST_IN_A_CALL}.")
    return [key for key in stored if key[2] in ids and key[1] == response.region
            and response.current_account in (key[0], options.administrator)]


def small(value):
    """The API's JSON has its names as the event has them."""
    return {**value, "service": {**value.get("service", {}), "archived": value["archived"]}}


def get_findings(response):
    return json.dumps({"findings": [small({**stored[key], "archived": key in archived}) for key in asked_for(response)]})


def archive_findings(response):
    if response.current_account != options.administrator:
        raise refused("The request is rejected because the current account is not the administrator account.")
    archived.update(asked_for(response))
    return "{}"
