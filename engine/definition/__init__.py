"""What may be deployed: bytes -> safe XML -> profile -> dialect -> a ProcessModel, or findings."""
