"""A network in NumPy: its layers, the settings of a run, the forward pass, what it reads of a test set."""

from mnist_core.network.network import Network, pretrained, pretrained_names

__all__ = ["Network", "pretrained", "pretrained_names"]
