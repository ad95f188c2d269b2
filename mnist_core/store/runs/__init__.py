"""Runs as rows: what is asked of them, what workers write of them, and in which order they wait."""
