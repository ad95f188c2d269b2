"""Files out and in: networks, notebooks, drawings, pictures; what a stranger brings is read in a process of its own."""
