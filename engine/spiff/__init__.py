"""The only door to SpiffWorkflow 3.2.0, our token mover, and the fences around it."""
