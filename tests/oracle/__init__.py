"""Instances against a simple oracle: an interpreter of our drawings that is slow and obviously right."""
