"""Tests of the machine doors, through HTTP."""
