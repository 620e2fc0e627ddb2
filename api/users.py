"""/api/v1/users, /reset-requests and /api-keys: accounts of the own organisation, and keys for machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.commands.create_api_key import create_api_key
from accounts.commands.reset_second_factor import reset_second_factor
from accounts.commands.revoke_api_key import revoke_api_key
from accounts.house import house
from accounts.own_password import issue_link
from accounts.people import current_actor, own_organisation
from accounts.policies import requires, signed_in
from accounts.queries.api_key_list import api_key_list
from accounts.queries.reset_request_list import reset_request_list
from accounts.queries.user_list import user_page
from accounts.sign_in import add_user
from api.idempotency import act
from api.operations import MachineBlueprint, operation
from api.schemas.accounts import (
    KeyBody,
    KeyPage,
    KeyQuery,
    NewKeySchema,
    ResetLinkSchema,
    ResetRequestPage,
    UserBody,
    UserPage,
    UserQuery,
)
from api.schemas.created import IdSchema

blueprint = MachineBlueprint("users", "用户与密钥: people and machines")


@blueprint.get("/users")
@requires("user.admin")
@operation(blueprint, "Accounts of one's organisation, by user name", UserPage, query=UserQuery)
def list_users(query: Mapping[str, Any]) -> Any:
    with house().engine.read() as connection:
        return user_page(connection, current_actor(), **query)


@blueprint.post("/users")
@requires("user.admin")
@operation(
    blueprint,
    "Add an account to one's organisation; a user name is taken once, so that asking again is safe",
    IdSchema,
    status=201,
    body=UserBody,
    refuses=(404, 409),
)
def add_account(body: Mapping[str, Any]) -> Any:
    names = (body["username"], body["display_name"], body["password"])
    return {"id": add_user(house().engine, current_actor(), own_organisation(), *names, tuple(body["roles"]))}, 201


@blueprint.get("/reset-requests")
@requires("user.admin")
@operation(
    blueprint, "Who of one's organisation has forgotten the password, newest first", ResetRequestPage, query=KeyQuery
)
def list_reset_requests(query: Mapping[str, Any]) -> Any:
    with house().engine.read() as connection:
        return reset_request_list(connection, current_actor(), **query)


@blueprint.post("/users/<id:user_id>/reset-link")
@requires("user.admin")
@operation(
    blueprint,
    "A one-time link for a new password, shown once; older links of the account end, and so does its request",
    ResetLinkSchema,
    status=201,
    refuses=(404, 422),
)
def issue_reset_link(user_id: int) -> Any:
    path, expires_at = issue_link(house().engine, current_actor(), user_id)
    return {"path": path, "expires_at": expires_at}, 201


@blueprint.post("/users/<id:user_id>/reset-second-factor")
@requires("user.admin")
@operation(
    blueprint,
    "Take away the second factor of somebody who has lost the phone; nothing happens where there is none",
    None,
    status=204,
    refuses=(404, 422),
    repeatable=True,
)
def remove_second_factor(user_id: int) -> Any:
    act(reset_second_factor, user_id)


@blueprint.get("/api-keys")
@signed_in
@operation(
    blueprint, "One's own keys, and for administrators those of the organisation, newest first", KeyPage, query=KeyQuery
)
def list_keys(query: Mapping[str, Any]) -> Any:
    with house().engine.read() as connection:
        return api_key_list(connection, current_actor(), **query)


@blueprint.post("/api-keys")
@signed_in
@operation(
    blueprint,
    "Make a key that acts as oneself, with scopes one holds; it is shown once, and kept by nobody",
    NewKeySchema,
    status=201,
    body=KeyBody,
)
def add_key(body: Mapping[str, Any]) -> Any:
    actor = current_actor()
    return house().engine.run(create_api_key, actor, actor.id or 0, body["name"], body["scopes"], body["days"]), 201


@blueprint.post("/api-keys/<id:key_id>/revoke")
@signed_in
@operation(blueprint, "Revoke a key: its next request is refused", None, status=204, refuses=(404,), repeatable=True)
def revoke(key_id: int) -> Any:
    act(revoke_api_key, key_id)
