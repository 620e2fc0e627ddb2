"""Attachments for tests of the engine: uploads kept by people of the city, and forms that name them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine import nouns
from engine.attachments import bind, usable
from engine.authorization import Actor
from engine.commands.add_attachment import add_attachment
from engine.engine import Engine
from engine.errors import Invalid
from engine.files import FileStore
from engine.models import ProcessInstance
from engine.unit_of_work import UnitOfWork
from engine.uploads import Upload, receive
from tests import factories, pictures

ADD = frozenset({"attachment.add"})


def person(name: str) -> Actor:
    """A person of the city who may also add attachments."""
    found = factories.actor(name)
    return replace(found, permissions=found.permissions | ADD)


def photo(folder: Path, name: str = "现场.jpg", **said: Any) -> Upload:
    return receive(FileStore(folder), "photo", name, pictures.photo(), **said)


def keep(engine: Engine, upload: Upload, by: str = "clerk1", **where: Any) -> str:
    """Its id."""
    return engine.run(add_attachment, person(by), upload, **where).id


def submit(uow: UnitOfWork, instance_id: int, ids: Collection[str]) -> None:
    """What a submitted form with files does: judge them, then take them."""
    root = ProcessInstance.__table__.alias()
    uow.reach(nouns.CASE, select(root.c.root_id).where(root.c.id == instance_id).scalar_subquery())
    case = uow.instance(instance_id, instance_id)
    context = case.context(case.specification.model.elements["a"])
    if set(usable(uow.connection, uow.actor, context.root_id, ids)) != set(ids):
        raise Invalid({"photos": [{"code": "not_usable", "zh": "无此附件", "en": "no such attachment"}]})
    bind(context, ids)
