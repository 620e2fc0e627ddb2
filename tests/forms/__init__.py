"""Tests of the form language and of the shipped forms."""
