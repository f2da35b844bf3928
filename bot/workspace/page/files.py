"""The page's files: modules, styles and the document, by the names that their folder has, and nothing else."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot.workspace.page.guard import HEADERS

FOLDER = Path(__file__).parent / "web"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}


def served(folder: Path, name: str) -> web.Response:
    """The file with this name in `folder`, or in a folder of it; HTTPNotFound for any other."""
    known = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.suffix in _TYPES}
    path = known.get(name)
    if path is None:
        raise web.HTTPNotFound(text="there is no such file", headers=HEADERS)
    return web.Response(body=path.read_bytes(), content_type=_TYPES[path.suffix], charset="utf-8", headers=HEADERS)
