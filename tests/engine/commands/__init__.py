"""Tests of the engine's commands, a file per command."""
