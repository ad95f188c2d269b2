"""Ways to explore what networks get wrong; one module a method."""
