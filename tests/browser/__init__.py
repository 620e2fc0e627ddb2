"""Tests in a real browser: a phone of 390 px and a desk of 1440 px."""
