"""People: sign-in, sessions, API keys; a signed-in person becomes an Actor."""
