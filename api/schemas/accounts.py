"""Organisations, people and keys as the API takes and shows them."""

from __future__ import annotations

from marshmallow import Schema, fields

from accounts.commands.create_organisation import KINDS
from accounts.roles import BY_KEY, KNOWN
from api.fields import Code, Cursor, Instant, Limit, ListOf, OneOf, StrictSchema, Text, WholeNumber
from api.schemas.pages import PageSchema

ORGANISATION_KINDS = {key: f"{words.zh} {words.en}" for key, words in KINDS.items()}
COMMON_KINDS = {key: words for key, words in ORGANISATION_KINDS.items() if key != "client"}
ROLES = {role.key: f"{role.zh} {role.en}" for role in BY_KEY.values()}
SCOPES = {one.key: f"{one.zh} {one.en}" for one in KNOWN.values()}


class OrganisationListQuery(StrictSchema):
    kind = OneOf(ORGANISATION_KINDS, load_default=None)
    after = Cursor()
    limit = Limit()


class OrganisationSchema(Schema):
    id = fields.Integer(required=True)
    key = fields.String(required=True)
    name = fields.String(required=True)
    kind = Code(ORGANISATION_KINDS, required=True)


class OrganisationPage(PageSchema):
    items = fields.List(fields.Nested(OrganisationSchema), required=True)


class OrganisationBody(StrictSchema):
    key = Text(60, required=True, description="small letters, digits, - and _")
    name = Text(200, required=True)
    kind = OneOf(COMMON_KINDS, required=True)


class UserQuery(StrictSchema):
    search = Text(100, load_default="", description="in user name and display name")
    after = Cursor()
    limit = Limit()


class UserSchema(Schema):
    id = fields.Integer(required=True)
    username = fields.String(required=True)
    display_name = fields.String(required=True)
    organisation = fields.String(required=True, metadata={"description": "its key"})
    active = fields.Boolean(required=True)
    roles = fields.List(fields.String(), required=True)


class UserPage(PageSchema):
    items = fields.List(fields.Nested(UserSchema), required=True)


class UserBody(StrictSchema):
    username = Text(60, required=True, description="4 to 60 of a-z 0-9 . _ -, a letter first")
    display_name = Text(100, required=True, description="how pages call the person")
    password = Text(200, required=True, description="at least 10 characters, none of the common ones")
    roles = ListOf(OneOf(ROLES), 20, required=True)


class ResetRequestSchema(Schema):
    user_id = fields.Integer(required=True)
    username = fields.String(required=True)
    display_name = fields.String(required=True)
    asked_at = Instant(required=True)
    ip = fields.String(required=True, metadata={"description": "from where"})


class ResetRequestPage(PageSchema):
    items = fields.List(fields.Nested(ResetRequestSchema), required=True)


class ResetLinkSchema(Schema):
    path = fields.String(
        required=True, metadata={"description": "after the address of the installation; shown now and never again"}
    )
    expires_at = Instant(required=True)


class KeyQuery(StrictSchema):
    after = Cursor()
    limit = Limit()


class KeySchema(Schema):
    id = fields.Integer(required=True)
    username = fields.String(required=True, metadata={"description": "whom it acts as"})
    name = fields.String(required=True, metadata={"description": "what it is for"})
    prefix = fields.String(required=True, metadata={"description": "its first characters"})
    scopes = fields.List(fields.String(), required=True)
    created_at = Instant(required=True)
    expires_at = Instant(required=True)
    revoked_at = Instant(required=True, allow_none=True)
    last_used_at = Instant(required=True, allow_none=True, metadata={"description": "within an hour"})


class KeyPage(PageSchema):
    items = fields.List(fields.Nested(KeySchema), required=True)


class KeyBody(StrictSchema):
    name = Text(100, required=True, description="what it is for")
    scopes = ListOf(OneOf(SCOPES), 50, required=True)
    days = WholeNumber(1, 366, load_default=90, metadata={"description": "it expires after so many days"})


class NewKeySchema(Schema):
    id = fields.Integer(required=True)
    key = fields.String(required=True, metadata={"description": "shown now and never again"})
