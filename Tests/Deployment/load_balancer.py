"""A load balancer as small as one can be that is worth the name: it looks at /health/ready of each server a few times a
second, hands requests to those that are ready, keeps connections to them, and asks another one only where a connection was
refused. Everything else that goes wrong is the client's to see."""

import asyncio
from itertools import count

from client import Connection, Hung, Lost, Refused, ask

# How often it looks, and how many looks in a row decide.
INTERVAL = 0.2
LOOKS = 2


class LoadBalancer:
    """Stands before servers, on a port of its own."""

    def __init__(self, ports, port):
        self.ports = ports
        self.port = port
        self.ready = {port: LOOKS for port in ports}
        self.idle = {port: [] for port in ports}
        self.turn = count()
        self.given = {port: 0 for port in ports}
        self.retried = 0

    async def listen(self):
        """Takes connections from now on."""
        self.server = await asyncio.start_server(self._client, "127.0.0.1", self.port)

    async def run(self):
        """Looks after the servers until it is cancelled."""
        async with self.server:
            await asyncio.gather(*(self._look(port) for port in self.ports))

    async def _look(self, port):
        while True:
            try:
                is_ready = (await ask(port, "GET", "/health/ready", patience=2)).status == 200
            except (Refused, Lost, Hung):
                is_ready = False
            if is_ready:
                self.ready[port] = LOOKS
            else:
                self.ready[port] = max(0, self.ready[port] - 1)
            await asyncio.sleep(INTERVAL)

    async def _client(self, reader, writer):
        """One request after the other, as they come."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                method, target, _ = head.split(" ", 2)
                response = await self._hand_on(method, target)
                writer.write(
                    f"HTTP/1.1 {response.status} -\r\nContent-Length: {len(response.body)}\r\n\r\n".encode()
                    + response.body)
                await writer.drain()
        except asyncio.IncompleteReadError:
            pass
        except (Lost, Hung, Refused) as error:
            # What a server loses, its client loses.
            self.last_failure = error
        finally:
            writer.close()

    async def _hand_on(self, method, target):
        able = [port for port in self.ports if self.ready[port]] or self.ports
        first = next(self.turn) % len(able)
        for port in able[first:] + able[:first]:
            connection = self.idle[port].pop() if self.idle[port] else Connection(port, 60)
            try:
                response = await connection.request(method, target)
            except Refused:
                self.retried += 1
                continue
            self.given[port] += 1
            if connection.is_open:
                self.idle[port].append(connection)
            return response
        raise Refused("no server takes a connection")
