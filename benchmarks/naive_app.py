"""The page as most people write it, which ours is measured beside: cached Keras models, `predict`, whole reruns."""

import os

import keras
import numpy as np
import streamlit as st
from PIL import Image
from streamlit_drawable_canvas import st_canvas


@st.cache_resource
def load_models() -> dict[str, keras.Model]:
    """The networks in the folder that `NAIVE_MODELS` names."""
    folder = os.environ["NAIVE_MODELS"]
    return {name: keras.models.load_model(os.path.join(folder, f"{name}.keras")) for name in ("linear", "hidden")}


models = load_models()
st.title("Digit recogniser")
canvas = st_canvas(
    stroke_width=22,
    stroke_color="#FFFFFF",
    background_color="#000000",
    width=320,
    height=320,
    return_image_data=True,
    key="canvas",
)
if canvas.image_data is not None and canvas.image_data[..., :3].any():
    image = Image.fromarray(canvas.image_data.astype(np.uint8)).convert("L").resize((28, 28))
    st.image(image, width=140)
    for name, model in models.items():
        outputs = model.predict(np.asarray(image)[None] / 255)[0]
        st.header(f"{name}: {outputs.argmax()}")
        st.bar_chart(outputs)
