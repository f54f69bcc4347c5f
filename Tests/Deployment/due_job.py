"""A job by the clock, in two servers: due within the next minutes, it runs once. Servers whose own clocks are days ahead or behind
go by the store's, and run nothing again.

    script/topology break due_job
"""

import argparse
import asyncio
import datetime
import pathlib
import sys
import tempfile

import school
from client import Hung, Lost, Refused, ask
from processes import Failed, note, until
from topology import topology

def clock(begins):
    """What makes a program believe that it begins at another time; how fast time passes stays. (The library alone will not do:
    where it has to make its shared memory itself, it moves the environment, and Swift no longer finds its arguments.)"""
    return ["faketime", "--exclude-monotonic", "-f", begins.strftime("@%Y-%m-%d %H:%M:%S")]


async def serve(made, due, begins=None):
    """Starts two servers that know when the job is due, perhaps with a clock that begins at another time."""
    made.servers.clear()
    schedule = f"{due.minute} {due.hour} * * *"
    settings = {"ROLLBOOK_JOBS_REFRESH_SCHEDULE": schedule, "TZ": "UTC"}
    await made.serve(["a", "b"], settings, clock(begins) if begins else [])
    if begins:
        note(f"two servers believe that it is {begins:%Y-%m-%d %H:%M:%S} UTC")


async def runs(made):
    """All runs of the job, the newest first."""
    response = await ask(made.servers[0].port, "GET", "/v1/jobs/refresh/runs")
    if response.status != 200:
        raise Failed(f"the runs: {response.status} {response.body}")
    return response.json()["runs"]


async def ended_runs(made, count):
    """Waits until there are so many runs and all have ended; a while later there must not be more."""
    async def ended():
        try:
            seen = await runs(made)
        except (Refused, Lost, Hung):
            return None
        return len(seen) >= count and all(run["ended_at"] for run in seen) and seen

    await until(ended, 150, f"there are {count} runs, and all have ended")
    # Both servers have looked at the schedule again, and at each other's leases.
    await asyncio.sleep(12)
    seen = await runs(made)
    if len(seen) != count or any(run["outcome"] != "succeeded" for run in seen):
        raise Failed(f"{count} runs were to be, these are: {seen}")
    return seen


async def end(made):
    for server in made.servers:
        if (status := await server.end()) != 0:
            raise Failed(f"server {server.name} ended with {status}:\n{server.tail()}")


async def main(options):
    with tempfile.TemporaryDirectory(prefix="rollbook-due.") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o711)
        folders = school.make(options.program, folder)
        async with topology(options.program, folder) as made:
            if not made.has_jobs:
                print("this rollbook has no jobs")
                return 0
            made.rollbook("import", "records", folders["first"])
            made.rollbook("refresh")
            # The servers have to be there before.
            due = datetime.datetime.now(datetime.UTC).replace(second=0, microsecond=0) + datetime.timedelta(minutes=1)
            if due - datetime.datetime.now(datetime.UTC) < datetime.timedelta(seconds=20):
                due += datetime.timedelta(minutes=1)
            await serve(made, due)
            note(f"the job is due at {due:%H:%M} UTC")
            first = (await ended_runs(made, 1))[0]
            if first["due_at"] != f"{due:%Y-%m-%dT%H:%M:%SZ}":
                raise Failed(f"the job was due at {due}, and ran as {first}")
            note(f"the job ran once, begun at {first['started_at']} by {first['process']}")
            await end(made)
            for days in (3, -3):
                await serve(made, due, due + datetime.timedelta(days=days, minutes=1))
                await ended_runs(made, 1)
                await end(made)
            note("servers with wrong clocks ran nothing again")
        return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=".build/debug/rollbook", help="the built rollbook (%(default)s)")
    try:
        sys.exit(asyncio.run(main(parser.parse_args())))
    except Failed as error:
        sys.exit(f"WRONG: {error}")
