"""Verbs on accounts, a file each; run by Engine.run like every command."""
