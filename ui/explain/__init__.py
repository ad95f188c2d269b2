"""Why the networks said that."""
