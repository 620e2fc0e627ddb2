"""What people, machines and the worker can do: a file per verb, named after its function."""
