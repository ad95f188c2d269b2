"""The Dataset page: where images came from, and what they look like."""
