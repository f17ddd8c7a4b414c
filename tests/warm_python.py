"""Run scripts in copies of one process that has imported the heavy packages: `python` made warm.

A run of the smoke preset starts some three hundred jobs, and half of their time is `import torch`.
`warm_python.py FOLDER` imports it and the like once, and then writes `FOLDER/python`, and
`FOLDER/snakemake`, which runs Snakemake as usual but its jobs with that command. A job that is
started with this command is a fork of the process: a script, or the code after `-c`, that runs as
`__main__`, with its own arguments, folder, environment and output, and its own copy of `aeot`,
which is not imported before. The command ends as the job does, by the same signal if it is killed;
the job is killed with the command, and everything ends with the process that started this one.
"""

import ctypes
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
from pathlib import Path

# The first optimiser of a process imports torch._dynamo, which takes longer than torch itself.
HEAVY = (
    "torch", "torch.utils.data", "torch._dynamo", "numpy", "scipy.optimize", "scipy.spatial",
    "scipy.special", "scipy.stats", "sklearn.cluster", "sklearn.mixture", "numba", "pandas",
    "pydantic.main", "matplotlib.figure", "matplotlib.ticker", "matplotlib.backends.backend_agg",
)  # fmt: skip

# The command `python`: sends what a process is to the socket beside it, and ends as the job does.
# Whatever is neither a script nor code, such as `-m`, runs in a Python of its own.
COMMAND = """#!{python} -IS
import os, socket, sys
if sys.argv[1] != "-c" and not sys.argv[1].endswith(".py"):
    os.execv("{python}", ["{python}", *sys.argv[1:]])
import json
server = socket.socket(socket.AF_UNIX)
server.connect("{socket}")
job = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(server, [len(job).to_bytes(8, "big")], [0, 1, 2])
server.sendall(job)
status = int.from_bytes(server.recv(4), "big", signed=True)
if status < 0:
    os.kill(os.getpid(), -status)
os._exit(status)
"""

SNAKEMAKE = """#!{python}
import sys
sys.executable = "{folder}/python"
from snakemake.cli import main
main()
"""


def main(folder: Path) -> None:
    """Import, listen, and fork for every connection."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
    for name in HEAVY:
        importlib.import_module(name)
    gc.freeze()  # a fork's collector leaves the pages of what is imported as they are, shared
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(folder / "socket"))
    server.listen(64)
    write(folder / "snakemake", SNAKEMAKE.format(python=sys.executable, folder=folder))
    write(folder / "python", COMMAND.format(python=sys.executable, socket=folder / "socket"))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nothing waits for the forks
    while os.getppid() == parent:
        connection, _ = server.accept()
        if os.fork() == 0:
            server.close()
            serve(connection)
        connection.close()


def write(path: Path, text: str) -> None:
    """Write a command, at once."""
    path.with_suffix(".part").write_text(text)
    path.with_suffix(".part").chmod(0o755)
    path.with_suffix(".part").rename(path)


def serve(connection: socket.socket) -> None:
    """Fork the job, wait for its end or for that of the command, and answer with its status."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    head, files, _, _ = socket.recv_fds(connection, 8, 3)
    length, data = int.from_bytes(head, "big"), b""
    while len(data) < length:
        data += connection.recv(length - len(data))
    words, folder, environment = json.loads(data)
    job = os.fork()
    if job == 0:
        connection.close()
        become(files, words, folder, environment)
    for file in files:
        os.close(file)
    ready, _, _ = select.select([connection, os.pidfd_open(job)], [], [])
    if connection in ready:
        os.kill(job, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(job, 0)[1])
    if connection not in ready:
        connection.sendall(status.to_bytes(4, "big", signed=True))
    os._exit(0)


def become(files: list[int], words: list[str], folder: str, environment: dict[str, str]) -> None:
    """Be the process that `python WORDS` would be: never returns."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.dont_write_bytecode = bool(environment.get("PYTHONDONTWRITEBYTECODE"))
    added = [entry for entry in environment.get("PYTHONPATH", "").split(os.pathsep) if entry]
    first = "" if words[0] == "-c" else str(Path(words[0]).resolve().parent)
    sys.path[:] = [first, *added, *sys.path[1:]]
    code = 0
    try:
        if words[0] == "-c":
            sys.argv[:] = ["-c", *words[2:]]
            exec(compile(words[1], "<string>", "exec"), {"__name__": "__main__"})
        else:
            sys.argv[:] = words
            runpy.run_path(words[0], run_name="__main__")
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else int(left.code is not None)
        if isinstance(left.code, str):
            print(left.code, file=sys.stderr)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
