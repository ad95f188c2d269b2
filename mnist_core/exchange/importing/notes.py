"""What the reader of a file passes on beside the network, in `Network.about`."""

NOTES = "notes"  # sentences about what was taken for granted
RAW_PIXELS = "raw_pixels"  # true where the file's model scales pixels itself, so that they come as 0 to 255
SETTLED = "settled"  # true where the file itself says for which images the network is
