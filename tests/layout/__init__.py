"""Measures drawings: what a reader of a BPMN diagram would stumble over, as findings with stable codes."""
