"""The pages people use: a file per page or list, each with its Blueprint."""
