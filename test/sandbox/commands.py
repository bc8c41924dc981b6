"""Run Command of Systems Manager: the engine takes commands and has no instance to run them on.

An instance is managed once a test has put an agent on it (/_sandbox/agent). Its commands really run, by a shell of this machine: with no programs
but the stand-ins that the test gives and a few that only pass bytes on, and with paths below /etc, /proc, /var, /opt and /dev/shm in a folder of its own.
A group without a way out cuts the agent off, and what it sends with it.

Sources: Systems Manager API reference, SendCommand (TimeoutSeconds is for delivery), GetCommandInvocation (24,000 characters of output, 8,000 of
errors; the words of each status), InstanceInformation (PingStatus); its guide, "Understanding command statuses".
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field

MOST_OUTPUT, MOST_ERRORS = 24_000, 8_000
LOOKS_EVERY = 0.1  # seconds, whether the network is still there
PASSING_ON = ("sh", "awk", "base64", "cat", "chmod", "cut", "date", "dd", "grep", "head", "kill", "ls", "mkfifo", "mktemp", "od", "openssl", "printf", "rm", "sed",
              "sha256sum", "sleep", "tail", "tee", "test", "tr", "true", "wc")
OWN_PATHS = re.compile(r"(?<=[\s'\"=])/(?=(?:etc|proc|var|opt)/|dev/shm\b)")


@dataclass
class Agent:
    """What answers for one instance."""
    account: str
    region: str
    instance: str
    ping: str
    platform: str
    home: str


@dataclass
class Sent:
    """A command on its way to one instance."""
    id: str
    agent: Agent
    deliver_until: float
    status: str = "Pending"
    details: str = "Pending"
    code: int = -1
    output: str = ""
    errors: str = ""
    about: dict = field(default_factory=dict)

    def ends(self, status, details, code=-1, output="", errors=""):
        self.code, self.output, self.errors, self.details = code, output[:MOST_OUTPUT], errors[:MOST_ERRORS], details
        self.status = status  # last: who sees the end sees all of it


agents = {}  # (account, Region, instance)
sent = {}  # by the command's id


def install():
    from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
    from ministack.services import ssm

    engine = ssm.handle_request

    def described(data):
        wanted = [value for each in data.get("Filters", []) if each["Key"] == "InstanceIds" for value in each["Values"]]
        return json_response({"InstanceInformationList": [
            {"InstanceId": each.instance, "PingStatus": each.ping, "PlatformType": each.platform, "LastPingDateTime": time.time(),
             "AgentVersion": "3.3.1611.0", "ResourceType": "EC2Instance"}
            for (*place, _), each in agents.items()
            if place == [get_account_id(), get_region()] and (not wanted or each.instance in wanted) and exists(each)]})

    def send(data):
        [instance] = data["InstanceIds"]
        agent = agents.get((get_account_id(), get_region(), instance))
        if agent is None or agent.ping != "Online" or not exists(agent):
            return error_response_json("InvalidInstanceId", f"Instances [[{instance}]] not in a valid state for account {get_account_id()}", 400)
        about = {"CommandId": str(uuid.uuid4()), "DocumentName": data["DocumentName"], "Comment": data.get("Comment", "")}
        one = sent[about["CommandId"]] = Sent(about["CommandId"], agent, time.time() + data.get("TimeoutSeconds", 3600), about=about)
        given = data["Parameters"]
        limit = int(given.get("executionTimeout", ["3600"])[0])
        threading.Thread(target=carry_out, args=(one, "\n".join(given["commands"]), limit), daemon=True).start()
        return json_response({"Command": {**about, "Status": "Pending", "InstanceIds": [instance]}})

    def invocation(data):
        one = sent.get(data["CommandId"])
        if one is None or one.agent.instance != data["InstanceId"]:
            return error_response_json("InvocationDoesNotExist", "", 400)
        return json_response({**one.about, "InstanceId": one.agent.instance, "PluginName": "aws:runShellScript", "ResponseCode": one.code,
                              "Status": one.status, "StatusDetails": one.details,
                              "StandardOutputContent": one.output, "StandardErrorContent": one.errors})

    own = {"DescribeInstanceInformation": described, "SendCommand": send, "GetCommandInvocation": invocation}

    async def handle(method, path, headers, body, query):
        answer = own.get(headers.get("x-amz-target", "").rpartition(".")[2])
        return answer(json.loads(body)) if answer else await engine(method, path, headers, body, query)

    ssm.handle_request = handle


def instance_of(agent):
    import resources

    return next((each for each in resources.ec2_backend(agent.account, agent.region).all_instances() if each.id == agent.instance), None)


def exists(agent):
    found = instance_of(agent)
    return found is not None and found.state != "terminated"


def is_reached(agent):
    """The agent calls out; a group that lets nothing out keeps it from that (Systems Manager guide, "SSM Agent communications")."""
    found = instance_of(agent)
    groups = [group for nic in (found.nics.values() if found and found.state == "running" else ()) for group in nic.group_set]
    return any(group.egress_rules for group in groups)


def carry_out(one, script, limit):
    while not is_reached(one.agent):
        if not exists(one.agent):
            return one.ends("Failed", "Undeliverable")
        if time.time() > one.deliver_until:
            return one.ends("TimedOut", "DeliveryTimedOut")
        time.sleep(LOOKS_EVERY)
    one.details, one.status = "InProgress", "InProgress"
    run = start(one.agent, script)
    result, until = {}, time.time() + limit
    reading = threading.Thread(target=lambda: result.update(zip(("out", "err"), run.communicate())), daemon=True)
    reading.start()
    while reading.is_alive() and time.time() < until:
        watch(one.agent)
        reading.join(LOOKS_EVERY)
    if reading.is_alive():
        run.kill()
        return one.ends("TimedOut", "ExecutionTimedOut")
    while not is_reached(one.agent):  # it has ended, and nobody hears of it
        if time.time() > until:
            return one.ends("TimedOut", "ExecutionTimedOut")
        time.sleep(LOOKS_EVERY)
    status = "Success" if run.returncode == 0 else "Failed"
    one.ends(status, status, run.returncode, result["out"], result["err"])


def start(agent, script):
    own = OWN_PATHS.sub(f"{agent.home}/", script)
    return subprocess.Popen(["/bin/sh", "-c", own], cwd=agent.home, text=True, errors="replace", stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"PATH": f"{agent.home}/bin", "HOME": agent.home})


def watch(agent):
    flag = os.path.join(agent.home, "cut-off")
    if is_reached(agent):
        if os.path.exists(flag):
            os.unlink(flag)
    else:
        open(flag, "w").close()


def put_agent(account, region, instance, ping="Online", platform="Linux", programs=None, files=None):
    """Puts an agent on an instance, with programs by their name (shell scripts) and files by their path, or takes it on anew."""
    home = tempfile.mkdtemp(prefix=f"{instance}-")
    folder = os.path.join(home, "bin")
    os.mkdir(folder)
    os.makedirs(os.path.join(home, "dev/shm"))
    for name in PASSING_ON:
        if shutil.which(name):
            os.symlink(shutil.which(name), os.path.join(folder, name))
    curl = f'#!/bin/sh\n[ -e {home}/cut-off ] && exit 28\nexec {shutil.which("curl")} "$@"\n'
    for name, text in {"curl": curl, **(programs or {})}.items():
        with open(os.path.join(folder, name), "w") as program:
            program.write(text if text.startswith("#!") else f"#!/bin/sh\n{text}\n")
        os.chmod(program.name, 0o755)
    for path, text in (files or {}).items():
        there = os.path.join(home, path.lstrip("/"))
        os.makedirs(os.path.dirname(there), exist_ok=True)
        with open(there, "w") as file:
            file.write(text)
    agents[account, region, instance] = agent = Agent(account, region, instance, ping, platform, home)
    if instance_of(agent) is None:
        raise LookupError(f"no instance {instance!r} in {account}, {region}")
    return {"home": home}
