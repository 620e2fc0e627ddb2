"""The ledger 一机一档: columns, files, what a file would change, and the writing of changes with their history."""
