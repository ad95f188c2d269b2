"""Parts that pages are made of; none knows a network or the store."""
