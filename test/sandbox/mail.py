"""SES: the switch by which an account sends mail in a Region, or none. The engine answers that it sends, and takes every mail.

Sources: SES API v2 reference, PutAccountSendingAttributes, GetAccount and SendEmail; SES API reference (classic), UpdateAccountSendingEnabled,
GetAccountSendingEnabled, AccountSendingPausedException.
"""

import json
from urllib.parse import parse_qs

paused = set()  # (account, Region)


def install():
    from ministack.core.responses import get_account_id, get_region
    from ministack.services import ses, ses_v2

    newer, classic = ses_v2.handle_request, ses.handle_request

    def here():
        return get_account_id(), get_region()

    def switch(on):
        (paused.discard if on else paused.add)(here())

    async def handle_newer(method, path, headers, body, query):
        what = (method, path.rstrip("/").removeprefix("/v2/email"))
        if what == ("PUT", "/account/sending"):
            # Left out it is false, as a boolean of this API is.
            switch(bool(json.loads(body or b"{}").get("SendingEnabled")))
            return 200, {"Content-Type": "application/json"}, b"{}"
        if what in (("POST", "/outbound-emails"), ("POST", "/outbound-bulk-emails")) and here() in paused:
            return ses_v2._json_err("SendingPausedException", "Email sending is disabled for your AWS account.")
        status, given, answer = await newer(method, path, headers, body, query)
        if what == ("GET", "/account"):
            answer = json.dumps({**json.loads(answer), "SendingEnabled": here() not in paused}).encode()
        return status, given, answer

    ses_v2.handle_request = handle_newer

    async def handle_classic(method, path, headers, body, query):
        form = {**query, **parse_qs((body or b"").decode("utf-8", "replace"))}
        action = "".join(form.get("Action", ""))
        if action in ("UpdateAccountSendingEnabled", "GetAccountSendingEnabled"):
            if action.startswith("Update"):
                switch("".join(form.get("Enabled", "")) == "true")
            return 200, {"Content-Type": "text/xml"}, answered(action, here() not in paused)
        if action.startswith("Send") and here() in paused:
            return 400, {"Content-Type": "text/xml"}, PAUSED
        return await classic(method, path, headers, body, query)

    ses.handle_request = handle_classic


SPACE = 'xmlns="http://ses.amazonaws.com/doc/2010-12-01/"'
PAUSED = (f'<ErrorResponse {SPACE}><Error><Type>Sender</Type><Code>AccountSendingPausedException</Code>'
          "<Message>Email sending is disabled for your AWS account.</Message></Error></ErrorResponse>").encode()


def answered(action, sending):
    result = f"<Enabled>{str(sending).lower()}</Enabled>" if action.startswith("Get") else ""
    return f"<{action}Response {SPACE}><{action}Result>{result}</{action}Result></{action}Response>".encode()
