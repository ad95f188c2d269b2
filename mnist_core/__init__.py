"""Two classic networks for handwritten digits: data, training, drawing, evaluation.

Nothing in this package knows Streamlit, so all of it works from a notebook or a
shell.  Read it in the order in which the modules import each other:

    errors, settings            what can go wrong; what the environment sets
    dataset, synthetic          the images: found, fetched, verified, or drawn
    drawing, uploads            a drawing or a photo to MNIST's 28x28 format
    architectures, network      the registry of networks; their NumPy forward pass
    evaluation                  confusion matrix, per-digit figures, mistakes
    training                    TensorFlow, and the only module that imports it
    store, jobs                 runs in a database; workers that train them
"""

__version__ = "1.0.0"
