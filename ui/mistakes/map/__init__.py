"""The map of all test images."""
