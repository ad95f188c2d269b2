"""Networks from files of strangers: read with care, never executed, and kept as runs of their own.

`reader` hands a file to a process of its own (`__main__`), which reads what Keras saved
(`keras_config`, `keras_weights`, `keras_files`) or NumPy (`npz_files`) and gives back
plain arrays.  `known` says which of the app's networks they are, `reading` for which
pixels, and `imports` keeps them.
"""
