"""One image: what decided, what would change it, what it resembles, how sure the answer is."""
