"""moto behind the engine's handlers: EC2, Auto Scaling, load balancers and the other services that keep resources.

The engine authenticates, authorises and records a request; moto then carries it out in the account the engine found.
"""

import asyncio
import functools
import io
import threading

import service_models

MOTO_SERVICES = ("ec2", "autoscaling", "elasticloadbalancing", "rds", "ecs", "securityhub", "guardduty",
                 "identitystore", "sso", "application-autoscaling", "route53resolver", "wafv2", "ebs", "sagemaker")
_application = None
_lock = threading.RLock()


def install(app):
    """Answer the services of MOTO_SERVICES by moto, and route those the engine does not know by their signature."""
    from ministack.core import iam_actions
    from ministack.core.responses import get_account_id

    async def through_moto(method, path, headers, body, query):
        return await at_once(call_moto, get_account_id(), method, path, dict(headers), body, query)

    for service in MOTO_SERVICES:
        app.SERVICE_HANDLERS[service] = through_moto
        iam_actions.SERVICE_TO_IAM_NAMESPACE.setdefault(service, service)
    engine_detects = app.detect_service

    def detect_service(method, path, headers, params):
        scope = headers.get("authorization", "").partition("Credential=")[2].split("/")[3:4]
        return scope[0] if scope and scope[0] in MOTO_SERVICES else engine_detects(method, path, headers, params)

    app.detect_service = detect_service


async def at_once(work, *given):
    """In the turn of the loop, where moto is there and nobody is at it: a thread would only wait for this one, and wake it again, which
    takes longer than the work where the machine is busy."""
    if _application is not None and _lock.acquire(blocking=False):
        try:
            return work(*given)
        finally:
            _lock.release()
    return await asyncio.to_thread(work, *given)


def call_moto(account, method, path, headers, body, query):
    from urllib.parse import urlencode

    headers["x-moto-account-id"] = account
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": urlencode(query, doseq=True),
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": headers.get("content-type", ""),
        **{"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()
           if name not in ("content-length", "content-type", "transfer-encoding")},
    }
    with _lock:  # moto's backends are plain dictionaries
        moto = application()
        # Only now: while another thread is still importing moto, werkzeug is half there, and both would fail.
        from werkzeug.test import run_wsgi_app

        parts, status, answer = run_wsgi_app(moto, environ, buffered=True)
        return int(status.split()[0]), {name: value for name, value in answer if name.lower() != "content-length"}, b"".join(parts)


def application():
    global _application
    with _lock:
        if _application is None:
            from moto.server import DomainDispatcherApplication, create_backend_app

            import databases
            import identity_center
            import moto_fills
            import organization
            import ecs
            import guardduty
            import security_hub
            import sharing

            remember_lists()
            moto_fills.install()
            sharing.install()
            organization.found()
            identity_center.prepare()
            security_hub.prepare()
            guardduty.prepare()
            databases.install()
            databases.keep_passwords()
            ecs.prepare()
            _application = DomainDispatcherApplication(create_backend_app)
        return _application


def remember_lists():
    """Which services moto knows and which methods a class of it has are the same for every call; looked up for each, in the
    file system and by reflection, they are a fifth of its work."""
    from moto import backends
    from moto.core import responses

    modules = tuple(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: iter(modules)
    responses.method_names_from_class = functools.lru_cache(maxsize=None)(responses.method_names_from_class)


def warm():
    """moto takes two seconds to import: not in the first caller's time."""
    application()
    import moto.autoscaling, moto.ec2, moto.elbv2  # noqa: E401, F401

    for name in ("ec2", "s3", "securityhub"):  # the largest models
        service_models.model(name)


def ec2_backend(account, region):
    from moto.ec2 import ec2_backends

    application()
    return ec2_backends[account][region]


def volumes_of(account, region, instance_id):
    """Device name -> volume id of an instance; nothing for one that does not exist."""
    for instance in ec2_backend(account, region).all_instances():
        if instance.id == instance_id:
            return {device: block.volume_id for device, block in instance.block_device_mapping.items()}
    return {}


def tags_of(account, region, identifier):
    return dict(ec2_backend(account, region).tags.get(identifier, {}))


def address_association(account, region, association_id):
    for address in ec2_backend(account, region).addresses:
        if address.association_id == association_id:
            interface = [("network-interface", address.eni.id)] if address.eni else []
            return [("elastic-ip", address.allocation_id), *interface]
    return [("elastic-ip", "*")]


def associated_instance(account, region, association_id):
    associations = ec2_backend(account, region).iam_instance_profile_associations
    return next((instance for instance, found in associations.items() if found.association_id == association_id), "*")


def roles_of_profile(account, profile):
    from ministack.services import iam

    known = iam._instance_profiles.get_scoped(account, None, profile) or {}
    return [role["Arn"] if isinstance(role, dict) else (iam._roles.get_scoped(account, None, role) or {}).get("Arn", "*")
            for role in known.get("Roles", [])]


def auto_scaling_group_arn(account, region, name):
    from moto.autoscaling.models import autoscaling_backends

    group = autoscaling_backends[account][region].autoscaling_groups.get(name)
    return group.arn if group else f"arn:aws:autoscaling:{region}:{account}:autoScalingGroup:*:autoScalingGroupName/{name}"
