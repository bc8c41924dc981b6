"""ECS and the scaling of its services: what moto lacks or gets wrong.

moto keeps them; CloudFormation's ECS types would land in the engine's own ECS, and no stack here has any. Sources: API references of Amazon
ECS and Application Auto Scaling, page of the action, and the developer guide's "Task lifecycle" and "Services", unless another is named.
What is checked on what: Service Authorization Reference, Amazon ECS and Application Auto Scaling.
"""

import datetime


def prepare():
    """Before moto builds its application."""
    tasks()
    services()
    shells()
    scaling()


def invalid(message):
    from moto.ecs.exceptions import InvalidParameterException

    return InvalidParameterException(message)


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def last(name):
    return (name or "default").rpartition("/")[2]


# --- tasks ----------------------------------------------------------------------------------------------------------

def tasks():
    from moto.ec2.models.elastic_network_interfaces import NetworkInterface
    from moto.ecs.models import EC2ContainerServiceBackend as Backend, Task
    from moto.ecs.responses import EC2ContainerServiceResponse as Response

    # Where the VPC gives no names an interface has none (EC2 API reference, NetworkInterface); moto's task asks for it all the same.
    NetworkInterface.private_dns_name = ""
    made = Task.__init__

    def task_made(task, *given, **named):
        """Ids are 32 hexadecimal digits; when it was made and started is known."""
        made(task, *given, **named)
        task.id = task.id.replace("-", "")
        task.created_at = task.started_at = now()
        task.enable_execute_command = False

    Task.__init__ = task_made
    # A task ends when it is stopped or its containers end; moto's ends once it has been looked at four times.
    Task.advance = lambda task: None

    def describe_tasks(backend, cluster_str, wanted):
        """Of this cluster only; moto looks through all, for anything that contains the id."""
        cluster = backend._get_cluster(cluster_str)
        if not wanted:
            raise invalid("Tasks cannot be empty.")
        known = {task.id: task for task in backend.tasks.get(cluster.name, {}).values()}
        return [known[last(one)] for one in wanted if last(one) in known]

    Backend.describe_tasks = describe_tasks
    answer = Response.describe_tasks

    def describe(response):
        """What is not there is said."""
        found = answer(response)
        known = {task.id for task in found.result["tasks"]}
        missing = [one for one in response._get_param("tasks", []) if last(one) not in known]
        where = f"arn:aws:ecs:{response.region}:{response.current_account}:task/{last(response._get_param('cluster'))}"
        found.result["failures"] = [{"arn": f"{where}/{last(one)}", "reason": "MISSING"} for one in missing]
        return found

    Response.describe_tasks = describe

    def stop_task(backend, cluster_str, task_str, reason):
        task = next(iter(backend.describe_tasks(cluster_str, [task_str])), None)
        if task is None:
            raise invalid("The referenced task was not found.")
        end(backend, task, reason)
        for service in list(backend.services.values()):
            if task.group == f"service:{service.name}" and service.cluster_name == task.cluster_name:
                reconcile(backend, service)
        return task

    Backend.stop_task = stop_task
    every = Backend.list_tasks

    def list_tasks(backend, cluster_str=None, container_instance=None, family=None, started_by=None, service_name=None, desiredStatus=None):
        """Those of a service where one is named, and those that are to run unless stopped ones are asked for."""
        found = every(backend, cluster_str, container_instance, family, started_by, None, desiredStatus or "RUNNING")
        return [task for task in found if not service_name or task.group == f"service:{last(service_name)}"]

    Backend.list_tasks = list_tasks
    run = Response.run_task

    def run_task(response):
        ran = run(response)
        for task in ran.result["tasks"]:
            task.enable_execute_command = bool(response._get_param("enableExecuteCommand"))
        return ran

    Response.run_task = run_task


def end(backend, task, reason):
    """It stops, its interface goes with it, and its place on an instance is free again. AWS takes up to thirty seconds (ContainerDefinition,
    stopTimeout); here it is at once."""
    from moto.ec2 import ec2_backends

    if task.desired_status == "STOPPED":
        return
    task.last_status = task.desired_status = "STOPPED"
    task.stopped_reason, task.stop_code, task.stopped_at = reason or "", "UserInitiated", now()
    if task.container_instance_arn:
        instance = backend.container_instances[task.cluster_name][last(task.container_instance_arn)]
        backend.update_container_instance_resources(instance, task.resource_requirements, removing=True)
    network = ec2_backends[backend.account_id][backend.region_name]
    for attachment in task.attachments:
        attachment["status"] = "DELETED"
        for detail in attachment["details"]:
            if detail["name"] == "networkInterfaceId":
                network.enis.pop(detail["value"], None)


# --- services -------------------------------------------------------------------------------------------------------

def services():
    from moto.ecs.models import EC2ContainerServiceBackend as Backend
    from moto.ecs.responses import EC2ContainerServiceResponse as Response

    create, update, delete = Response.create_service, Response.update_service, Backend.delete_service

    def create_service(response):
        made = create(response)
        service = made.result["service"]
        service.enable_execute_command = bool(response._get_param("enableExecuteCommand"))
        reconcile(response.ecs_backend, service)
        return made

    Response.create_service = create_service

    def update_service(response):
        """A number of tasks changes nothing but that; a revision, or asking for it, is a new deployment."""
        backend = response.ecs_backend
        service = backend._get_service(response._get_param("cluster", "default"), last(response._get_param("service")))
        if service.scheduling_strategy == "DAEMON" and response._get_param("desiredCount") is not None:
            raise invalid("The daemon scheduling strategy does not support a desired count. Remove the desired count value and try again")
        before = service.task_definition
        changed = update(response)
        service.task_definition = backend.describe_task_definition(service.task_definition).arn
        if service.task_definition != before:
            service.deployments[0]["id"] = f"ecs-svc/{int(now().timestamp() * 1000000)}"
            service.deployments[0]["taskDefinition"] = service.task_definition
        reconcile(backend, service)
        return changed

    Response.update_service = update_service

    def delete_service(backend, *given):
        deleted = delete(backend, *given)
        reconcile(backend, deleted)
        return deleted

    Backend.delete_service = delete_service


def reconcile(backend, service):
    """A service runs as many tasks of its revision as it is to, and starts another where one stops. moto's starts none. Without an instance
    that could take them none run."""
    cluster, group = service.cluster_name, f"service:{service.name}"
    running = [task for task in backend.tasks.get(cluster, {}).values() if task.group == group and task.desired_status == "RUNNING"]
    instances = [one for one in backend.container_instances.get(cluster, {}).values() if one.status == "ACTIVE"]
    wanted = len(instances) if service.scheduling_strategy == "DAEMON" else service.desired_count
    wanted = wanted if service.status == "ACTIVE" else 0
    current = [task for task in running if task.task_definition_arn == service.task_definition]
    for task in [task for task in running if task not in current[:wanted]]:
        end(backend, task, "Scaling activity initiated by (deployment)")
    missing = wanted - min(len(current), wanted)
    if missing and (service.launch_type == "FARGATE" or instances):
        deployment = service.deployments[0]["id"] if service.deployments else ""
        for task in backend.run_task(cluster, service.task_definition, missing, {}, deployment, [], service.launch_type,
                                     service.network_configuration or None, group, service.platform_version):
            task.enable_execute_command = service.enable_execute_command
    service.running_count = sum(task.group == group and task.desired_status == "RUNNING" for task in backend.tasks.get(cluster, {}).values())
    service.pending_count = wanted - service.running_count
    for deployment in service.deployments[:1]:
        deployment.update(desiredCount=wanted, runningCount=service.running_count, pendingCount=service.pending_count,
                          rolloutState="COMPLETED" if service.pending_count == 0 else "IN_PROGRESS")


# --- ECS Exec -------------------------------------------------------------------------------------------------------

def shells():
    """moto knows no ExecuteCommand. No shell is played: who gets a session has got in."""
    from moto.core.responses import ActionResult
    from moto.ecs.responses import EC2ContainerServiceResponse as Response

    def execute_command(response):
        task = next(iter(response.ecs_backend.describe_tasks(response._get_param("cluster", "default"), [response._get_param("task")])), None)
        if task is None or task.desired_status == "STOPPED":
            raise invalid("The referenced task was not found or is stopped.")
        if not task.enable_execute_command:
            raise invalid("The execute command failed because execute command was not enabled when the task was run "
                          "or the execute command agent isn't running.")
        session = {"sessionId": f"ecs-execute-command-{task.id[:17]}", "streamUrl": "wss://ssmmessages.invalid/", "tokenValue": "token"}
        return ActionResult({"clusterArn": task.cluster_arn, "taskArn": task.task_arn, "interactive": True, "session": session})

    Response.execute_command = execute_command


# --- Application Auto Scaling ----------------------------------------------------------------------------------------

RESTING = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")


def scaling():
    from moto.applicationautoscaling.models import ApplicationAutoscalingBackend as Backend

    register = Backend.register_scalable_target

    def register_scalable_target(backend, namespace, r_id, dimension, **given):
        """Whatever is set on a target, what it scales is brought between its bounds ("adjusts the capacity of the scalable target to place
        it within these bounds, even if you don't include the MinCapacity or MaxCapacity request parameters")."""
        target = register(backend, namespace, r_id, dimension, **given)
        target.suspended_state = {key: bool((target.suspended_state or {}).get(key)) for key in RESTING}
        if namespace == "ecs":
            target.role_arn = (f"arn:aws:iam::{backend.account_id}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/"
                               "AWSServiceRoleForApplicationAutoScaling_ECSService")
            _, cluster, name = r_id.split("/")
            service = backend.ecs_backend._get_service(cluster, name)
            service.desired_count = min(max(service.desired_count, int(target.min_capacity)), int(target.max_capacity))
            reconcile(backend.ecs_backend, service)
        return target

    Backend.register_scalable_target = register_scalable_target


def scalable_target(account, region, resource):
    from moto.applicationautoscaling.models import applicationautoscaling_backends

    for named in applicationautoscaling_backends[account][region].targets.values():
        if resource in named:
            return named[resource].arn
    return f"arn:aws:application-autoscaling:{region}:{account}:scalable-target/*"


# --- what a call is checked on ---------------------------------------------------------------------------------------

# Action -> (resource type, request parameter) of what it touches; a list stands for each of its parts.
TOUCHED = {
    "DescribeTasks": [("task", "tasks")], "StopTask": [("task", "task")], "ExecuteCommand": [("cluster", "cluster"), ("task", "task")],
    "DescribeServices": [("service", "services")], "UpdateService": [("service", "service")], "DeleteService": [("service", "service")],
    "CreateService": [("service", "serviceName")], "DescribeContainerInstances": [("container-instance", "containerInstances")],
    "UpdateContainerInstancesState": [("container-instance", "containerInstances")], "DescribeClusters": [("cluster", "clusters")],
    "DeleteCluster": [("cluster", "cluster")], "UpdateCluster": [("cluster", "cluster")], "RegisterContainerInstance": [("cluster", "cluster")],
    "RunTask": [("task-definition", "taskDefinition")], "RegisterTaskDefinition": [("task-definition", "family")],
}


def checks(name, _path, data, _params, region, account):
    cluster = last(data.get("cluster"))
    here = f"arn:aws:ecs:{region}:{account}"

    def arn(kind, value):
        inside = "" if kind in ("cluster", "task-definition") else f"{cluster}/"
        return f"{here}:{kind}/{inside}{last(value)}"

    found = []
    for kind, parameter in TOUCHED.get(name, []):
        given = data.get(parameter)
        found += [(kind, value) for value in (given if isinstance(given, list) else [given])]
    key = {"ecs:cluster": f"{here}:cluster/{cluster}"}
    # Whoever registers a definition, or runs a task with another role, hands that role to it (ECS guide, "Task IAM role").
    roles = [given.get(role) for given in (data, data.get("overrides") or {}) for role in ("taskRoleArn", "executionRoleArn")]
    passed = [("iam:PassRole", role, {"iam:PassedToService": "ecs-tasks.amazonaws.com"}) for role in dict.fromkeys(roles) if role]
    return ([(f"ecs:{name}", arn(kind, value), key) for kind, value in found] or [(f"ecs:{name}", "*", key)]) + passed


def scaling_checks(name, _path, data, _params, region, account):
    """Who sets how a service scales has to be allowed to change the service too (Application Auto Scaling guide, "How Application Auto Scaling
    works with IAM": permissions on target resources)."""
    resource = data.get("ResourceId") or ""
    if not name.startswith(("Register", "Deregister", "Put", "Delete")):
        return [(f"application-autoscaling:{name}", "*", {})]
    keys = {"application-autoscaling:service-namespace": data.get("ServiceNamespace", ""),
            "application-autoscaling:scalable-dimension": data.get("ScalableDimension", "")}
    found = [(f"application-autoscaling:{name}", scalable_target(account, region, resource), keys)]
    if data.get("ServiceNamespace") != "ecs":
        return found
    service = f"arn:aws:ecs:{region}:{account}:{resource}"
    return found + [(f"ecs:{action}", service, {}) for action in ("DescribeServices", "UpdateService")]
