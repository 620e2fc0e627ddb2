"""What the domain's screens read: a file per question."""
