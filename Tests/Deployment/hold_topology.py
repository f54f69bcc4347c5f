"""Two servers over a small school, until this process is told to stop, or while a command runs. script/topology calls it."""

import asyncio
import os
import pathlib
import shlex
import signal
import sys
import tempfile

import school
from processes import environment, note
from topology import topology


async def main(program, file, command):
    with tempfile.TemporaryDirectory(prefix="rollbook-topology.") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o711)
        async with topology(program, folder) as made:
            made.rollbook("generate", "school", "--students", school.STUDENTS, "--ends-on", school.ENDS_ON)
            made.rollbook("refresh")
            await made.serve()
            told = {**made.settings, "TEST_ROLLBOOK_SERVERS": " ".join(
                f"http://127.0.0.1:{server.port}" for server in made.servers)}
            if command:
                process = await asyncio.create_subprocess_exec(*command, env=environment(told))
                return await process.wait()
            return await hold(told, file)


async def hold(told, file):
    """Says what runs in a file, and waits for a signal."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    draft = pathlib.Path(f"{file}.new")
    draft.touch(0o600)
    draft.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in told.items()))
    os.replace(draft, file)
    note("the topology runs")
    await stopped.wait()
    os.unlink(file)
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3:])))
