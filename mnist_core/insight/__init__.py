"""Why a network answers as it does: of one image, and of all images of a set."""
