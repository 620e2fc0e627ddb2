"""What people can do in the maintenance domain: a file per verb, named after its function."""
