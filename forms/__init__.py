"""The form language (form JSON in, Schema and layout out) and the shipped forms, foldered by process key."""
