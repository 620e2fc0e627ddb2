"""What screens and the command line read of accounts, a file each."""
