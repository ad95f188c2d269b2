"""Mystery digits."""
