"""Two classic networks for handwritten digits: data, training, drawing, evaluation.

Nothing in this package knows Streamlit, so all of it works from a notebook or a
shell.  Read it in the order in which the modules import each other:

    errors, settings            what can go wrong; what the environment sets
    layers, choices             what networks are made of, and what can be chosen
    architectures, run_settings the networks, and the settings of a run
    dataset, synthetic          the images: found, fetched, verified, or drawn
    drawing, uploads            a drawing or a photo to MNIST's 28x28 format
    network                     a trained network's forward pass in NumPy
    explain, counterfactual     why it said that, and what would change its mind
    neighbours, certainty       the nearest training images; whether it is a digit at all
    gauges, reference           where a drawing stands among MNIST's
    evaluation, samples         figures, mistakes, and which images to look at
    forward, program, training  TensorFlow: the networks as compiled graphs, and the loop that trains them
    store, runs                 runs in a database that all processes share
    jobs, worker                from a page to the processes that train
"""

__version__ = "1.0.0"
