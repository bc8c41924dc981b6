"""States of KMS keys in which a call is refused (KMS developer guide, "Key states of AWS KMS keys", the table "Key state table"); the engine takes
these calls in any."""

from patching import rewrite

LEAVING = ("PendingDeletion", "PendingReplicaDeletion")


def install():
    from ministack.services import kms

    def refused(record, wanted):
        leaving = record["KeyState"] in LEAVING
        if leaving == wanted:
            return None
        state = "is pending deletion" if leaving else "is not pending deletion"
        return kms.error_response_json("KMSInvalidStateException", f"{record['Arn']} {state}.", 400)

    kms.refused_in_this_state = refused
    for function, changed, wanted in (
        ("_enable_key", '    rec["Enabled"] = True\n', False),
        ("_disable_key", '    rec["Enabled"] = False\n', False),
        ("_cancel_key_deletion", '    rec["KeyState"] = "Disabled"\n', True),
    ):
        rewrite(kms, function, (changed, f"    refusal = refused_in_this_state(rec, {wanted})\n    if refusal:\n        return refusal\n{changed}"))
