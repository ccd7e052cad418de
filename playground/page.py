"""The page's files, and the files people have been sent."""

from pathlib import Path

from aiohttp import web

from playground.core import Core

FOLDER = Path(__file__).parent / "page"
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class PageFiles:
    def __init__(self, core: Core) -> None:
        self._core = core
        self._files = {
            path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*") if path.suffix in TYPES
        }

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/", self._index)
        app.router.add_get("/page/{name:.+}", self._static)
        app.router.add_get("/file/{id}/{key}", self._file)

    async def _index(self, request: web.Request) -> web.Response:
        return self._serve("index.html")

    async def _static(self, request: web.Request) -> web.Response:
        return self._serve(request.match_info["name"])

    def _serve(self, name: str) -> web.Response:
        path = self._files.get(name)
        if path is None:
            return web.Response(status=404, text="no", headers=HEADERS)
        text, kind = path.read_text("utf-8"), TYPES[path.suffix]
        return web.Response(text=text, content_type=kind, headers=HEADERS)

    async def _file(self, request: web.Request) -> web.Response:
        """Always to be saved: what is in it is not ours to show."""
        file = self._core.world.files.get(request.match_info["id"])
        if file is None or file.key != request.match_info["key"]:
            return web.Response(status=404, text="no", headers=HEADERS)
        name = "".join(each if each.isalnum() or each in "-_." else "_" for each in file.name)
        headers = HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(body=file.content or b"", content_type="application/octet-stream", headers=headers)
