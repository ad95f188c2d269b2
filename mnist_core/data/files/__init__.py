"""Files of images, from strangers: npz, IDX, CSV, and zip archives of them; `reading.read` takes whichever it is."""
