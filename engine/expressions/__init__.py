"""The expression language: Python's grammar as a parser only, compiled once to closures over plain data."""
