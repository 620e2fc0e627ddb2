"""Tests of the engine's queries, a file per query."""
