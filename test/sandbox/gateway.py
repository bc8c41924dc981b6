"""The sandbox's gateway: one process on loopback that plays AWS for several accounts.

ministack is the engine and enforces identity, moto keeps the resources (resources.py), and what both lack or get
wrong is filled in beside a note on what AWS does (engine.py, arns.py). Every call is recorded (calls.py) and can be
made to fail (faults.py); /_sandbox/... is the control plane (control.py). See README.md.
"""

import argparse
import asyncio
import contextlib
import gc
import json
import os
import shutil
import signal
import socket
import sys
import threading
import traceback


END_WITHIN_SECONDS = 1


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", required=True, help="directory for everything temporary")
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--region", action="append", metavar="CODE", help="first one is the hub's; default three Regions")
    parser.add_argument("--account", action="append", metavar="ID", help="first one is the hub; default the hub and three members")
    parser.add_argument("--administrator", metavar="ID", help="receives the findings of all members; default the hub")
    parser.add_argument("--organization", default="o-tourniquet1")
    parser.add_argument("--lambda-concurrency", type=int, default=16, help="processes that may run functions at once")
    parser.add_argument("--account-concurrency", type=int, default=0,
                        help="functions of an account at once before Lambda throttles: 10 in a new one, 1000 otherwise; 0 for no limit")
    parser.add_argument("--kubernetes", metavar="DIR", help="kube-apiserver, kube-controller-manager and etcd, in place of the stand-in")
    parser.add_argument("--waits", type=float, default=1, help="share of a Wait state's time, and of a retry's, that is waited")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end with the parent process")
    options = parser.parse_args()
    options.region = options.region or ["eu-central-1", "us-east-1", "ap-southeast-2"]
    options.account = options.account or ["111122223333", "444455556666", "555566667777", "888899990000"]
    options.administrator = options.administrator or options.account[0]
    options.work = os.path.abspath(options.work)
    return options


def set_environment(options, port):
    """Both emulators are configured by environment, at import. Functions inherit it, so nothing of the developer's
    own (credentials, NODE_OPTIONS, proxies) may remain in it."""
    temporary = os.path.join(options.work, "tmp")
    os.makedirs(temporary, exist_ok=True)
    # The engine's worker for Node functions is CommonJS; below a package of "type": "module" it would not start.
    with open(os.path.join(temporary, "package.json"), "w") as nearest:
        nearest.write('{"type":"commonjs"}')
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    os.environ.clear()
    os.environ.update(kept)
    os.environ.update({
        "HOME": options.work,
        "NODE_OPTIONS": "--require " + json.dumps(os.path.join(os.path.dirname(os.path.abspath(__file__)), "localhost.cjs")),
        "AWS_ENDPOINT_URL_S3_CONTROL": f"http://localhost:{port}",  # clients put the account's id before the host
        "NODE_COMPILE_CACHE": os.path.join(temporary, "compiled"),
        "TMPDIR": temporary,
        "S3_DATA_DIR": os.path.join(temporary, "s3"),
        "STATE_DIR": os.path.join(temporary, "state"),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_ACCOUNT_ID": options.account[0],
        "MINISTACK_REGION": options.region[0],
        "LAMBDA_ACCOUNT_CONCURRENCY": str(options.account_concurrency),
        "LAMBDA_WARM_TTL_SECONDS": "3600",  # started anew, an environment costs more than it does by waiting
        "CLOUDTRAIL_RECORDING": "0",  # trail.py does
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": "unix:///nonexistent",
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
        "SFN_WAIT_SCALE": str(options.waits),
        "LOG_LEVEL": "INFO",
    })
    if options.kubernetes:
        os.environ["TOURNIQUET_KUBERNETES"] = options.kubernetes


def end_by_signal(stop):
    """A thread of its own hears the signal: while the loop is busy with a call, its own handlers are not asked."""
    hears, tells = os.pipe()
    os.set_blocking(tells, False)
    signal.set_wakeup_fd(tells, warn_on_full_buffer=False)
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, lambda *_: None)

    def wait():
        while os.read(hears, 1)[0] not in (signal.SIGINT, signal.SIGTERM):
            pass
        end_soon(stop)

    threading.Thread(target=wait, daemon=True).start()


def end_soon(stop):
    """Requests that are under way, and threads that wait, are given a moment and no more; nor is what clears up behind them."""
    for seconds, leaving in ((END_WITHIN_SECONDS, leave), (2 * END_WITHIN_SECONDS, os._exit)):
        last = threading.Timer(seconds, leaving, [0])
        last.daemon = True
        last.start()
    stop()


def end_with_parent(stop):
    """sandbox.ts holds our standard input open: however it ends, the pipe closes and so do we."""
    def wait():
        sys.stdin.buffer.read()
        end_soon(stop)

    threading.Thread(target=wait, daemon=True).start()


class Joined:
    """A transport that sends what is written in one turn of the loop at once: the head of an answer and its body are two writes, and
    would wake the caller twice."""

    def __init__(self, transport, loop):
        self.transport, self.loop, self.written = transport, loop, []

    def __getattr__(self, name):
        return getattr(self.transport, name)

    def write(self, data):
        if not self.written:
            self.loop.call_soon(self.flush)
        self.written.append(data)

    def flush(self):
        data, self.written = b"".join(self.written), []
        if data and not self.transport.is_closing():
            self.transport.write(data)

    def close(self):
        self.flush()
        self.transport.close()


async def serve(options, listener):
    import uvicorn
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    import control

    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end():
        loop.call_soon_threadsafe(ended.set)

    end_by_signal(end)
    if options.until_stdin_closes:
        end_with_parent(end)

    class Server(uvicorn.Server):
        """Signals are handled above."""

        def capture_signals(self):
            return contextlib.nullcontext()

    class InOneWrite(HttpToolsProtocol):
        def connection_made(self, transport):
            super().connection_made(Joined(transport, loop))

    server = Server(uvicorn.Config(control.application(options), http=InOneWrite, ws="none", log_config=None, access_log=False,
                                   timeout_keep_alive=75, backlog=512, server_header=False, date_header=False))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await ended.wait()
    server.should_exit = server.force_exit = True
    await serving


def main():
    options = arguments()
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", options.port))
    port = listener.getsockname()[1]
    options.endpoint = f"http://127.0.0.1:{port}"
    set_environment(options, port)
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    # The emulators take three seconds to compile, at every start without it; and the repository stays clean.
    sys.pycache_prefix = os.path.join(sys.prefix, "bytecode")

    # The record of calls only grows: looking through all of it for garbage again and again is a fifth of all work.
    gc.set_threshold(100_000, 50, 100)

    announce(options.endpoint, listener)
    exit_code = 0
    try:
        import uvloop

        uvloop.run(serve(options, listener))
    except BaseException:
        traceback.print_exc()
        exit_code = 1
    leave(exit_code)


def leave(exit_code):
    """Executions that wait for a task token are threads; nothing of theirs is worth waiting for."""
    import engine

    engine.kill_functions()
    if "kubernetes_real" in sys.modules:
        sys.modules["kubernetes_real"].end()
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os._exit(exit_code)


def announce(endpoint, listener):
    """The socket listens from here on, so a request that comes early waits instead of failing."""
    listener.listen(512)
    print(json.dumps({"endpoint": endpoint}), flush=True)
    sys.stdout = sys.stderr  # what the emulators print is log


if __name__ == "__main__":
    main()
