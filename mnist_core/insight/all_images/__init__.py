"""Methods to explore what networks get wrong: one module each, on arrays of images, labels and scores."""
