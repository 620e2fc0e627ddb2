"""DMN decision tables: read from bytes, checked, compiled once, evaluated with the meaning the standard gives them."""
