"""Training with TensorFlow: import it only where a network is trained."""
