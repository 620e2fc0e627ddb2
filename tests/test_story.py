"""`make story` against the real server: one fault goes to the archive when its contract observes for two seconds."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import update

from accounts.security import hash_password
from api.settings import Settings
from app import create_app
from engine.authorization import ENGINE
from engine.clock import SystemClock
from engine.database import Database
from engine.models import User
from engine.unit_of_work import UnitOfWork
from tests import story
from tests.server import Server
from tests.stage import KEY, stage

PASSWORD = "Lamp-post 17 at dusk"


def test_the_story_goes_to_the_archive(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    house = stage(database, SystemClock(), {"stages.observe.limit": "PT2S"})  # type: ignore[arg-type]
    settings = Settings(database_url, "s" * 32, "p" * 32, KEY.decode(), str(tmp_path), worker="none")
    with create_app(settings).app_context():
        house.engine.run(_let_in, ENGINE, hash_password(PASSWORD))
    server = Server(database_url, tmp_path / "server.log")
    server.start()
    try:
        assert story.tell(server.url, PASSWORD, "field_engineer") == "completed"
    finally:
        server.kill()
        database.dispose()


def _let_in(uow: UnitOfWork, hashed: str) -> None:
    uow.connection.execute(update(User).values(password=hashed, password_changed_at=uow.now))
