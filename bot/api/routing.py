"""A path of the API answers its own methods, and refuses the others as RFC 9110 says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from werkzeug.exceptions import MethodNotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")


def expose(bp: Blueprint, path: str, **views: Callable[..., ResponseReturnValue]) -> None:
    """Answer `path` with one view a method: `expose(bp, "/chat", post=chat)`.

    Flask alone would let another rule of the application take the methods left over.
    """
    allowed = sorted({"OPTIONS", *(name.upper() for name in views), *(("HEAD",) if "get" in views else ())})

    def answer(**values: str) -> ResponseReturnValue:
        if request.method == "OPTIONS":
            return "", 204, {"Allow": ", ".join(allowed)}
        view = views.get("get" if request.method == "HEAD" else request.method.lower())
        if view is None:
            raise MethodNotAllowed(valid_methods=allowed)
        return view(**values)

    endpoint = path.strip("/").replace("/", "_").replace("<", "").replace(">", "").replace(".", "_").replace(":", "_")
    bp.add_url_rule(
        path,
        endpoint or "index",
        answer,
        methods=METHODS,
        provide_automatic_options=False,
        strict_slashes=bool(path),  # the address of the whole is typed with a final slash or without
    )
