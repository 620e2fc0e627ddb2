"""The kinds of designs that the engine itself knows: processes and decisions."""
