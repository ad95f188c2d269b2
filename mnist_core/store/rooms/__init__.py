"""Classes: rooms, who is in them, and what they sent."""
