"""Drawings that are kept, and a network that learns from them."""
