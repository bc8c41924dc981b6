"""The ASGI application: the control plane under /_sandbox, and around the engine what records calls and makes faults."""

import asyncio
import json
import logging
import threading
import time
import uuid
from urllib.parse import parse_qs

import buses
import calls
import commands
import engine
import faults
import functions
import identity_center
import inventory
import kubernetes
import log_files
import organization
import resources
import root_user
import service_interfaces
import shared_subnets
import snapshot_blocks
import states
import strict
import trail


def application(options):
    from ministack import app

    organization.install(options)
    engine.install(options)
    functions.install()
    resources.install(app)
    organization.serve(app)
    root_user.serve(app)
    identity_center.serve(app, options)
    trail.install()
    snapshot_blocks.install(app)
    kubernetes.install()
    strict.install(app)
    threading.Thread(target=resources.warm, daemon=True).start()
    plane = ControlPlane(options, app)

    async def sandbox(scope, receive, send):
        if scope["type"] != "http":
            return await app.app(scope, receive, send)
        # Every caller is on loopback; AWS is reached by TLS, and bucket policies that demand it hold.
        scope = {**scope, "scheme": "https"}
        body = await read(receive)
        if scope["path"].startswith("/_sandbox/"):
            return await plane.answer(scope, body, send)
        return await perform(app, scope, body, send)

    return sandbox


async def read(receive):
    parts = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def perform(app, scope, body, send):
    started = time.time()
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    call = calls.describe(scope, headers, body)
    if call is None:
        return await app.app(scope, replay(body), send)
    engine.current_call.set(call)
    rule = faults.matching(call) if faults.rules else None
    request_id = str(uuid.uuid4())
    answer = strict.not_let_in(app, call, headers, scope, body, request_id)
    if answer is None and rule:
        answer = await faults.before(rule, call, headers, request_id)
    if answer is None:
        answer = await collected(app, scope, body)
        answer = (rule and faults.after(rule, call)) or answer
    if answer is faults.CUT:
        calls.record(call, started, 599, b'{"code": "ConnectionClosed"}', request_id)
        return close(send)
    status, answer_headers, answer_body = answer
    request_id = {name.lower(): value for name, value in dict(answer_headers).items()}.get("x-amzn-requestid", request_id)
    calls.record(call, started, status, answer_body, request_id)
    await respond(send, status, answer_headers, answer_body)


def replay(body):
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive():
        message = next(messages, None)
        if message is None:
            await asyncio.Event().wait()  # the client stays
        return message

    return receive


async def collected(app, scope, body):
    """The engine's whole answer, so that a call is recorded before its caller knows the outcome."""
    answer = {"status": 500, "headers": [], "body": []}

    async def keep(message):
        if message["type"] == "http.response.start":
            answer["status"], answer["headers"] = message["status"], message.get("headers", [])
        elif message["type"] == "http.response.body":
            answer["body"].append(message.get("body", b""))

    await app.app(scope, replay(body), keep)
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer["headers"]]
    return answer["status"], headers, b"".join(answer["body"])


async def respond(send, status, headers, body):
    pairs = headers.items() if isinstance(headers, dict) else headers
    encoded = [(name.lower().encode(), str(value).encode("latin-1", "replace")) for name, value in pairs]
    if not any(name == b"content-length" for name, _ in encoded):
        encoded.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})


def close(send):
    """Close the connection without an answer, as a network fault would. What uvicorn holds of the connection is behind `send`."""
    send.__self__.transport.close()


class Problem(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class ControlPlane:
    """The contract of README.md. Every body is checked: a key it does not know is an answer 400 that names it."""

    def __init__(self, options, app):
        self.options = options
        self.app = app
        self.routes = {
            ("GET", "health"): self.health, ("GET", "calls"): self.calls,
            ("POST", "enforce"): self.enforce, ("POST", "faults"): self.faults,
            ("POST", "aws-event"): self.aws_event, ("POST", "instance-session"): self.instance_session,
            ("POST", "role-session"): self.role_session, ("POST", "portal-session"): self.portal_session,
            ("POST", "root-user"): self.root_user, ("POST", "agent"): self.agent, ("POST", "disk"): self.disk, ("POST", "share-subnet"): self.share_subnet, ("POST", "accelerate"): self.accelerate,
            ("POST", "time-out"): self.time_out, ("POST", "fire"): self.fire, ("GET", "inventory"): self.inventory,
            ("POST", "cold"): self.cold, ("POST", "runs"): self.runs, ("POST", "deliver-logs"): self.deliver_logs,
            ("POST", "kubernetes"): self.kubernetes(kubernetes.as_master, "method", "path", "body", "enforces"),
            ("POST", "kubernetes-log"): self.kubernetes(kubernetes.written, "namespace", "pod", "text"),
            ("POST", "kubernetes-session"): self.kubernetes(kubernetes.pod_session, "namespace", "pod"),
            ("POST", "kubernetes-reach"): self.kubernetes(kubernetes.reach, "from", "to"),
        }

    async def answer(self, scope, body, send):
        name = scope["path"].removeprefix("/_sandbox/").strip("/")
        query = {key: values[0] for key, values in parse_qs(scope["query_string"].decode()).items()}
        try:
            route = self.routes.get((scope["method"], name))
            if route is None:
                known = ", ".join(f"{method} /_sandbox/{path}" for method, path in self.routes)
                raise Problem(404, f"no {scope['method']} /_sandbox/{name}; known are {known}")
            status, result = 200, await route(parsed(body) if scope["method"] == "POST" else query)
        except Problem as problem:
            status, result = problem.status, {"error": str(problem)}
        except faults.Invalid as invalid:
            status, result = 400, {"error": str(invalid)}
        except Exception as broken:  # the sandbox's own mistake: told to the caller, traced in the log
            logging.exception("/_sandbox/%s", name)
            status, result = 500, {"error": f"{type(broken).__name__}: {broken}"}
        await respond(send, status, {"content-type": "application/json"}, json.dumps(result).encode())

    async def health(self, _query):
        return {"ok": True, "endpoint": self.options.endpoint, "region": self.options.region[0],
                "regions": self.options.region, "accounts": self.options.account, "enforcing": self.app.AUTH}

    async def calls(self, query):
        only(query, "since")
        try:
            return calls.since(query.get("since"))
        except ValueError:
            raise Problem(400, "'since' must be an ISO 8601 time or milliseconds since 1970") from None

    async def deliver_logs(self, body):
        """What CloudTrail does every few minutes."""
        only(body)
        return {"files": log_files.deliver()}

    async def enforce(self, body):
        only(body, "on")
        if not isinstance(body.get("on"), bool):
            raise Problem(400, "'on' must be true or false")
        self.app.AUTH = body["on"]
        return {"on": self.app.AUTH}

    async def faults(self, body):
        return faults.change(body)

    async def aws_event(self, body):
        """As an AWS service publishes, in every account and Region where it would."""
        only(body, "account", "region", "entry")
        account, region = required(body, "account", str), body.get("region", self.options.region[0])
        self.played(account, region)
        entry = dict(required(body, "entry", dict))
        if not isinstance(entry.get("Detail"), str):
            entry["Detail"] = json.dumps(entry.get("Detail", {}))
        try:
            published = buses.publish(entry, account, region, self.options.administrator, self.options.region)
        except (buses.NotPlayed, ValueError) as error:
            raise Problem(400, str(error)) from None
        return {"eventId": published[0]["eventId"], "published": published}

    def played(self, account, region):
        for given, known, what in ((account, self.options.account, "account"), (region, self.options.region, "Region")):
            if given not in known:
                raise Problem(400, f"the sandbox plays no {what} {given!r}; it plays {', '.join(known)}")

    async def instance_session(self, body):
        """What the metadata service of an instance hands out, and a thief takes away."""
        only(body, "account", "region", "instanceId")
        try:
            return engine.instance_session(required(body, "account", str), body.get("region", self.options.region[0]),
                                           required(body, "instanceId", str))
        except LookupError as error:
            raise Problem(404, str(error.args[0])) from None

    async def agent(self, body):
        """The agent of Systems Manager on an instance, with the programs and files that its commands find."""
        only(body, "account", "region", "instanceId", "ping", "platform", "programs", "files")
        more = {name: body[name] for name in ("ping", "platform", "programs", "files") if name in body}
        try:
            return commands.put_agent(required(body, "account", str), body.get("region", self.options.region[0]),
                                      required(body, "instanceId", str), **more)
        except LookupError as error:
            raise Problem(404, str(error.args[0])) from None

    async def disk(self, body):
        """What was written to a volume, a text for each block of 512 KiB; null: nothing was. Of a snapshot also its status."""
        only(body, "account", "region", "id", "blocks", "status")
        account, region = required(body, "account", str), body.get("region", self.options.region[0])
        identifier = required(body, "id", str)
        if "status" in body:
            snapshot_blocks.pend(account, region, identifier, body["status"])
        return snapshot_blocks.write(identifier, body.get("blocks", {}))

    async def share_subnet(self, body):
        """What a resource share of AWS RAM comes to: another account sees the subnet, and may put its own into it."""
        only(body, "account", "with", "region", "subnet")
        asked = [required(body, key, str) for key in ("account", "with")]
        return self.in_ec2(shared_subnets.share, *asked, body.get("region", self.options.region[0]), required(body, "subnet", str))

    async def accelerate(self, body):
        """What Global Accelerator does where an instance becomes an endpoint of it."""
        only(body, "account", "region", "instanceId")
        return self.in_ec2(service_interfaces.accelerate, required(body, "account", str),
                           body.get("region", self.options.region[0]), required(body, "instanceId", str))

    @staticmethod
    def in_ec2(doing, *given):
        from moto.ec2.exceptions import EC2ClientError

        try:
            return doing(*given)
        except EC2ClientError as error:
            raise Problem(404, error.message) from None

    async def role_session(self, body):
        """What a service hands to whatever runs with a role: to a function, a session named after the function."""
        from ministack.services import iam

        only(body, "account", "role", "session")
        account, role = required(body, "account", str), required(body, "role", str)
        if iam._roles.get_scoped(account, None, role) is None:
            raise Problem(404, f"no role {role!r} in {account}")
        return engine.role_session(account, role, body.get("session", role), expires_in=3600)

    async def portal_session(self, body):
        """What the access portal hands to a person with a permission set in an account."""
        only(body, "account", "userName", "permissionSet")
        asked = [required(body, key, str) for key in ("account", "userName", "permissionSet")]
        try:
            return await asyncio.to_thread(identity_center.portal_session, *asked)
        except LookupError as error:
            raise Problem(404, str(error.args[0])) from None

    async def root_user(self, body):
        """What the owner of an account does in the console as its root user; answers what is set then."""
        only(body, "account", "password", "mfa")
        wanted = [required(body, key, bool) if key in body else None for key in ("password", "mfa")]
        return root_user.signs_in(required(body, "account", str), *wanted)

    async def time_out(self, body):
        only(body, "state", "execution")
        return {"ended": states.time_out(required(body, "state", str), body.get("execution"))}

    async def fire(self, body):
        only(body, "schedule", "account", "region")
        account, region = body.get("account", self.options.account[0]), body.get("region", self.options.region[0])
        try:
            engine.fire(required(body, "schedule", str), account, region)
        except LookupError as error:
            raise Problem(404, str(error.args[0])) from None
        return {"fired": body["schedule"]}

    async def cold(self, body):
        """Ends every idle function process, so that each next call is a cold start."""
        only(body)
        engine.kill_functions()
        return {"cold": True}

    def kubernetes(self, carry_out, *keys):
        async def route(body):
            only(body, "account", "region", "cluster", *keys)
            try:
                return carry_out({**body, "region": body.get("region", self.options.region[0])})
            except LookupError as error:
                raise Problem(404, str(error.args[0])) from None

        return route

    async def runs(self, body):
        only(body, "about")
        return states.runs_about(required(body, "about", list))

    async def inventory(self, query):
        only(query, "account")
        return inventory.of(query.get("account"), self.options.account)


def parsed(body):
    try:
        value = json.loads(body or b"{}")
    except ValueError as error:
        raise Problem(400, f"the body is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise Problem(400, "the body must be a JSON object")
    return value


def only(given, *known):
    for key in given:
        if key not in known:
            raise Problem(400, f"unknown key {key!r}; known are {', '.join(known)}")


def required(body, key, kind):
    if not isinstance(body.get(key), kind):
        raise Problem(400, f"{key!r} is missing or no {kind.__name__}")
    return body[key]
