"""Tests of the decision tables; the shared ways to write one are in tables.py."""
