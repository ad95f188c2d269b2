"""A class as phones see it: one plain page, and what it asks for.  `mnist_core.classroom` says what may happen."""
