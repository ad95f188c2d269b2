"""One image as the numbers it is made of, and the 784 that flattening makes of them.

The image and its rows laid end to end are drawn together: pointing at a pixel in one
shows it in the other, and says in words which number of the 784 it is.
"""

from __future__ import annotations

import numpy as np

from mnist_core.drawing.images import IMAGE_SHAPE
from ui.frame.components import component


def pixels(image: np.ndarray, label: str, *, key: str) -> None:
    """Draw the (28, 28) uint8 image large, and flattened; `label` says what it is."""
    flat = image.reshape(-1).tolist()
    # Where a reader starts: the middle of the image has ink more often than its corner.
    middle = IMAGE_SHAPE[0] // 2 * IMAGE_SHAPE[1] + IMAGE_SHAPE[1] // 2
    data = {"values": flat, "side": IMAGE_SHAPE[1], "label": label, "start": middle}
    component("pictures/pixels.js", html=HTML)(key=key, data=data)


HTML = """
<div class="pixels">
  <figure class="image"><canvas class="grid" tabindex="0" role="img"></canvas>
    <figcaption>28 rows of 28 pixels. Point at one, or walk with the arrow keys.</figcaption></figure>
  <div class="flat">
    <p class="words" aria-live="polite"></p>
    <h4>This row as numbers</h4>
    <ol class="row"></ol>
    <h4>Flattened: all rows end to end</h4>
    <canvas class="strip" aria-hidden="true"></canvas>
    <div class="ends"><span>1</span><span>784</span></div>
    <p class="note">Each tick is the start of a row. The network gets these 784 numbers, divided by 255, and never
      learns which pixels were neighbours.</p>
  </div>
</div>
"""
