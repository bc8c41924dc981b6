"""The API server of an EKS cluster: TLS with a certificate of the cluster's own authority, tokens of STS, access entries, RBAC, objects
with resource versions, the controllers that matter to a quarantine, and who reaches whom (network_policy.py).

The engine keeps clusters and access entries, and verifies tokens. Sources: Kubernetes API concepts ("Resource versions", "Efficient
detection of changes", "Patches"), API conventions ("Status", "Optimistic concurrency"); ReplicaSet ("Isolating Pods from a ReplicaSet",
"Non-Template Pod acquisitions"); EKS user guide, "Grant IAM users access to Kubernetes with EKS access entries". What is not played is 501.
"""

import asyncio
import base64
import bisect
import contextlib
import copy
import datetime
import ipaddress
import itertools
import json
import os
import re
import tempfile
import time
import urllib.parse
import uuid

import calls
import faults
import network_policy
from patching import replaced

GROUPS = {"": {"pods", "nodes", "services", "events", "serviceaccounts", "configmaps", "secrets", "namespaces"},
          "apps": {"deployments", "replicasets", "daemonsets", "statefulsets"}, "batch": {"jobs"},
          "networking.k8s.io": {"networkpolicies"}, "rbac.authorization.k8s.io": {"clusterroles", "clusterrolebindings"}}
WITHOUT_NAMESPACE = {"nodes", "namespaces", "clusterroles", "clusterrolebindings"}
PATH = re.compile(r"/(?:api|apis/(?P<group>[a-z0-9.]+))/v1(?:/namespaces/(?P<namespace>[^/]+)(?=/))?/(?P<kind>[a-z]+)"
                  r"(?:/(?P<name>[^/]+))?(?:/(?P<sub>[a-z]+))?")
VERBS = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
ADMINISTRATOR = "cluster-access-policy/AmazonEKSClusterAdminPolicy"
MASTER = ("sandbox", ["system:masters"])

clusters = {}  # (account, Region, name) -> Cluster
loop = None


class Failed(Exception):
    def __init__(self, code, reason, message):
        super().__init__(message)
        self.code, self.reason = code, reason


class Cluster:
    def __init__(self, account, region, name):
        self.account, self.region, self.name = account, region, name
        self.objects = {}  # (kind, namespace, name) -> object
        self.logs = {}  # (namespace, pod) -> text
        self.enforces = True  # whether its CNI acts upon NetworkPolicies
        self.made = {}  # (namespace, ReplicaSet) -> how many pods it has made
        self.versions = itertools.count(1000)
        self.addresses = itertools.count(10)

    def of(self, kind, namespace=None):
        """In the order of their names, as etcd keeps them."""
        return [one for (each, where, _), one in sorted(self.objects.items(), key=lambda item: item[0]) if each == kind and namespace in (None, where)]

    def find(self, kind, namespace, name):
        return self.objects.get((kind, namespace, name))

    def act(self, who, asked, content_type, body, path, query):
        return act(self, who, asked, content_type, body, query)

    def touch(self, one):
        one["metadata"]["resourceVersion"] = str(next(self.versions))


def install():
    """In the turn of the loop that serves: the engine's clusters get an API server, and lose it with their end."""
    global loop
    from ministack.core import lambda_runtime
    from ministack.core.responses import get_account_id, get_region
    from ministack.services import eks

    loop = asyncio.get_running_loop()
    # The engine sends whatever a function sends to this machine by TLS to its own port in plain text. Whoever brings an authority means it.
    lambda_runtime._NODEJS_WORKER_SCRIPT = replaced(
        lambda_runtime._NODEJS_WORKER_SCRIPT, '    if (host === "127.0.0.1" || host === "localhost"',
        '    if (options.ca) return origHttpsReq.apply(https, original);\n    if (host === "127.0.0.1" || host === "localhost"', "the worker")
    create, delete, build = eks._create_cluster, eks._delete_cluster, eks._build_access_entry
    eks._get_docker = lambda: None

    def create_cluster(body, creator_arn=None):
        answer = create(body, creator_arn)
        if answer[0] == 200:
            cluster = clusters[get_account_id(), get_region(), body["name"]] = played(get_account_id(), get_region(), body["name"])
            port, authority = asyncio.run_coroutine_threadsafe(serve(cluster), loop).result()
            known = eks._clusters[body["name"]]
            known["identity"] = {"oidc": {"issuer": f"https://oidc.eks.{get_region()}.amazonaws.com/id/{uuid.uuid4().hex.upper()}"}}
            known["endpoint"] = f"https://127.0.0.1:{port}"
            known["certificateAuthority"] = {"data": base64.b64encode(authority).decode()}
        return answer

    def delete_cluster(name):
        clusters.pop((get_account_id(), get_region(), name), None)
        return delete(name)

    def build_access_entry(name, principal, body):
        """EKS names whom no name was given (EKS API reference, CreateAccessEntry, username)."""
        _, _, _, _, account, path = principal.split(":", 5)
        session = f"arn:aws:sts::{account}:assumed-role/{path.rpartition('/')[2]}/{{{{SessionName}}}}"
        return build(name, principal, {"username": session if path.startswith("role/") else principal, **body})

    eks._create_cluster, eks._delete_cluster, eks._build_access_entry = create_cluster, delete_cluster, build_access_entry
    eks._access_entry_arn = lambda name, principal: entry_arn(get_region(), get_account_id(), name, principal) + uuid.uuid4().hex


def played(account, region, name):
    """The stand-in, or the real server where somebody has built it."""
    if not os.environ.get("TOURNIQUET_KUBERNETES"):
        return Cluster(account, region, name)
    import kubernetes_real
    return kubernetes_real.Cluster(account, region, name)


def entry_arn(region, account, cluster, principal):
    """Without the id at its end (Service Authorization Reference, Amazon EKS, access-entry)."""
    owner, path = principal.split(":", 5)[4:] if principal.count(":") >= 5 else (account, "role/*")
    return f"arn:aws:eks:{region}:{account}:access-entry/{cluster}/{path.partition('/')[0]}/{owner}/{path.rpartition('/')[2]}/"


def checks(name, path, data, region, account):
    """What is done to one entry is checked on the entry, whose ARN has an id (Service Authorization Reference, Amazon EKS); tags
    that one is made with need TagResource on it. Of the rest, the engine's own."""
    from ministack.services import eks

    association = re.fullmatch(r"/clusters/([^/]+)/pod-identity-associations/([^/]+)", path)
    if association:
        return [(f"eks:{name}", f"arn:aws:eks:{region}:{account}:podidentityassociation/{association[1]}/{association[2]}", {})]
    associating = re.fullmatch(r"/clusters/([^/]+)/pod-identity-associations", path)
    if associating and name == "CreatePodIdentityAssociation":
        tagged = [("eks:TagResource", f"arn:aws:eks:{region}:{account}:podidentityassociation/{associating[1]}/*", {})] if data.get("tags") else []
        # Whoever associates a role hands it over (EMR on EKS guide, "Using EKS Pod Identity", has the service's name).
        passed = ("iam:PassRole", data.get("roleArn", ""), {"iam:PassedToService": "pods.eks.amazonaws.com"})
        return [("eks:CreatePodIdentityAssociation", f"arn:aws:eks:{region}:{account}:cluster/{associating[1]}", {}), passed, *tagged]
    found = re.fullmatch(r"/clusters/([^/]+)/access-entries(?:/(.+?)(?:/access-policies.*)?)?", path)
    if not found or name == "ListAccessEntries":
        return None
    cluster = found[1]
    if name == "CreateAccessEntry":
        made = entry_arn(region, account, cluster, data.get("principalArn", ""))
        tagged = [("eks:TagResource", f"{made}*", {})] if data.get("tags") else []
        return [("eks:CreateAccessEntry", f"arn:aws:eks:{region}:{account}:cluster/{cluster}", {}), *tagged]
    principal = urllib.parse.unquote(found[2])
    entry = eks._access_entries.get_scoped(account, region, eks._ae_key(cluster, principal))
    return [(f"eks:{name}", (entry or {}).get("accessEntryArn") or f"{entry_arn(region, account, cluster, principal)}*", {})]


def certificates():
    """An authority, and a certificate of it for 127.0.0.1: (authority, certificate and key) as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    def name(text):
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

    def made(subject, public, issuer_key, *extensions):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = x509.CertificateBuilder(name("kubernetes"), name(subject), public, x509.random_serial_number(),
                                          now - datetime.timedelta(hours=1), now + datetime.timedelta(days=2))
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = made("kubernetes", authority.public_key(), authority, (x509.BasicConstraints(True, None), True))
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    leaf = made("kube-apiserver", key.public_key(), authority, (address, False))
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return root, leaf + secret


async def serve(cluster):
    """Its port, and its authority's certificate."""
    import uvicorn
    import control

    authority, chain = certificates()
    with tempfile.NamedTemporaryFile(suffix=".pem", delete=False) as file:
        file.write(chain)

    async def application(scope, receive, send):
        if scope["type"] == "http":
            await perform(cluster, scope, await control.read(receive), send)

    class Server(uvicorn.Server):
        def capture_signals(self):
            return contextlib.nullcontext()

    server = Server(uvicorn.Config(application, host="127.0.0.1", port=0, ws="none", lifespan="off", log_config=None, access_log=False,
                                   timeout_keep_alive=75, ssl_certfile=file.name, ssl_keyfile=file.name))
    cluster.serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.005)
    os.unlink(file.name)
    return server.servers[0].sockets[0].getsockname()[1], authority


async def perform(cluster, scope, body, send):
    """As control.perform does with calls to AWS: recorded, and made to fail where a rule says so. CloudTrail hears nothing of it."""
    import control

    started = time.time()
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = {key: values[0] for key, values in urllib.parse.parse_qs(scope["query_string"].decode()).items()}
    who, arn, access_key = authenticated(cluster, headers.get("authorization", ""))
    asked, request_id = parsed(scope["method"], scope["path"], query), str(uuid.uuid4())
    resource = "".join(part.capitalize() for part in (asked or {}).get("resource", "nothing").split("/"))
    verb = (asked or {}).get("verb", "get")
    call = calls.Call("kubernetes", f"kubernetes:{verb.capitalize()}{resource}", cluster.account, cluster.region, arn, access_key,
                      {"method": scope["method"], "path": scope["path"]}, raw=f"{scope['method']} {scope['path']}",
                      user_agent=headers.get("user-agent", ""))
    rule = faults.matching(call) if faults.rules else None
    status, answer = 599, {"code": "ConnectionClosed"}
    if rule and rule["effect"] == "error":
        status, answer = rule.get("status", 500), status_of(rule.get("status", 500), rule.get("code", "InternalError"), "Fault injected")
    elif not rule or await faults.before(rule, call, headers, request_id) is None:
        status, answer = carried_out(cluster, who, asked, headers, body, scope["path"], query)
        if rule and faults.after(rule, call):
            status = 599
    if asked and status != 599:
        audited(cluster, scope, who or (arn, []), asked, {"at": calls.iso(started), "status": status, "id": request_id})
    text = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
    reason = None if status < 400 else answer.get("reason") or answer.get("code")
    bisect.insort(calls.recorded, {
        "time": calls.iso(started), "durationMs": round((time.time() - started) * 1000, 3), "principal": arn, "accessKeyId": access_key,
        "account": cluster.account, "region": cluster.region, "action": call.action, "resources": [], "checks": [], "refused": None,
        "request": call.request, "allowed": status not in (401, 403), "error": reason, "requestId": request_id,
        "userAgent": call.user_agent, "issued": None}, key=calls.began)
    if status == 599:
        return control.close(send)
    kind = "text/plain" if isinstance(answer, str) else "application/json"
    await control.respond(send, status, {"content-type": kind, "audit-id": request_id}, text)


def audited(cluster, scope, who, asked, happened):
    """Where the cluster sends its audit log, one line a request (EKS user guide, "Send control plane logs to CloudWatch Logs"; Kubernetes,
    "Auditing", level Metadata)."""
    from ministack.services import cloudwatch_logs as logs
    from ministack.services import eks

    known = eks._clusters.get_scoped(cluster.account, cluster.region, cluster.name) or {}
    switched = [one for one in (known.get("logging") or {}).get("clusterLogging", []) if one.get("enabled") and "audit" in one.get("types", [])]
    if not switched:
        return
    group, now = f"/aws/eks/{cluster.name}/cluster", int(time.time() * 1000)
    if logs._log_groups.get_scoped(cluster.account, cluster.region, group) is None:
        logs._log_groups.set_scoped(cluster.account, cluster.region, group, {
            "arn": f"arn:aws:logs:{cluster.region}:{cluster.account}:log-group:{group}:*", "creationTime": now, "retentionInDays": None,
            "tags": {}, "subscriptionFilters": {}, "streams": {}})
    streams = logs._log_groups.get_scoped(cluster.account, cluster.region, group)["streams"]
    stream = streams.setdefault(f"kube-apiserver-audit-{cluster.name}", {
        "events": [], "uploadSequenceToken": "1", "creationTime": now, "firstEventTimestamp": now, "lastEventTimestamp": now,
        "lastIngestionTime": now})
    named = {key: asked[key] for key in ("resource", "namespace", "name") if asked[key]}
    stream["events"].append({"timestamp": now, "ingestionTime": now, "eventId": happened["id"], "message": json.dumps({
        "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata", "auditID": happened["id"], "stage": "ResponseComplete",
        "requestURI": scope["path"], "verb": asked["verb"], "user": {"username": who[0], "groups": list(who[1])}, "objectRef": named,
        "responseStatus": {"code": happened["status"]}, "requestReceivedTimestamp": happened["at"]})})


def carried_out(cluster, who, asked, headers, body, path, query):
    """A status and an answer: an object, a list, a Status, or the text of a log."""
    try:
        if asked is None:
            raise Failed(501, "NotImplemented", "The sandbox does not play this path.")
        if who is None:
            raise Failed(401, "Unauthorized", "Unauthorized")
        return cluster.act(who, asked, headers.get("content-type", ""), json.loads(body or b"{}"), path, query)
    except Failed as failed:
        return failed.code, status_of(failed.code, failed.reason, str(failed))


def status_of(code, reason, message):
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message, "reason": reason, "code": code}


def parsed(method, path, query):
    found = PATH.fullmatch(path)
    group = (found and found["group"]) or ""
    if not found or found["kind"] not in GROUPS.get(group, ()) or method not in VERBS or query.get("watch") or query.get("dryRun"):
        return None
    verb = "list" if method == "GET" and not found["name"] else VERBS[method]
    resource = found["kind"] + (f"/{found['sub']}" if found["sub"] else "")
    return {"verb": verb, "group": group, "resource": resource, "kind": found["kind"], "sub": found["sub"],
            "namespace": found["namespace"], "name": found["name"] and urllib.parse.unquote(found["name"])}


# --- who may do what ------------------------------------------------------------------------------------------------

def authenticated(cluster, authorization):
    """((user, groups) or None, ARN, access key). The signature over STS's GetCallerIdentity is the engine's to verify; no access
    entry, no access, and nobody is system:masters by a token."""
    from ministack.services import eks

    token = authorization.removeprefix("Bearer ")
    credential = eks._verify_eks_token(token, cluster.name) if token.startswith("k8s-aws-v1.") else None
    if credential is None:
        return None, "anonymous", ""
    arn, key = credential.principal_arn, credential.access_key_id
    entry = eks._access_entry_for_principal(cluster.name, cluster.account, cluster.region, arn)
    if entry is None:
        return None, arn, key
    policies = [policy for principal, policy, _ in eks._access_policy_associations(cluster.name, cluster.account, cluster.region)
                if principal == entry["principalArn"]]
    administrates = ["eks:cluster-admin"] if any(policy.endswith(ADMINISTRATOR) for policy in policies) else []
    return (entry.get("username") or arn, [*entry["kubernetesGroups"], "system:authenticated", *administrates]), arn, key


def allowed(cluster, who, verb, group, resource, name):
    user, groups = who
    if {"system:masters", "eks:cluster-admin"} & set(groups):
        return True
    bound = [binding["roleRef"]["name"] for binding in cluster.of("clusterrolebindings") for subject in binding.get("subjects", [])
             if (subject["kind"], subject["name"]) in {("User", user), *(("Group", one) for one in groups)}]
    rules = [rule for role in cluster.of("clusterroles") if role["metadata"]["name"] in bound for rule in role["rules"]]
    # "You cannot restrict create requests by resource name", nor lists (Using RBAC Authorization, "Referring to resources").
    return any({verb, "*"} & set(rule["verbs"]) and {group, "*"} & set(rule["apiGroups"]) and {resource, "*"} & set(rule["resources"])
               and (not rule.get("resourceNames") or name in rule["resourceNames"]) for rule in rules)


# --- objects --------------------------------------------------------------------------------------------------------

def act(cluster, who, asked, content_type, body, query):
    verb, kind, namespace, name = asked["verb"], asked["kind"], asked["namespace"] or "", asked["name"]
    if not allowed(cluster, who, verb, asked["group"], asked["resource"], name):
        where = f' in the namespace "{namespace}"' if namespace else " at the cluster scope"
        raise Failed(403, "Forbidden", f'{kind} "{name or ""}" is forbidden: User "{who[0]}" cannot {verb} resource "{asked["resource"]}" '
                                       f'in API group "{asked["group"]}"{where}')
    if verb == "list":
        return 200, listed(cluster, kind, asked["namespace"], query)
    if verb == "create":
        return 201, created(cluster, kind, namespace, body)
    one = cluster.objects.get((kind, namespace, name))
    if one is None:
        raise Failed(404, "NotFound", f'{kind} "{name}" not found')
    if asked["sub"] == "scale" and verb == "patch":
        replicas = body["spec"]["replicas"]
        return 200, patched(cluster, one, kind, content_type, {"spec": {"replicas": replicas}, "metadata": body.get("metadata", {})})
    if asked["sub"] == "log" and verb == "get":
        return 200, cluster.logs.get((namespace, name), "")[: int(query.get("limitBytes", 1 << 24))]
    if asked["sub"]:
        raise Failed(501, "NotImplemented", f"The sandbox does not play {asked['resource']}.")
    if verb == "get":
        return 200, one
    if verb == "delete":
        preconditions(one, kind, body.get("preconditions") or {})
        del cluster.objects[kind, namespace, name]
        controllers(cluster)
        return 200, {"kind": "Status", "status": "Success", "details": {"name": name, "uid": one["metadata"]["uid"]}}
    if verb != "patch":
        raise Failed(501, "NotImplemented", f"The sandbox does not play {verb}.")
    return 200, patched(cluster, one, kind, content_type, body)


def preconditions(one, kind, wanted):
    name = one["metadata"]["name"]
    if wanted.get("uid") not in (None, one["metadata"]["uid"]):
        raise Failed(409, "Conflict", f'Operation cannot be fulfilled on {kind} "{name}": Precondition failed: UID in precondition: '
                                      f'{wanted["uid"]}, UID in object meta: {one["metadata"]["uid"]}')
    if wanted.get("resourceVersion") not in (None, one["metadata"]["resourceVersion"]):
        raise Failed(409, "Conflict", f'Operation cannot be fulfilled on {kind} "{name}": the object has been modified; please apply '
                                      "your changes to the latest version and try again")


def listed(cluster, kind, namespace, query):
    wanted = [network_policy.requirement(text) for text in split_selector(query.get("labelSelector", ""))]
    fields = [text.split("=", 1) for text in filter(None, query.get("fieldSelector", "").split(","))]

    def field(one, path):
        for key in path.split("."):
            one = (one or {}).get(key)
        return one

    return {"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": str(next(cluster.versions))}, "items": [
        one for one in cluster.of(kind, namespace)
        if network_policy.matches({"matchExpressions": wanted}, one["metadata"].get("labels", {}))
        and all(field(one, path.rstrip("=")) == value.lstrip("=") for path, value in fields)]}


def split_selector(text):
    return [part for part in re.split(r",(?![^(]*\))", text) if part]


def created(cluster, kind, namespace, body):
    one = copy.deepcopy(body)
    meta = one.setdefault("metadata", {})
    key = kind, namespace, meta.get("name")
    if not meta.get("name") or (kind not in WITHOUT_NAMESPACE) != bool(namespace):
        raise Failed(422, "Invalid", f"{kind}: metadata.name and the namespace of the path are needed")
    if key in cluster.objects:
        raise Failed(409, "AlreadyExists", f'{kind} "{meta["name"]}" already exists')
    meta.update({"uid": str(uuid.uuid4()), "creationTimestamp": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                 **({"namespace": namespace} if namespace else {})})
    cluster.objects[key] = one
    if kind == "pods":
        one["status"] = {"phase": "Running" if one["spec"].get("nodeName") else "Pending", "podIP": f"10.0.0.{next(cluster.addresses)}",
                         **one.get("status", {})}
    cluster.touch(one)
    controllers(cluster)
    return one


def patched(cluster, one, kind, content_type, patch):
    content_type = content_type.partition(";")[0]
    if content_type not in ("application/merge-patch+json", "application/strategic-merge-patch+json"):
        raise Failed(501, "NotImplemented", f"The sandbox does not play patches of {content_type}.")
    if content_type.startswith("application/strategic") and has_list(patch):
        raise Failed(501, "NotImplemented", "The sandbox does not merge lists by their keys.")
    meta = patch.get("metadata", {})
    # What an object is called by for good cannot be changed: by that, controllers notice another one of its name.
    if meta.get("uid") not in (None, one["metadata"]["uid"]):
        raise Failed(422, "Invalid", f'{kind} "{one["metadata"]["name"]}" is invalid: metadata.uid: Invalid value: field is immutable')
    preconditions(one, kind, meta)
    changed = merged(one, {**patch, "metadata": {key: value for key, value in meta.items() if key not in ("uid", "resourceVersion")}})
    if changed != one:  # what changes nothing gets no new version
        one.clear()
        one.update(changed)
        cluster.touch(one)
        controllers(cluster)
    return one


def has_list(value):
    return isinstance(value, list) or isinstance(value, dict) and any(map(has_list, value.values()))


def merged(value, patch):
    """RFC 7386."""
    if not isinstance(patch, dict):
        return patch
    result = dict(value) if isinstance(value, dict) else {}
    for key, change in patch.items():
        if change is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), change)
    # An empty map is not written (omitempty).
    return {key: inner for key, inner in result.items() if inner != {} or key not in ("labels", "annotations")}


# --- controllers ----------------------------------------------------------------------------------------------------

def owner_of(one):
    return next((reference for reference in one["metadata"].get("ownerReferences", []) if reference.get("controller")), None)


def owned_by(kind, owner):
    return {"apiVersion": "apps/v1", "kind": kind, "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"], "controller": True}


def controllers(cluster):
    """A Deployment keeps one ReplicaSet; that lets go of pods its selector no longer matches, takes orphans that it does, makes what is
    missing on nodes that take pods, and deletes what is too much, the newest first."""
    for deployment in cluster.of("deployments"):
        meta, spec = deployment["metadata"], deployment["spec"]
        key = "replicasets", meta["namespace"], f"{meta['name']}-7f6b9c"
        if key not in cluster.objects:
            extra = {"pod-template-hash": "7f6b9c"}
            template = merged(spec["template"], {"metadata": {"labels": extra}})
            selector = merged(spec["selector"], {"matchLabels": extra})
            cluster.objects[key] = {"metadata": {"name": key[2], "namespace": key[1], "uid": str(uuid.uuid4()),
                                                 "ownerReferences": [owned_by("Deployment", deployment)]},
                                    "spec": {"replicas": spec["replicas"], "selector": selector, "template": template}}
            cluster.touch(cluster.objects[key])
        replicaset = cluster.objects[key]
        if replicaset["spec"]["replicas"] != spec["replicas"]:
            replicaset["spec"]["replicas"] = spec["replicas"]
            cluster.touch(replicaset)
        deployment["status"] = {"replicas": len(pods_of(cluster, replicaset))}
    for replicaset in cluster.of("replicasets"):
        reconciled(cluster, replicaset)
    for deployment in cluster.of("deployments"):
        found = [one for one in cluster.of("replicasets", deployment["metadata"]["namespace"])
                 if (owner_of(one) or {}).get("uid") == deployment["metadata"]["uid"]]
        ready = sum(pod["status"]["phase"] == "Running" for one in found for pod in pods_of(cluster, one))
        deployment["status"] = {"replicas": sum(len(pods_of(cluster, one)) for one in found), "readyReplicas": ready}


def pods_of(cluster, replicaset):
    return [pod for pod in cluster.of("pods", replicaset["metadata"]["namespace"])
            if (owner_of(pod) or {}).get("uid") == replicaset["metadata"]["uid"]]


def reconciled(cluster, replicaset):
    spec, namespace = replicaset["spec"], replicaset["metadata"]["namespace"]
    for pod in cluster.of("pods", namespace):
        fits = network_policy.matches(spec["selector"], pod["metadata"].get("labels", {}))
        owner = owner_of(pod)
        if owner and owner["uid"] == replicaset["metadata"]["uid"] and not fits:
            del pod["metadata"]["ownerReferences"]
            cluster.touch(pod)
        elif fits and owner is None:
            pod["metadata"]["ownerReferences"] = [owned_by("ReplicaSet", replicaset)]
            cluster.touch(pod)
    own = pods_of(cluster, replicaset)
    for pod in own[spec["replicas"]:]:
        del cluster.objects["pods", namespace, pod["metadata"]["name"]]
    nodes = [one["metadata"]["name"] for one in cluster.of("nodes") if not one.get("spec", {}).get("unschedulable")]
    for _ in range(spec["replicas"] - len(own)):
        number = cluster.made[namespace, replicaset["metadata"]["name"]] = cluster.made.get((namespace, replicaset["metadata"]["name"]), 0) + 1
        name = f"{replicaset['metadata']['name']}-{number:05x}"
        made = copy.deepcopy(spec["template"])
        made["metadata"].update({"name": name, "ownerReferences": [owned_by("ReplicaSet", replicaset)]})
        if nodes:
            made["spec"].setdefault("nodeName", nodes[0])
        created(cluster, "pods", namespace, made)


# --- the control plane of the sandbox -------------------------------------------------------------------------------

def found(body):
    account, region, name = body["account"], body["region"], body["cluster"]
    if (account, region, name) not in clusters:
        raise LookupError(f"no cluster {name!r} in {account}, {region}")
    return clusters[account, region, name]


def as_master(body):
    """A call past RBAC, and past the record of calls: what a test makes and looks at."""
    cluster = found(body)
    path, _, text = body["path"].partition("?")
    query = {key: values[0] for key, values in urllib.parse.parse_qs(text).items()}
    asked = parsed(body["method"], path, query)
    if "enforces" in body:
        cluster.enforces = body["enforces"]
    headers = {"content-type": "application/merge-patch+json"}
    status, answer = carried_out(cluster, MASTER, asked, headers, json.dumps(body.get("body") or {}).encode(), path, query)
    return {"status": status, "body": answer}


def written(body):
    """What a container writes."""
    found(body).logs[body["namespace"], body["pod"]] = body["text"]
    return {"written": True}


def pod_session(body):
    """What a pod gets: of EKS Pod Identity a session that is tagged with the pod (EKS user guide, "Grant Pods access to AWS resources
    based on tags"), of a token of its service account one that knows its provider (IAM user guide, aws:FederatedProvider)."""
    from ministack.services import eks, sts

    import engine

    cluster = found(body)
    pod = cluster.find("pods", body["namespace"], body["pod"])
    account = pod["spec"].get("serviceAccountName", "default")
    association = next((one for key, one in eks._pod_identity_associations.all_items() if one["clusterName"] == cluster.name
                        and (one["namespace"], one["serviceAccount"]) == (body["namespace"], account)), None)
    if association:
        name = f"eks-{cluster.name}-{body['pod']}-{uuid.uuid4()}"[:64]
        session = engine.role_session(cluster.account, association["roleArn"].rpartition("/")[2], name, 6 * 3600)
        tags = {"kubernetes-namespace": body["namespace"], "kubernetes-service-account": account, "kubernetes-pod-name": body["pod"],
                "kubernetes-pod-uid": pod["metadata"]["uid"], "eks-cluster-name": cluster.name}
        sts._sessions[session["accessKeyId"]]["SessionTags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
        return session
    annotations = cluster.find("serviceaccounts", body["namespace"], account)["metadata"].get("annotations", {})
    known = eks._clusters.get_scoped(cluster.account, cluster.region, cluster.name)
    provider = known["identity"]["oidc"]["issuer"].removeprefix("https://")
    role = annotations.get("eks.amazonaws.com/role-arn")
    # Pods get no credentials for a service account without a role; what they got before stays valid until it expires (EKS user guide,
    # "Understand how EKS Pod Identity works").
    if not role:
        return {"none": f"{body['namespace']}/{account} has no role"}
    session = engine.role_session(cluster.account, role.rpartition("/")[2], f"botocore-session-{uuid.uuid4().hex[:10]}", 3600)
    sts._sessions[session["accessKeyId"]]["ConditionKeys"] = {
        "aws:federatedprovider": f"arn:aws:iam::{cluster.account}:oidc-provider/{provider}"}
    return session


def reach(body):
    return {"reaches": network_policy.reaches(found(body), body["from"], body["to"])}
