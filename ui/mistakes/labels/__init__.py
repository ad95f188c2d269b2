"""Labels that are suspected to be wrong."""
