"""What screens read: a file per question. Queries never lock and never load a state."""
