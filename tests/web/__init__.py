"""Tests of the human doors: words, times, assets, templates."""
