"""Measures the product against a floor that does the least one must: ratios within one run, not promises of speed."""
