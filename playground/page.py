"""The page's files, and the files people have been sent."""

from pathlib import Path

from aiohttp import web

from playground.core import Core

FOLDER = Path(__file__).parent / "page"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def add_page_routes(app: web.Application, core: Core) -> None:
    async def serve_index(_: web.Request) -> web.FileResponse:
        return web.FileResponse(FOLDER / "index.html")

    async def serve_sent_file(request: web.Request) -> web.Response:
        """Always to be saved: what is in it is not ours to show."""
        file = core.world.files.get(request.match_info["id"])
        if file is None or file.key != request.match_info["key"]:
            raise web.HTTPNotFound
        name = "".join(each if each.isalnum() or each in "-_." else "_" for each in file.name)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(body=file.content or b"", content_type="application/octet-stream", headers=headers)

    async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(HEADERS)

    app.on_response_prepare.append(add_headers)
    app.router.add_get("/", serve_index)
    app.router.add_static("/page/", FOLDER)
    app.router.add_get("/file/{id}/{key}", serve_sent_file)
