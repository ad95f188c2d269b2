"""The stress lab."""
