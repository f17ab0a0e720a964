"""A bucket as S3 keeps one, over HTTP: put, several parts, get, head, delete."""

import asyncio
import re
import socket
from contextlib import asynccontextmanager
from hashlib import md5

import uvicorn
from fastapi import FastAPI, Request, Response


class FakeBucket:
    """Remembers objects by their path; `parts` counts those of uploads in several parts."""

    def __init__(self):
        self.objects = {}
        self.parts = {}
        self.is_away = False

    async def answer(self, request: Request) -> Response:
        path, query = request.url.path, request.query_params
        if self.is_away:
            return Response(status_code=403)
        body = await request.body()
        match request.method:
            case "POST" if "uploads" in query:
                return Response(f"<InitiateMultipartUploadResult><UploadId>{path}</UploadId>"
                                "</InitiateMultipartUploadResult>", media_type="application/xml")  # fmt: skip
            case "PUT" if "partNumber" in query:
                self.parts[path, int(query["partNumber"])] = body
                return Response(headers={"ETag": f'"{md5(body).hexdigest()}"'})
            case "POST" if "delete" in query:
                keys = re.findall("<Key>(.*?)</Key>", body.decode())
                for key in keys:
                    self.objects.pop(f"{path.rstrip('/')}/{key}", None)
                gone = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
                return Response(f"<DeleteResult>{gone}</DeleteResult>", media_type="application/xml")
            case "POST":
                own = sorted(key for key in self.parts if key[0] == path)
                self.objects[path] = b"".join(self.parts[key] for key in own)
                return Response("<CompleteMultipartUploadResult><ETag>&quot;e&quot;</ETag>"
                                "</CompleteMultipartUploadResult>", media_type="application/xml")  # fmt: skip
            case "PUT":
                self.objects[path] = body
                return Response(headers={"ETag": '"e"'})
            case "DELETE":
                self.objects.pop(path, None)
                return Response(status_code=204)
        if path not in self.objects:
            return Response(status_code=404)
        about = {"ETag": '"e"', "Last-Modified": "Tue, 24 Nov 2026 12:00:00 GMT"}
        return Response(self.objects[path], headers=about)


@asynccontextmanager
async def running(bucket: FakeBucket):
    """Serve it on a free port of this machine; give its address."""
    app = FastAPI()
    app.add_route("/{path:path}", bucket.answer, methods=["GET", "HEAD", "PUT", "POST", "DELETE"])
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    listener = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await serving
