"""Who reaches whom in a cluster, by its NetworkPolicies (Kubernetes, "Network Policies"; API reference, NetworkPolicySpec).

Nothing is sent: the answer is what a CNI that enforces policies would let through. Policies only add: a pod that one selects for a
direction is closed in that direction but for what any of those policies allows. Pods on the host's network are bound by none.
"""

import ipaddress
import re


def requirement(text):
    """One requirement of a label selector, as in a URL: `a=b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`."""
    listed = re.fullmatch(r"\s*(\S+)\s+(in|notin)\s+\(([^)]*)\)\s*", text)
    if listed:
        values = [value.strip() for value in listed[3].split(",")]
        return {"key": listed[1], "operator": "In" if listed[2] == "in" else "NotIn", "values": values}
    compared = re.fullmatch(r"\s*([^=!\s]+)\s*(==?|!=)\s*(\S*)\s*", text)
    if compared:
        return {"key": compared[1], "operator": "NotIn" if compared[2] == "!=" else "In", "values": [compared[3]]}
    bare = text.strip()
    return {"key": bare.lstrip("!"), "operator": "DoesNotExist" if bare.startswith("!") else "Exists"}


def matches(selector, labels):
    """An empty selector matches everything; NotIn matches what has no such label."""
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    for one in selector.get("matchExpressions") or []:
        operator, key = one["operator"], one["key"]
        if operator == "In" and labels.get(key) not in one["values"]:
            return False
        if operator == "NotIn" and labels.get(key) in one["values"]:
            return False
        if operator == "Exists" and key not in labels or operator == "DoesNotExist" and key in labels:
            return False
    return True


def labels_of(one):
    return (one or {}).get("metadata", {}).get("labels", {})


def reaches(cluster, source, target):
    """`source` is {namespace, pod}; `target` {namespace, service | pod, port} or {ip, port}. A service is reached by any of its pods."""
    pod = cluster.find("pods", source["namespace"], source["pod"])
    if pod is None:
        return False
    if "ip" in target:
        return lets_through(cluster, pod, "Egress", {"ip": target["ip"]}, target["port"])
    for other in pods_behind(cluster, target):
        ends = {"pod": other, "ip": other["status"]["podIP"]}, {"pod": pod, "ip": pod["status"]["podIP"]}
        if lets_through(cluster, pod, "Egress", ends[0], target["port"]) and lets_through(cluster, other, "Ingress", ends[1], target["port"]):
            return True
    return False


def pods_behind(cluster, target):
    namespace = target["namespace"]
    if "pod" in target:
        named = cluster.find("pods", namespace, target["pod"])
        return [named] if named else []
    service = cluster.find("services", namespace, target["service"])
    if service is None:
        return []
    return [pod for pod in cluster.of("pods", namespace) if pod["status"]["phase"] == "Running"
            and matches({"matchLabels": service["spec"]["selector"]}, labels_of(pod))]


def types_of(spec):
    """"If no policyTypes are specified ... then by default Ingress will always be set and Egress will be set if the NetworkPolicy has
    any egress rules.\""""
    return spec.get("policyTypes") or ["Ingress", *(["Egress"] if spec.get("egress") else [])]


def lets_through(cluster, pod, direction, peer, port):
    if not cluster.enforces or pod["spec"].get("hostNetwork"):
        return True
    own = [policy["spec"] for policy in cluster.of("networkpolicies", pod["metadata"]["namespace"])
           if direction in types_of(policy["spec"]) and matches(policy["spec"].get("podSelector") or {}, labels_of(pod))]
    rules = [rule for spec in own for rule in spec.get(direction.lower()) or []]
    side = "to" if direction == "Egress" else "from"
    return not own or any(on_port(rule, port) and
                          (not rule.get(side) or any(is_peer(cluster, pod, each, peer) for each in rule[side])) for rule in rules)


def on_port(rule, port):
    """By number, over TCP: ports by name and other protocols are not played."""
    return not rule.get("ports") or any(each.get("protocol", "TCP") == "TCP" and
                                        ("port" not in each or each["port"] <= port <= each.get("endPort", each["port"]))
                                        for each in rule["ports"])


def is_peer(cluster, pod, wanted, peer):
    if "ipBlock" in wanted:
        address = ipaddress.ip_address(peer["ip"])
        inside = address in ipaddress.ip_network(wanted["ipBlock"]["cidr"])
        return inside and not any(address in ipaddress.ip_network(each) for each in wanted["ipBlock"].get("except", []))
    other = peer.get("pod")
    # A pod on the host's network has the address of its node, and is no peer by its labels.
    if other is None or other["spec"].get("hostNetwork"):
        return False
    namespace = other["metadata"]["namespace"]
    if "namespaceSelector" in wanted:
        if not matches(wanted["namespaceSelector"], labels_of(cluster.find("namespaces", "", namespace))):
            return False
    elif namespace != pod["metadata"]["namespace"]:
        return False
    return matches(wanted.get("podSelector") or {}, labels_of(other))
