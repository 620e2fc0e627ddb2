"""The demo city: its plan, its figures, its pictures, its progress."""
