"""The tests mirror the tree; golden/ holds process stories."""
