"""The real API server in the stand-in's place: an optional deep test, which asks the same questions of both (kubernetes.test.ts).

The stand-in still ends TLS, verifies tokens of STS and finds the access entry; what it found it asks the real server as, by impersonation,
so that RBAC, resource versions, patches, selectors and controllers are the real ones. etcd, kube-apiserver and kube-controller-manager lie in
the folder that TOURNIQUET_KUBERNETES names (kubernetes/build.ts). No kubelet runs: pods are bound to nodes and said to run by `nodes_at_work`.
Sources: Kubernetes, "User impersonation", "Authorization overview"; kube-apiserver's and kube-controller-manager's flags.
"""

import http.client
import json
import os
import secrets
import socket
import ssl
import subprocess
import threading
import time
import urllib.parse

import kubernetes

STARTS_WITHIN = 60  # seconds; a busy machine takes its time
ends = []  # what ends a cluster, the last one started first


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Database:
    """One etcd for all clusters, each of which has a prefix of its own."""
    url = None

    @classmethod
    def at(cls, binaries, home):
        if cls.url is None:
            cls.url, peers = f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}"
            started([os.path.join(binaries, "etcd"), "--data-dir", os.path.join(home, "etcd"), "--listen-client-urls", cls.url,
                     "--advertise-client-urls", cls.url, "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers,
                     "--initial-cluster", f"default={peers}", "--unsafe-no-fsync"], home, "etcd")
        return cls.url


def started(words, home, name):
    with open(os.path.join(home, f"{name}.log"), "ab") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, cwd=home)
    # The API server first, then what it writes to: it waits for etcd as long as it is left.
    ends.insert(0, process)
    return process


def end():
    for process in ends:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
    ends.clear()


class Cluster(kubernetes.Cluster):
    def __init__(self, account, region, name):
        super().__init__(account, region, name)
        binaries = os.environ["TOURNIQUET_KUBERNETES"]
        self.home = os.path.join(os.environ["HOME"], f"kubernetes-{account}-{region}-{name}")
        os.makedirs(self.home)
        self.port, self.token = free_port(), secrets.token_hex(16)
        authority, chain = kubernetes.certificates()
        for file, content in {"ca.pem": authority, "server.pem": chain, "tokens.csv": f"{self.token},sandbox,sandbox,system:masters\n".encode(),
                              "kubeconfig": self.kubeconfig().encode()}.items():
            with open(os.path.join(self.home, file), "wb") as out:
                out.write(content)
        self.context = ssl.create_default_context(cafile=os.path.join(self.home, "ca.pem"))
        url = Database.at(binaries, os.environ["HOME"])
        started([os.path.join(binaries, "kube-apiserver"), "--etcd-servers", url, "--etcd-prefix", f"/{account}-{region}-{name}",
                 "--bind-address", "127.0.0.1", "--secure-port", str(self.port), "--tls-cert-file", "server.pem",
                 "--tls-private-key-file", "server.pem", "--token-auth-file", "tokens.csv", "--authorization-mode", "RBAC",
                 "--service-cluster-ip-range", "10.96.0.0/16", "--service-account-issuer", "https://sandbox",
                 "--service-account-key-file", "server.pem", "--service-account-signing-key-file", "server.pem",
                 "--disable-admission-plugins", "ServiceAccount"], self.home, "kube-apiserver")
        self.until_ready()
        started([os.path.join(binaries, "kube-controller-manager"), "--kubeconfig", "kubeconfig", "--leader-elect=false",
                 "--controllers", "deployment-controller,replicaset-controller,daemonset-controller", "--secure-port", "0",
                 "--kube-api-qps", "200", "--kube-api-burst", "400"], self.home, "kube-controller-manager")
        self.asked("POST", "/api/v1/namespaces", {"metadata": {"name": "kube-system"}})
        self.asked("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
            "metadata": {"name": "eks:cluster-admin"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                                                                   "name": "cluster-admin"},
            "subjects": [{"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "eks:cluster-admin"}]})
        threading.Thread(target=self.nodes_at_work, daemon=True).start()

    def kubeconfig(self):
        return json.dumps({"apiVersion": "v1", "kind": "Config", "current-context": "it",
                           "clusters": [{"name": "it", "cluster": {"server": f"https://127.0.0.1:{self.port}",
                                                                   "certificate-authority": "ca.pem"}}],
                           "users": [{"name": "it", "user": {"token": self.token}}],
                           "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}]})

    def until_ready(self):
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until:
            try:
                if self.asked("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"kube-apiserver is not ready after {STARTS_WITHIN} s: {self.home}/kube-apiserver.log")

    def asked(self, method, path, body=None, content_type="application/json", who=None):
        """A status and an answer, as `who` or as the cluster's master."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context, timeout=30)
        connection.putrequest(method, path)
        headers = [("authorization", f"Bearer {self.token}"), ("content-type", content_type), ("accept", "application/json")]
        if who and who != kubernetes.MASTER:
            headers += [("impersonate-user", who[0]), *(("impersonate-group", group) for group in who[1])]
        text = json.dumps(body).encode() if body is not None else b""
        for name, value in [*headers, ("content-length", str(len(text)))]:
            connection.putheader(name, value)
        connection.endheaders(text)
        answer = connection.getresponse()
        read = answer.read().decode()
        connection.close()
        return answer.status, json.loads(read) if read.startswith("{") else read

    def act(self, who, asked, content_type, body, path, query):
        if asked["sub"] == "log":
            # Only a kubelet has what a container wrote: whether it may be read the server says, what it is the stand-in.
            review = {"spec": {"user": who[0], "groups": list(who[1]), "resourceAttributes": {
                "namespace": asked["namespace"], "verb": "get", "resource": "pods", "subresource": "log", "name": asked["name"]}}}
            _, answer = self.asked("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", review)
            if not answer["status"]["allowed"]:
                raise kubernetes.Failed(403, "Forbidden", f'pods "{asked["name"]}" is forbidden')
            return 200, self.logs.get((asked["namespace"], asked["name"]), "")[: int(query.get("limitBytes", 1 << 24))]
        method = next(method for method, verb in kubernetes.VERBS.items() if verb == ("get" if asked["verb"] == "list" else asked["verb"]))
        if method == "DELETE" and who == kubernetes.MASTER:
            body = {**body, "gracePeriodSeconds": 0}  # what a test takes away is gone, as in the stand-in
        asked_for = f"{path}?{urllib.parse.urlencode(query)}" if query else path
        return self.asked(method, asked_for, None if method == "GET" else body, content_type if method == "PATCH" else "application/json", who)

    def path(self, kind, namespace):
        group = next(group for group, kinds in kubernetes.GROUPS.items() if kind in kinds)
        where = f"namespaces/{namespace}/" if namespace else ""
        return f"/{f'apis/{group}' if group else 'api'}/v1/{where}{kind}"

    def of(self, kind, namespace=None):
        status, answer = self.asked("GET", self.path(kind, namespace))
        return answer["items"] if status == 200 else []

    def find(self, kind, namespace, name):
        status, answer = self.asked("GET", f"{self.path(kind, namespace)}/{name}")
        return answer if status == 200 else None

    def nodes_at_work(self):
        """What a scheduler and kubelets would do: a pod gets a node that takes pods, runs at once, and is gone as soon as it is deleted."""
        while True:
            time.sleep(0.1)
            try:
                nodes = [one["metadata"]["name"] for one in self.of("nodes") if not one["spec"].get("unschedulable")]
                for pod in self.of("pods"):
                    self.attend(pod, nodes)
            except (OSError, http.client.HTTPException, KeyError):
                continue  # it starts, or ends

    def attend(self, pod, nodes):
        meta = pod["metadata"]
        path = f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}"
        if meta.get("deletionTimestamp"):
            self.asked("DELETE", path, {"gracePeriodSeconds": 0})
        elif not pod["spec"].get("nodeName"):
            if nodes:
                self.asked("POST", f"{path}/binding", {"metadata": {"name": meta["name"]}, "target": {"kind": "Node", "name": nodes[0]}})
        elif pod["status"].get("phase") != "Running":
            ready = [{"type": "Ready", "status": "True"}]
            status = {"phase": "Running", "podIP": f"10.0.0.{next(self.addresses)}", "conditions": ready}
            self.asked("PATCH", f"{path}/status", {"status": status}, "application/merge-patch+json")
