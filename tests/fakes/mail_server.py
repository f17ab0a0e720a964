"""A mail server that speaks just enough SMTP."""

import asyncio
from email import message_from_bytes
from email.policy import default


class FakeSmtp:
    """Takes messages; `answers` replaces its reply to a command, an empty one hangs up."""

    def __init__(self, **answers):
        self.answers = answers
        self.messages = []

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.url = f"smtp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        await self._server.wait_closed()

    def letters(self):
        """Return what came in, read as messages."""
        return [message_from_bytes(message, policy=default) for message in self.messages]

    async def _talk(self, reader, writer):
        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            command = line[:4].decode().strip().lower()
            answer = self.answers.get(command, "250 ok")
            if command == "data" and "data" not in self.answers:
                writer.write(b"354 go\r\n")
                self.messages.append(await reader.readuntil(b"\r\n.\r\n"))
                answer = self.answers.get("end", "250 taken")
            if not answer:
                break
            writer.write(answer.encode() + b"\r\n")
            if command == "quit":
                break
        writer.close()
