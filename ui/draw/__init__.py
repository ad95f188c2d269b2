"""The Draw page: canvas, live answers, and a network that learns a handwriting."""
