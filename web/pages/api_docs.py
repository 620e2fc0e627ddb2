"""接口文档: the page on which /api/v1 explains itself; a script draws it from the OpenAPI document."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from accounts.policies import signed_in
from web.frame import page

blueprint = Blueprint("api_docs", __name__)


@blueprint.get("/api-docs")
@signed_in
def show() -> Response:
    return page("api_docs.html", "api", api={"document": url_for("api_document.openapi")})
