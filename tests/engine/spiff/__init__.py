"""Tests of the token mover."""
