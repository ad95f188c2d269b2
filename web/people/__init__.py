"""Who asks: browsers with their tokens, the teacher with a key, and how both reach this machine."""
