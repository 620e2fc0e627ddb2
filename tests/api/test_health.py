"""/healthz and /readyz: public, quick, and naming what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from api.health import TICKER
from engine.database import Database
from engine.scheduler import Ticker
from tests.api.town import Town


def test_the_process_answers_and_is_ready(town: Town) -> None:
    client = town.browser()
    assert (client.get("/healthz").status_code, client.get("/healthz").json) == (200, {"status": "ok"})
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json) == (200, {"ready": True, "missing": []})


def test_an_older_database_is_not_ready(town: Town) -> None:
    def stamp(version: str) -> str:
        with town.engine.database.writing.begin() as connection:
            found: str = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
        return found

    newest = stamp("0000")
    answer = town.browser().get("/readyz")
    stamp(newest)
    assert (answer.status_code, answer.json) == (503, {"ready": False, "missing": ["migrations"]})


def test_a_database_out_of_reach_is_named_without_its_address(
    quiet_town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gone = Database(f"sqlite:///{tmp_path / 'no folder' / 'secret-name.sqlite'}")
    monkeypatch.setattr(quiet_town.engine, "database", gone)
    client = quiet_town.browser()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"ready": False, "missing": ["database"]})
    assert client.get("/healthz").status_code == 200


def test_an_embedded_ticker_must_live(quiet_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ticker = Ticker(quiet_town.engine, seconds=3600)
    monkeypatch.setitem(quiet_town.app.extensions, TICKER, ticker)
    client = quiet_town.browser()
    assert client.get("/readyz").json == {"ready": False, "missing": ["ticker"]}
    ticker.start()
    try:
        assert client.get("/readyz").json == {"ready": True, "missing": []}
    finally:
        ticker.stop()
    assert client.get("/readyz").status_code == 503
