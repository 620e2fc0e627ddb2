"""Machine doors: /api/v1 with its OpenAPI, health, and the `flask` command line."""
