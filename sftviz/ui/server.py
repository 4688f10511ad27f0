"""What the web server does beside the pages: takes uploads, ends jobs with the process, and says what went wrong."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import anyio
import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sftviz.data.thumbnails import thumbnail
from sftviz.data.upload import FolderUpload
from sftviz.errors import SftvizError, UploadError
from sftviz.ui.messages import say_error
from sftviz.ui.stores import data_store, jobs, run_store, uploads

_LOG = logging.getLogger(__name__)
_THUMBNAIL_PX = 112
_KEEP = {"Cache-Control": "private, max-age=3600"}


async def receive_folder(request: Request) -> Response:
    """Stream a dropped folder to disk; the address carries a token that a page gave out."""
    token = request.path_params["token"]
    if not uploads().expects(token):
        return PlainTextResponse("This upload is not expected here; reload the page and drop the folder again.", 403)
    staging = data_store().new_staging()
    upload = FolderUpload(staging)
    try:
        async for chunk in request.stream():
            await anyio.to_thread.run_sync(partial(upload.feed, chunk))
        upload.finish()
    except UploadError as error:
        return PlainTextResponse(str(error), 400)
    except BaseException:
        # The browser went away: nothing partial may stay behind.
        upload.abort()
        raise
    uploads().put(token, staging)
    return PlainTextResponse("received")


def send_thumbnail(request: Request) -> Response:
    """One picture of a run, small and freshly encoded; a run's files are never sent as they came."""
    # Its caches want Streamlit's runtime, which is not there yet when this module is imported.
    from sftviz.ui.pictures import listing_of, picture_path

    try:
        run = run_store().get(request.path_params["run"])
        listing = listing_of(run.folder)
        names = [picture.path for side in ("validation", "train") for picture in listing.side(side)]
        picture = picture_path(run, names[request.path_params["index"]])
        return Response(thumbnail(picture, _THUMBNAIL_PX), media_type="image/jpeg", headers=_KEEP)
    except (SftvizError, IndexError):
        return PlainTextResponse("There is no such picture.", 404)


ROUTES = [
    Route("/upload/{token}", receive_folder, methods=["POST"]),
    Route("/thumbnail/{run}/{index:int}", send_thumbnail),
]

# Streamlit guards its own addresses against foreign host names (DNS rebinding); ours need the same.
MIDDLEWARE = [Middleware(TrustedHostMiddleware, allowed_hosts=st.get_option("server.allowedHosts") or ["*"])]


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """End the job queue with the server, so that a running job saves where it stands."""
    yield
    await anyio.to_thread.run_sync(jobs().close)


def say_what_went_wrong(error: Exception) -> bool:
    """Show a sentence instead of a traceback, which goes to the server's log."""
    if isinstance(error, SftvizError):
        say_error(error)
        return True
    _LOG.exception("A page failed", exc_info=error)
    st.error(
        f"This page could not be shown ({type(error).__name__}). Reload it; if that does not help, the terminal that "
        "runs sftviz has the details. Your runs and pictures are untouched.",
        icon=":material/error:",
    )
    return True
