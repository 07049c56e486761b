"""The web UI's pages: the files that `ui/` was built into, and a word of advice when it was not built."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent_inspector.server.assets import Asset, answer_asset, make_asset, read_assets

STATIC_FOLDER: Final = Path(__file__).parent / "static"
_BUILT_PATH: Final = "/ui/"
"""Where the built pages believe they are; see `base` in ui/vite.config.ts."""

_NOT_BUILT: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Agent Inspector</title></head><body>
<h1>The web UI is not built</h1>
<p>Run <code>make setup</code> in the repository (or <code>pip install .</code>), then start the server again.</p>
<p>The API works all the same: it is described at <a href="/docs">/docs</a>.</p>
</body></html>
"""


def make_ui_router(ui_path: str, folder: Path = STATIC_FOLDER) -> APIRouter:
    """Serve the pages below `ui_path`. Any path without a file is the application's own, so it gets index.html."""
    root = "/" + ui_path.strip("/") if ui_path.strip("/") else ""
    files = _relocated(read_assets(folder), f"{root}/")
    router = APIRouter(include_in_schema=False)

    @router.api_route("/", methods=["GET", "HEAD"])
    def open_root(request: Request) -> Response:
        return RedirectResponse(f"{root}/", 307) if root else _answer_page(request, files, "")

    if root:

        @router.api_route(root, methods=["GET", "HEAD"])
        def open_folder() -> Response:
            return RedirectResponse(f"{root}/", 307)

    @router.api_route(root + "/{page:path}", methods=["GET", "HEAD"])
    def open_page(request: Request, page: str) -> Response:
        return _answer_page(request, files, page)

    return router


def _answer_page(request: Request, files: dict[str, Asset], page: str) -> Response:
    if "index.html" not in files:
        return HTMLResponse(_NOT_BUILT, status_code=503, headers={"cache-control": "no-store"})
    if page in files:
        return answer_asset(request, files[page])
    if page.startswith("assets/"):
        # A page of an older build asks for its own parts; HTML in their place would only confuse it.
        raise HTTPException(404, "This part of the web UI is gone: the UI was updated; reload the page.")
    return answer_asset(request, files["index.html"])


def _relocated(files: dict[str, Asset], path: str) -> dict[str, Asset]:
    if path == _BUILT_PATH or "index.html" not in files:
        return files
    old, new = f'"{_BUILT_PATH}'.encode(), f'"{path}'.encode()
    return files | {"index.html": make_asset("index.html", files["index.html"].content.replace(old, new))}
