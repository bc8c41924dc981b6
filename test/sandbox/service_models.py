"""A request in the words of its service's own model: which operation it is, its parameters, and whether they hold to the model.

botocore carries the models AWS makes its clients from: what is required, enumerations, patterns, lengths and ranges. Clients check
little of it and the emulators next to nothing; AWS refuses. What a shape asks is compiled once an operation, and whatever asks
nothing is left out, so that a call costs a walk over what it says.
"""

import base64
import functools
import json
import re
import threading
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree

import regex

# The service as the gateway calls it -> botocore's models, where they are named otherwise.
MODELS = {
    "states": ["stepfunctions"], "monitoring": ["cloudwatch"], "elasticloadbalancing": ["elbv2", "elb"], "sso": ["sso-admin"],
    "apigateway": ["apigatewayv2"], "ses": ["sesv2"], "tagging": ["resourcegroupstaggingapi"], "wafv2": ["wafv2"],
}


NOT_CHECKED = object()


@dataclass(frozen=True)
class Problem:
    """One member that breaks its constraint, as the services name it: `targets.1.member.id`."""
    path: str
    value: object
    constraint: str
    missing: bool = False

    def words(self):
        if self.missing:
            return f"Value null at '{self.path}' failed to satisfy constraint: Member must not be null"
        shown = "" if self.value is NOT_CHECKED else f" '{self.value}'"
        return f"Value{shown} at '{self.path}' failed to satisfy constraint: {self.constraint}"


@dataclass
class Asked:
    """An operation of a service, its parameters by the names of the model, and its shape. Of a partial one nothing is missed."""
    service: str
    operation: str
    parameters: dict
    model: object
    partial: bool = False

    def problems(self):
        found = []
        check = compiled(self.model.service_model.service_name, self.operation)
        if check:
            check(self.parameters, (), found)
        return [problem for problem in found if not (problem.missing and self.partial)]


_loading = threading.RLock()


@functools.lru_cache(maxsize=None)
def model(name):
    import botocore.loaders
    from botocore.model import ServiceModel

    with _loading:
        loader = botocore.loaders.Loader()
        if name not in available(loader):
            return None
        return ServiceModel(loader.load_service_model(name, "service-2"), name)


_available = []


def available(loader):
    if not _available:
        _available.append(frozenset(loader.list_available_services("service-2")))
    return _available[0]


def asked(service, method, path, headers, body, query):
    """What a request asks, or None where no model or no reader is at hand: hosts that say what paths do not.

    ValueError: the body is not what the protocol says."""
    models = [found for found in map(model, MODELS.get(service, [service])) if found]
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        return by_cbor(service, models, path, body)
    target = headers.get("x-amz-target")
    if target:
        return by_target(service, models, target.rpartition(".")[2], body)
    form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    if form or "Action" in query:
        pairs = parse_qsl(body.decode(), keep_blank_values=True) if form else [(key, each) for key, all_ in query.items() for each in all_]
        return by_form(service, models, pairs)
    return by_path(service, models, method, path, headers, body, query)


def operation_of(found, name):
    return found.operation_model(name) if name in found.operation_names else None


def by_target(service, models, name, body):
    for found in models:
        operation = operation_of(found, name)
        if operation:
            given = json.loads(body or b"{}")
            if not isinstance(given, dict):
                raise ValueError("the body is no JSON object")
            return Asked(service, name, given, operation)
    return None


def by_cbor(service, models, path, body):
    """`POST /service/X/operation/Y` (Smithy RPC v2 CBOR protocol, "Requests"); members have the names of the model."""
    for found in models:
        operation = operation_of(found, path.rpartition("/operation/")[2])
        if operation:
            return Asked(service, operation.name, from_cbor(body), operation)
    return None


def from_cbor(body):
    """Read by what botocore reads answers with."""
    from botocore.parsers import ResponseParserError, RpcV2CBORParser

    if not body:
        return {}
    parser = RpcV2CBORParser()
    try:
        given = parser.parse_data_item(parser.get_peekable_stream_from_bytes(body))
    except (ResponseParserError, EOFError, IndexError, TypeError) as error:
        raise ValueError(str(error)) from error
    if not isinstance(given, dict):
        raise ValueError("the body is no CBOR map")
    return given


# --- form-encoded: query and ec2 ------------------------------------------------------------------------------------

def by_form(service, models, pairs):
    said = dict(pairs)
    for found in models:
        if found.metadata["protocol"] not in ("query", "ec2") and "query" not in found.metadata.get("protocols", ()):
            continue
        if said.get("Version", found.api_version) != found.api_version:
            continue
        operation = operation_of(found, said.get("Action"))
        if operation:
            shape = operation.input_shape
            given = from_tree(shape, tree(pairs), found.metadata["protocol"] == "ec2") if shape else {}
            return Asked(service, operation.name, given, operation)
    return None


def tree(pairs):
    """`A.1.B=x` as {A: {1: {B: x}}}."""
    root = {}
    for name, value in pairs:
        *parents, last = name.split(".")
        node = root
        for parent in parents:
            inner = node.get(parent)
            if not isinstance(inner, dict):
                inner = node[parent] = {}
            node = inner
        node.setdefault(last, value)
    return root


def in_order(node):
    return [node[key] for key in sorted((key for key in node if key.isdigit()), key=int)]


def from_tree(shape, node, ec2):
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(node, dict):
            return {}
        return {name: from_tree(inner, node[wire], ec2) for name, inner in shape.members.items()
                for wire in [form_name(inner, name, ec2)] if wire in node}
    if kind == "list":
        if not isinstance(node, dict):
            return []
        if not ec2 and not shape.serialization.get("flattened"):
            node = node.get(shape.member.serialization.get("name", "member"), {})
        return [from_tree(shape.member, each, ec2) for each in in_order(node)]
    if kind == "map":
        entries = node if shape.serialization.get("flattened") else node.get("entry", {}) if isinstance(node, dict) else {}
        key, value = shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")
        return {each[key]: from_tree(shape.value, each.get(value, ""), ec2) for each in in_order(entries) if key in each}
    return scalar(kind, node)


def form_name(shape, name, ec2):
    if not ec2:
        if shape.type_name == "list" and shape.serialization.get("flattened"):
            return shape.member.serialization.get("name") or shape.serialization.get("name", name)
        return shape.serialization.get("name", name)
    wire = shape.serialization.get("queryName") or shape.serialization.get("name", name)
    return wire if "queryName" in shape.serialization else wire[0].upper() + wire[1:]


def scalar(kind, text):
    try:
        if kind in ("integer", "long"):
            return int(text)
        if kind in ("float", "double"):
            return float(text)
    except (TypeError, ValueError):
        return text
    return {"true": True, "false": False}.get(text, text) if kind == "boolean" else text


# --- by path: rest-json and rest-xml --------------------------------------------------------------------------------

@functools.lru_cache(maxsize=None)
def routes(name):
    """(method, expression of the path, literals of the query, query and headers that are required, operation), the most telling first."""
    found = []
    service = model(name)
    for operation in map(service.operation_model, service.operation_names):
        if operation.deprecated:
            continue  # S3 has two for one address: PutBucketLifecycle knows rules with a prefix alone
        path, _, literals = operation.http["requestUri"].partition("?")
        literals = {key: value for key, value in parse_qsl(literals, keep_blank_values=True) if key != "x-id"}
        expression = re.sub(r"\\\{(\w+)(\\\+)?\\\}", lambda part: f"(?P<{part.group(1)}>{'.+' if part.group(2) else '[^/]+'})", re.escape(path))
        members = operation.input_shape.members.items() if operation.input_shape else ()
        needed = [shape for member, shape in members if member in operation.input_shape.required_members]
        at = {place: {shape.serialization["name"].lower() if place == "header" else shape.serialization["name"] for shape in needed
                      if shape.serialization.get("location") == place and "name" in shape.serialization} for place in ("querystring", "header")}
        telling = (len(re.sub(r"\{.*?\}", "", path)), len(literals), len(at["querystring"]) + len(at["header"]))
        found.append((telling, operation.http["method"], re.compile(expression + "/?"), literals, at, operation))
    return sorted(found, key=lambda route: route[0], reverse=True)


def by_path(service, models, method, path, headers, body, query):
    for found in models:
        if not found.metadata["protocol"].startswith("rest"):
            continue
        # Objects, versions, sub-resources: S3 tells its operations apart by what a call carries, the others by path and method.
        by_content = found.service_name == "s3"
        for _, verb, expression, literals, needed, operation in routes(found.service_name):
            placed = expression.fullmatch(path) if verb == method else None
            if placed is None or not all(query.get(key, [None])[0] == value for key, value in literals.items()):
                continue
            if by_content and not (needed["querystring"] <= query.keys() and needed["header"] <= headers.keys()):
                continue
            return Asked(service, operation.name, from_request(operation, placed.groupdict(), headers, body, query), operation)
    return None


def from_request(operation, placed, headers, body, query):
    shape = operation.input_shape
    if shape is None:
        return {}
    given = {}
    payload = shape.serialization.get("payload")
    json_body = operation.service_model.metadata["protocol"] == "rest-json"
    parsed = json.loads(body) if json_body and body and (not payload or shape.members[payload].type_name == "structure") else {}
    for name, member in shape.members.items():
        wire, place = member.serialization.get("name", name), member.serialization.get("location")
        if place == "uri" and wire in placed:
            given[name] = scalar(member.type_name, unquote(placed[wire]))
        elif place == "querystring" and wire in query:
            given[name] = query[wire] if member.type_name == "list" else scalar(member.type_name, query[wire][0])
        elif place == "header" and wire.lower() in headers:
            given[name] = scalar(member.type_name, headers[wire.lower()])
        elif place is None and name == payload:
            if body:
                given[name] = body if member.type_name != "structure" else parsed if json_body else from_xml(member, xml_of(body))
        elif place is None and json_body and not payload and isinstance(parsed, dict) and wire in parsed:
            given[name] = parsed[wire]
    return given


def xml_of(body):
    """ValueError: it is none."""
    try:
        return ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from error


def local(element):
    return element.tag.rpartition("}")[2]


def from_xml(shape, element):
    """As botocore's serializer writes it: a flattened list has its own name for each, another one stands around its members."""
    kind = shape.type_name
    if kind == "structure":
        given = {}
        for name, member in shape.members.items():
            if member.serialization.get("xmlAttribute"):
                own = member.serialization.get("name", name).rpartition(":")[2]
                given |= {name: value for key, value in element.attrib.items() if key.rpartition("}")[2] == own}
                continue
            flat = member.type_name == "list" and member.serialization.get("flattened")
            wire = (member.member.serialization.get("name") if flat else None) or member.serialization.get("name", name)
            found = [inner for inner in element if local(inner) == wire]
            if flat and found:
                given[name] = [from_xml(member.member, inner) for inner in found]
            elif found:
                given[name] = from_xml(member, found[0])
        return given
    if kind == "list":
        return [from_xml(shape.member, inner) for inner in element]
    return scalar(kind, element.text or "")


# --- what a model asks ----------------------------------------------------------------------------------------------

@functools.lru_cache(maxsize=None)
def compiled(name, operation):
    """check(parameters, path, found) for an operation, or None where its model asks nothing."""
    service = model(name)
    shape = service.operation_model(operation).input_shape
    return compile_shape(name, shape, {}, service.metadata["protocol"], True) if shape else None


def compile_shape(service, shape, seen, protocol, top=False):
    if shape.serialization.get("streaming") or shape.serialization.get("jsonvalue"):
        return None
    if shape.name in seen:  # a shape within itself: whatever is compiled by the time it is asked
        return seen[shape.name]
    kind = shape.type_name
    if kind not in ("structure", "list", "map"):
        return scalar_check(shape)
    later = []
    seen[shape.name] = lambda value, path, found: later and later[0](value, path, found)
    check = {"structure": structure_check, "list": list_check, "map": map_check}[kind](service, shape, seen, protocol, top)
    del seen[shape.name]
    if check:
        later.append(check)
    return check


def structure_check(service, shape, seen, protocol, top):
    # Members of the top are read by the model's names; further in, JSON has those of the wire.
    by_wire = not top and "json" in protocol
    inner = {}
    wires = {}
    for name, member in shape.members.items():
        wire = member.serialization.get("name", name) if by_wire else name
        wires[name] = wire
        if member.is_document_type if hasattr(member, "is_document_type") else False:
            continue
        check = compile_shape(service, member, seen, protocol)
        if check:
            inner[wire] = (check, small(name))
    tokens = {name for name, member in shape.members.items() if member.metadata.get("idempotencyToken")}
    required = [(wires[name], small(name)) for name in shape.metadata.get("required", []) if name not in tokens]
    if protocol == "rest-xml" and top:  # of a body, what is a document of its own
        payload = shape.serialization.get("payload")
        if payload and shape.members[payload].type_name != "structure":
            payload = None
        read = {name for name, member in shape.members.items() if member.serialization.get("location") in ("uri", "querystring", "header")}
        required = [(wires[name], small(name)) for name in shape.metadata.get("required", []) if name in read or name == payload]
        inner = {wire: pair for wire, pair in inner.items() if shape.members[wire].serialization.get("location") or wire == payload}
    if not inner and not required:
        return None

    def check(value, path, found):
        if type(value) is not dict:
            return
        for wire, name in required:
            if value.get(wire) is None:
                found.append(Problem(".".join((*path, name)), None, "", missing=True))
        for key, given in value.items():
            known = inner.get(key)
            if known and given is not None:
                known[0](given, (*path, known[1]), found)

    return check


def list_check(service, shape, seen, protocol, _top):
    member = compile_shape(service, shape.member, seen, protocol)
    sizes = size_checks(shape)
    if not member and not sizes:
        return None

    def check(value, path, found):
        if type(value) is not list:
            return
        for broken, constraint in sizes:
            if broken(len(value)):
                found.append(Problem(".".join(path), NOT_CHECKED, constraint))
        if member:
            for index, each in enumerate(value, 1):
                member(each, (*path, str(index), "member"), found)

    return check


def map_check(service, shape, seen, protocol, _top):
    key, member = compile_shape(service, shape.key, seen, protocol), compile_shape(service, shape.value, seen, protocol)
    sizes = size_checks(shape)
    if not key and not member and not sizes:
        return None

    def check(value, path, found):
        if type(value) is not dict:
            return
        for broken, constraint in sizes:
            if broken(len(value)):
                found.append(Problem(".".join(path), NOT_CHECKED, constraint))
        for name, each in value.items():
            if key:
                key(name, (*path, "key"), found)
            if member:
                member(each, (*path, name, "member"), found)

    return check


def size_checks(shape):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    return [(broken, f"Member must have length {words}") for broken, words in (
        (least and (lambda size: size < least), f"greater than or equal to {least}"),
        (most is not None and (lambda size: size > most), f"less than or equal to {most}")) if broken]


def scalar_check(shape):
    kind, sensitive = shape.type_name, shape.metadata.get("sensitive")
    checks = []
    if kind in ("string", "blob"):
        measured = len if kind == "string" else blob_size
        checks += [(lambda value, broken=broken: broken(measured(value)), words) for broken, words in size_checks(shape)]
        pattern = shape.metadata.get("pattern") and expression_of(shape.metadata["pattern"])
        if pattern:
            checks.append((lambda value: not pattern.fullmatch(value),
                           f"Member must satisfy regular expression pattern: {shape.metadata['pattern']}"))
        if shape.metadata.get("enum"):
            known = frozenset(shape.metadata["enum"])
            checks.append((lambda value: value not in known, f"Member must satisfy enum value set: [{', '.join(shape.metadata['enum'])}]"))
        kinds = (str,) if kind == "string" else (str, bytes)
    elif kind in ("integer", "long", "float", "double"):
        kinds = (int, float)
        for name, broken, words in (("min", lambda value, limit: value < limit, "greater than or equal to"),
                                    ("max", lambda value, limit: value > limit, "less than or equal to")):
            if name in shape.metadata:
                limit = shape.metadata[name]
                checks.append((lambda value, broken=broken, limit=limit: broken(value, limit), f"Member must have value {words} {limit}"))
    if not checks:
        return None

    def check(value, path, found):
        if not isinstance(value, kinds):
            found.append(Problem(".".join(path), NOT_CHECKED, f"Member must be of type {kind}"))
            return
        for broken, constraint in checks:
            if broken(value):
                found.append(Problem(".".join(path), NOT_CHECKED if sensitive or kind == "blob" else value, constraint))

    return check


def blob_size(value):
    return len(value) if isinstance(value, bytes) else len(base64.b64decode(value + "==", validate=False))


def expression_of(pattern):
    """Java's classes of characters in Python's words; None for an expression neither knows."""
    for java, python in (("\\p{Alnum}", "[A-Za-z0-9]"), ("\\p{Graph}", "[!-~]"), ("\\p{Print}", "[ -~]")):
        pattern = pattern.replace(java, python)
    try:
        return regex.compile(pattern)
    except regex.error:
        return None


def small(name):
    return name[:1].lower() + name[1:]
