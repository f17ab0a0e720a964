"""A bucket as S3 keeps one, over HTTP and on disk: put, parts, get, head, delete; faults by script."""

import asyncio
import re
import socket
from collections import defaultdict
from contextlib import asynccontextmanager
from hashlib import md5
from itertools import count

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

PIECE = 1 << 20
ABOUT = {"ETag": '"e"', "Last-Modified": "Tue, 24 Nov 2026 12:00:00 GMT"}


class FakeBucket:
    """Remembers objects by their path, as files of `folder`; `begun` holds the uploads that never ended.

    `faults` says what the next calls of an operation come to: a status, "cut" for an answer that
    breaks off in the middle, "lost" for an end that was reached and not heard of, "held" for an answer
    that waits until `goes_on`; it sets `is_held`.
    """

    def __init__(self, folder):
        self.folder = folder
        self.objects = {}
        self.begun = {}
        self.parts = 0
        self.is_away = False
        self.faults = defaultdict(list)
        self.calls = []
        self.is_held, self.goes_on = asyncio.Event(), asyncio.Event()
        self.page = 1000
        self._numbers = count(1)

    async def answer(self, request: Request) -> Response:
        operation = operation_of(request)
        self.calls.append(operation)
        waiting = self.faults[operation]
        fault = 403 if self.is_away else waiting.pop(0) if waiting else None
        if isinstance(fault, int):
            return Response(status_code=fault)
        if fault == "held":
            self.is_held.set()
            await self.goes_on.wait()
        path, query = request.url.path, request.query_params
        match operation:
            case "create":
                upload = str(next(self._numbers))
                self.begun[upload] = {}
                return xml(
                    f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
                )
            case "part":
                return await self._part(request, query["uploadId"], int(query["partNumber"]))
            case "complete":
                done = self._complete(path, query["uploadId"])
                return Response(status_code=403) if fault == "lost" else done
            case "abort":
                return Response(status_code=204 if self._dropped(query["uploadId"]) else 404)
            case "delete-many":
                return self._deleted(path, await request.body())
            case "put":
                self.objects[path] = await self._received(request)
                return Response(headers={"ETag": '"e"'})
            case "list":
                return self._listed(path, query)
            case "delete":
                self._gone(path)
                return Response(status_code=204)
        return self._given(path, request.headers.get("range", ""), fault)

    async def _received(self, request):
        kept = self.folder / f"object-{next(self._numbers)}"
        with kept.open("wb") as file:
            async for piece in request.stream():
                file.write(piece)
        return kept

    async def _part(self, request, upload, number):
        if upload not in self.begun:
            return Response(status_code=404)
        kept = await self._received(request)
        self.begun[upload][number] = kept
        self.parts += 1
        return Response(headers={"ETag": f'"{md5(kept.read_bytes()).hexdigest()}"'})

    def _complete(self, path, upload):
        kept = self.folder / f"object-{next(self._numbers)}"
        with kept.open("wb") as file:
            for _, part in sorted(self.begun[upload].items()):
                file.write(part.read_bytes())
        self._dropped(upload)
        self.objects[path] = kept
        return xml(
            "<CompleteMultipartUploadResult><ETag>&quot;e&quot;</ETag></CompleteMultipartUploadResult>"
        )

    def _dropped(self, upload):
        parts = self.begun.pop(upload, None)
        for part in (parts or {}).values():
            part.unlink()
        return parts is not None

    def _deleted(self, path, body):
        keys = re.findall("<Key>(.*?)</Key>", body.decode())
        for key in keys:
            self._gone(f"{path.rstrip('/')}/{key}")
        return xml(
            f"<DeleteResult>{''.join(f'<Deleted><Key>{key}</Key></Deleted>' for key in keys)}</DeleteResult>"
        )

    def _listed(self, path, query):
        """Return a page of what lies under a prefix, from the name on at which the last page ended."""
        bucket = f"{path.rstrip('/')}/"
        names = sorted(one.removeprefix(bucket) for one in self.objects if one.startswith(bucket))
        after = query.get("continuation-token", "")
        such = [one for one in names if one.startswith(query.get("prefix", "")) and one > after]
        shown, more = such[: self.page], such[self.page :]
        files = "".join(
            f"<Contents><Key>{one}</Key><LastModified>2026-11-24T12:00:00.000Z</LastModified><ETag>e</ETag>"
            f"<Size>{self.objects[bucket + one].stat().st_size}</Size></Contents>"
            for one in shown
        )
        token = f"<NextContinuationToken>{shown[-1]}</NextContinuationToken>" if more else ""
        return xml(f"<ListBucketResult>{files}{token}</ListBucketResult>")

    def _gone(self, path):
        if kept := self.objects.pop(path, None):
            kept.unlink()

    def _given(self, path, wanted, fault):
        if path not in self.objects:
            return Response(status_code=404)
        kept = self.objects[path]
        whole = kept.stat().st_size
        first = int(wanted.removeprefix("bytes=").partition("-")[0] or 0)
        size = whole - first
        told = ABOUT | {"Content-Length": str(size), "Content-Range": f"bytes {first}-{whole - 1}/{whole}"}
        content = pieces_of(kept, first, size // 2 if fault == "cut" else size)
        return StreamingResponse(content, status_code=206 if wanted else 200, headers=told)


def operation_of(request):
    """Return the name of what is asked for."""
    query = request.query_params
    match request.method:
        case "POST":
            return "create" if "uploads" in query else "delete-many" if "delete" in query else "complete"
        case "PUT":
            return "part" if "partNumber" in query else "put"
        case "DELETE":
            return "abort" if "uploadId" in query else "delete"
        case method:
            return "list" if "list-type" in query else method.lower()


def pieces_of(file, first, size):
    """Yield so many bytes of a file."""
    with file.open("rb") as opened:
        opened.seek(first)
        while size > 0 and (piece := opened.read(min(size, PIECE))):
            size -= len(piece)
            yield piece


def xml(text):
    """Return an answer in XML."""
    return Response(text, media_type="application/xml")


def settings_for(address):
    """Return the environment in which a process finds the bucket at this address."""
    names = {"ENDPOINT_URL": address, "ALLOW_HTTP": "true"} | dict.fromkeys(
        ("REGION", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY"), "x"
    )
    return {f"AWS_{name}": value for name, value in names.items()}


@asynccontextmanager
async def running(bucket: FakeBucket):
    """Serve it on a free port of this machine; give its address."""
    app = FastAPI()
    app.add_route("/{path:path}", bucket.answer, methods=["GET", "HEAD", "PUT", "POST", "DELETE"])
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    listener = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
