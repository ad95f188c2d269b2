"""Networks from files of strangers: what Keras and NumPy saved is read, what could do harm is refused by name."""

import io
import json
import pickle
import struct
import zipfile
from dataclasses import replace

import h5py
import keras
import numpy as np
import pytest
from few_images import few_images

from mnist_core.errors import ConfigError, ModelError
from mnist_core.exchange import model_files
from mnist_core.exchange.importing import keras_files, reader
from mnist_core.exchange.importing.__main__ import read
from mnist_core.exchange.importing.examine import examine
from mnist_core.exchange.importing.known import config_of
from mnist_core.exchange.importing.reading import readings
from mnist_core.network.architectures import ELSEWHERE
from mnist_core.network.layers import Conv2D, Dense, Flatten
from mnist_core.network.network import Network, pretrained
from mnist_core.network.run_settings import TrainingConfig, settings_words
from mnist_core.store.runs.records import Cause
from mnist_core.store.store import Store
from mnist_core.training import loop

DATA = few_images()
IMAGES = np.where(np.random.default_rng(1).random((50, 28, 28)) < 0.8, 0, DATA.x_test[:50]).astype(np.uint8)
UNIT = IMAGES.astype(np.float32) / np.float32(255)


def saved(model: keras.Model, path) -> bytes:
    model.save(path / "model.keras")
    return (path / "model.keras").read_bytes()


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory) -> bytes:
    """What the tutorial's lines save, trained for a moment so that the optimizer has a state."""
    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation="sigmoid")])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(DATA.x_train[:64].reshape(64, 784) / 255, DATA.y_train[:64], verbose=0)
    return saved(model, tmp_path_factory.mktemp("tutorial"))


@pytest.fixture
def store(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    yield store
    store.close()


def rebuilt(content: bytes, **changed: bytes | None) -> bytes:
    """The archive with some files in place of its own; a double underscore stands for a dot."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        entries = {name: old.read(name) for name in old.namelist()}
        entries |= {name.replace("__", "."): entry for name, entry in changed.items()}
        for name, entry in entries.items():
            if entry is not None:
                new.writestr(name, entry)
    return buffer.getvalue()


def with_config(content: bytes, change) -> bytes:
    """The file after `change` has worked on its config and that of its Dense layer."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        config = json.loads(archive.read("config.json"))
    changed = change(config, config["config"]["layers"][-1])
    return rebuilt(content, config__json=json.dumps(changed or config).encode())


def with_weights(content: bytes, change) -> bytes:
    """The file after `change` has worked on its open HDF5 file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        buffer = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(buffer, "r+") as file:
        change(file)
    return rebuilt(content, model__weights__h5=buffer.getvalue())


# ------------------------------------------------------------------------- what can be read


@pytest.mark.parametrize("name", ["linear", "hidden", "convolutional"])
def test_a_run_that_left_as_keras_or_npz_comes_back_with_the_same_scores(name):
    network = pretrained(name)
    for content in (model_files.keras_file(network), network.to_bytes()):
        found = read(content)
        assert found.layers == network.layers
        assert np.array_equal(found.scores(IMAGES), network.scores(IMAGES))
        assert config_of(found).architecture == name


def test_upright_digits_come_back_from_npz_as_they_are():
    network = pretrained("hidden-draw-ready")
    found = read(network.to_bytes())
    assert found.straighten and np.array_equal(found.scores(IMAGES), network.scores(IMAGES))
    assert config_of(found).straighten


def test_plain_arrays_in_keras_order_are_read():
    for name in ("linear", "hidden", "convolutional"):
        buffer = io.BytesIO()
        np.savez(buffer, *[array for arrays in pretrained(name).weights for array in arrays])
        assert np.array_equal(read(buffer.getvalue()).scores(IMAGES), pretrained(name).scores(IMAGES))


LAYERS = keras.layers
MODELS = {
    "tutorial, 784": ([keras.Input((784,)), LAYERS.Dense(10, activation="sigmoid")], 784),
    "tutorial, hidden": (
        [keras.Input((784,)), LAYERS.Dense(100, activation="relu"), LAYERS.Dense(10, activation="sigmoid")],
        784,
    ),
    "Flatten in front": (
        [
            LAYERS.Flatten(input_shape=(28, 28)) if False else keras.Input((28, 28)),
            LAYERS.Flatten(),
            LAYERS.Dense(10, activation="softmax"),
        ],
        (28, 28),
    ),
    "one channel": ([keras.Input((28, 28, 1)), LAYERS.Flatten(), LAYERS.Dense(10, activation="sigmoid")], (28, 28, 1)),
    "activations of their own, dropout, no bias": (
        [
            keras.Input((28, 28)),
            LAYERS.Flatten(),
            LAYERS.Dense(12, use_bias=False),
            LAYERS.Activation("tanh"),
            LAYERS.Dropout(0.5),
            LAYERS.Dense(10),
            LAYERS.Activation("softmax"),
        ],
        (28, 28),
    ),
    "convolutional": (
        [
            keras.Input((28, 28, 1)),
            LAYERS.Conv2D(8, 5, activation="relu"),
            LAYERS.MaxPooling2D(2),
            LAYERS.Conv2D(16, 5, activation="relu"),
            LAYERS.MaxPooling2D(2),
            LAYERS.Flatten(),
            LAYERS.Dense(10, activation="sigmoid"),
        ],
        (28, 28, 1),
    ),
}


LATER_MODELS = {
    "two hidden layers": lambda: [
        keras.Input((28, 28)),
        LAYERS.Flatten(),
        LAYERS.Dense(24, activation="relu"),
        LAYERS.Dropout(0.3),
        LAYERS.Dense(16, activation="tanh"),
        LAYERS.Dense(10, activation="softmax"),
    ],
    "activations as layers": lambda: [
        keras.Input((784,)),
        LAYERS.Dense(24),
        LAYERS.ReLU(),
        LAYERS.Dense(16),
        LAYERS.LeakyReLU(negative_slope=0.1),
        LAYERS.Dense(12, activation="leaky_relu"),
        LAYERS.Dense(12, activation=LAYERS.ELU()),
        LAYERS.Dense(10),
        LAYERS.Softmax(),
    ],
    "other activations": lambda: [
        keras.Input((784,)),
        *(LAYERS.Dense(12, activation=name) for name in ("gelu", "silu", "selu", "relu6", "softplus", "elu")),
        LAYERS.Dense(10, activation="sigmoid"),
    ],
    "Keras' example": lambda: [
        keras.Input((28, 28, 1)),
        LAYERS.Conv2D(8, 3, activation="relu"),
        LAYERS.MaxPooling2D(2),
        LAYERS.Conv2D(12, (3, 3), activation="relu"),
        LAYERS.MaxPooling2D((2, 2)),
        LAYERS.Flatten(),
        LAYERS.Dropout(0.5),
        LAYERS.Dense(10, activation="softmax"),
    ],
    "LeNet": lambda: [
        keras.Input((28, 28, 1)),
        LAYERS.Conv2D(6, 5, padding="same", activation="tanh"),
        LAYERS.AveragePooling2D(2),
        LAYERS.Conv2D(16, 5, activation="tanh"),
        LAYERS.AveragePooling2D(2),
        LAYERS.Flatten(),
        LAYERS.Dense(24, activation="tanh"),
        LAYERS.Dense(10, activation="softmax"),
    ],
    "normalised between": lambda: [
        keras.Input((28, 28)),
        LAYERS.Rescaling(1 / 255),
        LAYERS.Reshape((28, 28, 1)),
        LAYERS.Conv2D(6, 3, use_bias=False),
        LAYERS.BatchNormalization(),
        LAYERS.Activation("relu"),
        LAYERS.MaxPooling2D(2),
        LAYERS.Conv2D(8, 3, strides=2, padding="same", activation="relu"),
        LAYERS.BatchNormalization(scale=False),
        LAYERS.SpatialDropout2D(0.2),
        LAYERS.Conv2D(8, 3, padding="same", activation="relu"),
        LAYERS.MaxPooling2D(2),
        LAYERS.BatchNormalization(center=False),
        LAYERS.Flatten(),
        LAYERS.Dense(16, activation="relu"),
        LAYERS.BatchNormalization(),
        LAYERS.Dense(10),
    ],
    "without dense layers": lambda: [
        keras.Input((28, 28, 1)),
        LAYERS.BatchNormalization(),
        LAYERS.Conv2D(8, 5, 3, activation="relu"),
        LAYERS.Conv2D(10, 3),
        LAYERS.GlobalAveragePooling2D(),
        LAYERS.Activation("softmax"),
    ],
    "only pooling": lambda: [
        keras.Input((28, 28, 1)),
        LAYERS.RandomRotation(0.1),
        LAYERS.MaxPooling2D(4),
        LAYERS.ReLU(),
        LAYERS.Conv2D(9, 4, strides=3, padding="same"),
        LAYERS.GlobalMaxPooling2D(),
        LAYERS.Dense(10, activation="softmax"),
    ],
}


def _wild(model: keras.Model) -> keras.Model:
    """The model with weights that no two layers share, and none that saturates it."""
    rng = np.random.default_rng(3)
    for layer in model.layers:
        shapes = [array.shape for array in layer.get_weights()]
        if isinstance(layer, LAYERS.BatchNormalization):
            *trained, mean, variance = (rng.normal(0.3, 0.8, shape) for shape in shapes)
            layer.set_weights([*trained, mean / 4, np.abs(variance) + 0.2])
        elif not isinstance(layer, keras.Model):
            layer.set_weights([rng.normal(0, 1.2 / np.sqrt(np.prod(shape[:-1]) or 16), shape) for shape in shapes])
    return model


@pytest.mark.parametrize("form", ["sequential", "functional", "nested"])
@pytest.mark.parametrize("name", LATER_MODELS)
def test_networks_of_other_layers_answer_as_keras_does(name, form, tmp_path):
    inputs, *layers = LATER_MODELS[name]()
    if form == "functional":
        outputs = inputs
        for layer in layers:
            outputs = layer(outputs)
        model = keras.Model(inputs, outputs)
    else:
        model = keras.Sequential([inputs, *layers])
    _wild(model)
    if form == "nested":
        model = keras.Sequential([keras.Input(inputs.shape[1:]), model])
    found = read(saved(model, tmp_path))
    raw = found.about["raw_pixels"]
    seen = (IMAGES.astype(np.float32) if raw else UNIT).reshape(len(UNIT), *inputs.shape[1:])
    by_keras = model(seen, training=False).numpy()
    if layers[-1].get_config().get("activation") == "linear":
        by_keras = keras.ops.softmax(by_keras).numpy()
    network = readings(found, DATA)[0].network
    assert network.scores(IMAGES) == pytest.approx(by_keras, abs=2e-5)
    assert np.ptp(by_keras) > 0.01 and config_of(found).layers == found.layers
    assert Network.from_bytes(network.to_bytes()).layers == network.layers


@pytest.mark.parametrize("name", ["other activations", "normalised between", "without dense layers"])
def test_a_network_from_elsewhere_leaves_as_keras_and_answers_alike(name, tmp_path):
    network = read(saved(_wild(keras.Sequential(LATER_MODELS[name]())), tmp_path))
    (tmp_path / "left.keras").write_bytes(model_files.keras_file(network))
    left = keras.models.load_model(tmp_path / "left.keras")
    assert left(UNIT).numpy() == pytest.approx(network.scores(IMAGES), abs=2e-5)
    again = read((tmp_path / "left.keras").read_bytes())
    assert again.scores(IMAGES) == pytest.approx(network.scores(IMAGES), abs=2e-5)


def test_normalisation_is_folded_away_where_a_layer_can_do_its_work(tmp_path):
    found = read(saved(_wild(keras.Sequential(LATER_MODELS["normalised between"]())), tmp_path))
    kinds = [layer.kind for layer in found.layers]
    # One comes before a convolution with zeros around the image, and one before a pooling and has factors below 0.
    assert kinds.count("scaling") == 1 and kinds[0] == "conv2d" and kinds[-1] == "dense"


def test_every_layer_that_cannot_be_computed_is_named(tmp_path):
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            LAYERS.Conv2D(4, 3, dilation_rate=2, name="wide"),
            LAYERS.LayerNormalization(name="norm"),
            LAYERS.SeparableConv2D(4, 3, name="apart"),
            LAYERS.Flatten(),
            LAYERS.Dense(10),
        ]
    )
    with pytest.raises(ModelError) as caught:
        read(saved(model, tmp_path))
    for words in ("Conv2D layer wide has dilation_rate=[2, 2]", "LayerNormalization layer (norm)", "(apart)"):
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        ([LAYERS.Dense(10, activation="softmax"), LAYERS.Softmax()], "comes after a softmax"),
        ([LAYERS.Dense(20), LAYERS.ReLU(threshold=0.5), LAYERS.Dense(10)], "threshold=0.5; only 0"),
        ([LAYERS.Dense(20), LAYERS.ReLU(max_value=3), LAYERS.Dense(10)], "max_value=3; only none, or 6"),
        ([LAYERS.Dense(20, activation=LAYERS.ELU(0.3)), LAYERS.Dense(10)], "alpha=0.3; only 1"),
        ([LAYERS.Dense(48)], "2 to 47 classes"),
    ],
)
def test_what_a_layer_cannot_be_here_is_said(layers, sentence, tmp_path):
    with pytest.raises(ModelError, match=sentence):
        read(saved(keras.Sequential([keras.Input((784,)), *layers]), tmp_path))


@pytest.mark.parametrize("form", ["sequential", "functional"])
@pytest.mark.parametrize("name", MODELS)
def test_what_keras_itself_saved_is_read(name, form, tmp_path):
    layers, shape = MODELS[name]
    if form == "sequential":
        model = keras.Sequential(
            [layers[0], *(layer.__class__.from_config(layer.get_config()) for layer in layers[1:])]
        )
    else:
        inputs = outputs = keras.Input(layers[0].shape[1:])
        for layer in layers[1:]:
            outputs = layer.__class__.from_config(layer.get_config())(outputs)
        model = keras.Model(inputs, outputs)
    model.set_weights([np.random.default_rng(3).normal(0, 0.3, array.shape) for array in model.get_weights()])
    found = read(saved(model, tmp_path))
    seen = UNIT.reshape(len(UNIT), *(shape if isinstance(shape, tuple) else (shape,)))
    by_keras = model(seen).numpy()
    assert found.scores(IMAGES) == pytest.approx(by_keras, abs=1e-5)
    assert np.ptp(by_keras) > 0.3
    config_of(found)


def test_rescaling_and_missing_activations_are_folded_in(tmp_path):
    model = keras.Sequential(
        [keras.Input((28, 28)), LAYERS.Rescaling(1 / 127.5, offset=-1), LAYERS.Flatten(), LAYERS.Dense(10)]
    )
    model.set_weights([np.random.default_rng(3).normal(0, 0.1, array.shape) for array in model.get_weights()])
    network = read(saved(model, tmp_path))
    first = readings(network, DATA)[0]
    logits = model(DATA.x_test[:100].astype(np.float32)).numpy()
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    assert first.network.scores(DATA.x_test[:100]) == pytest.approx(
        powers / powers.sum(axis=1, keepdims=True), abs=1e-4
    )
    assert first.words == "pixels from 0 to 255"
    assert "read through softmax" in network.about["notes"][0]


# --------------------------------------------------------- what is refused, with its sentence


def _class(name):
    def change(config, dense):
        dense["class_name"] = name

    return change


def _set(**values):
    def change(config, dense):
        dense["config"].update(values)

    return change


def _lambda(config, dense):
    code = {"class_name": "__lambda__", "config": {"code": "4wE=", "defaults": None, "closure": None}}
    dense.update(class_name="Lambda", config={"name": "innocent", "function": code})


def _custom(config, dense):
    dense.update(class_name="Evil", module="os", registered_name="Custom>Evil")


def _function(config, dense):
    dense["config"]["activation"] = {
        "module": "builtins",
        "class_name": "function",
        "config": "system",
        "registered_name": "function",
    }


def _hidden_initializer(config, dense):
    dense["config"]["kernel_initializer"] = {"module": "subprocess", "class_name": "Popen", "config": {"args": "true"}}


def _input(*shape):
    def change(config, dense):
        config["config"]["layers"][0]["config"]["batch_shape"] = [None, *shape]

    return change


def _nested(config, dense):
    config["config"]["layers"].insert(1, json.loads(json.dumps(config)))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_lambda, r"holds a Lambda layer \(innocent\), which is code"),
        (_custom, r"custom object \(Custom>Evil\), which is code"),
        (_function, r"custom object \(function\), which is code"),
        (_hidden_initializer, r"custom object \(Popen\), which is code"),
        (_class("LSTM"), r"holds a LSTM layer \(\w+\). These layers can be computed here: Reshape, Rescaling"),
        (_nested, "no layers/sequential/layers/dense/vars/0 in it"),
        (_input(32, 32, 3), r"input has the shape \(32, 32, 3\). Images of 28x28, 28x28x1 or 784"),
        (_input("x"), "does not say the shape of its input"),
        (_set(units=11), r"needs weights of the shape \(784, 11\), its file has \(784, 10\)"),
        (_set(units=2**40), "1 to 2,048 can be read"),
        (_set(activation="mish"), "activation mish. These can be read: relu"),
        (_set(activation="tanh"), "outputs have the activation tanh; sigmoid, softmax or none"),
        (_set(quantization_config={"mode": "int8"}), "quantization_config"),
        (lambda config, dense: ["x"], "class None. A Sequential or functional model is needed"),
        (lambda config, dense: {**config, "class_name": "MyModel"}, "class MyModel"),
        (lambda config, dense: config["config"].update(layers=[]), "list of layers is missing"),
    ],
)
def test_a_config_that_cannot_be_followed_is_refused_in_words(tutorial, change, sentence):
    with pytest.raises(ModelError, match=sentence):
        read(with_config(tutorial, change))


KERNEL = "layers/dense/vars/0"


def _replaced(make):
    def change(file):
        kernel = file[KERNEL][()]
        del file[KERNEL]
        make(file, kernel)

    return change


def _virtual(file, kernel):
    layout = h5py.VirtualLayout((784, 10), "f4")
    layout[:] = h5py.VirtualSource("/etc/hostname", "x", (784, 10))
    file.create_virtual_dataset(KERNEL, layout)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda file, kernel: None, "lacks weights of the layer"),
        (lambda file, kernel: file.__setitem__(KERNEL, h5py.ExternalLink("/etc/other.h5", "/x")), "link to elsewhere"),
        (lambda file, kernel: file.__setitem__(KERNEL, h5py.SoftLink("/layers/dense/vars/1")), "link to elsewhere"),
        (_virtual, "kept in another file"),
        (
            lambda file, kernel: file.create_dataset(
                KERNEL, (784, 10), "f4", external=[("/etc/hostname", 0, 4 * 7840)]
            ),
            "kept in another file",
        ),
        (
            lambda file, kernel: file.create_dataset(KERNEL, (2**20, 2**16), "f4", compression="gzip"),
            r"its file has \(1048576, 65536\)",
        ),
        (lambda file, kernel: file.create_dataset(KERNEL, data=kernel, compression="gzip"), "packed in pieces"),
        (lambda file, kernel: file.create_dataset(KERNEL, data=kernel.astype("i1")), "weights of type int8"),
        (lambda file, kernel: file.create_group(KERNEL), "are no array"),
        (lambda file, kernel: file.create_dataset(KERNEL, data=np.full_like(kernel, np.nan)), "not finite"),
    ],
)
def test_weights_that_are_no_plain_arrays_are_refused_in_words(tutorial, make, sentence):
    with pytest.raises(ModelError, match=sentence):
        read(with_weights(tutorial, _replaced(make)))


def test_branches_are_refused(tmp_path):
    inputs = keras.Input((784,))
    dense = LAYERS.Dense(10)
    shared = keras.Model(inputs, dense(LAYERS.Dense(784)(inputs)))
    assert read(saved(shared, tmp_path)).parameters == 784 * 785 + 7_850
    with pytest.raises(ModelError, match="Add layer"):
        read(saved(keras.Model(inputs, LAYERS.Add()([dense(inputs), LAYERS.Dense(10)(inputs)])), tmp_path))
    skipping = with_config(saved(shared, tmp_path), _skip)
    with pytest.raises(ModelError, match="branch or share"):
        read(skipping)


def _skip(config, dense):
    dense["inbound_nodes"][0]["args"][0]["config"]["keras_history"][0] = config["config"]["layers"][0]["name"]


def _npz(*arrays, **named) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, *arrays, **named)
    return buffer.getvalue()


def _bomb() -> bytes:
    """An npz whose one array says that it has 40 GB, and has nothing."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f4", "fortran_order": False, "shape": (10_000_000, 1_000)})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("arr_0.npy", header.getvalue())
    return buffer.getvalue()


def _h5(*groups, **attributes) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for group in groups:
            file.create_group(group)
        file.attrs.update(attributes)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (_npz(np.array([{"a": 1}], object)), "array arr_0 is a pickle, which is code"),
        (_npz(weights=np.zeros((784, 10), np.float32)), r"name of its own.*numpy.savez\(path, \*model.get_weights"),
        (
            _npz(np.zeros((783, 11), np.float32), np.zeros(11, np.float32)),
            r"arrays are \[\(783, 11\), \(11,\)\]. Needed are those of dense layers",
        ),
        (_npz(np.zeros((784, 10), int), np.zeros(10, int)), "of type int64, int64; weights are floating"),
        (_bomb(), "no network here is as large"),
        (pickle.dumps({"weights": 1}), "is a pickle, which is code"),
        (_h5(model_config="{}"), "legacy .h5 file.*save it as .keras"),
        (_h5("layers/dense/vars"), r"holds weights alone, as model.save_weights writes.*load_weights.*model.save\("),
        (_h5(layer_names=["dense"]), "holds weights alone"),
        (_h5("images"), "an HDF5 file without a model of Keras"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "an HDF5 file that is damaged"),
        (b"\x1c\0\0\0TFL3" + bytes(100), "a LiteRT file, made for devices"),
        (b"hello", "neither a .keras nor an .npz"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_other_files_are_refused_in_words(content, sentence):
    with pytest.raises(ModelError, match=sentence):
        read(content)


def test_a_zip_with_a_pickle_or_with_something_else_is_refused(tutorial):
    with pytest.raises(ModelError, match="data.pkl, a pickle, which is code"):
        read(rebuilt(tutorial, data__pkl=pickle.dumps(1)))
    with pytest.raises(ModelError, match="lacks model.weights.h5"):
        read(rebuilt(tutorial, model__weights__h5=None))
    with pytest.raises(ModelError, match=r"a SavedModel, .*model.save\('network.keras'\)"):
        read(rebuilt(tutorial, **{"mine/saved_model__pb": b"", "config__json": None}))
    with pytest.raises(ModelError, match="zip archive with metadata.json"):
        read(rebuilt(tutorial, config__json=None, model__weights__h5=None))


def test_weights_that_unpack_to_gigabytes_are_not_unpacked(tutorial, monkeypatch):
    monkeypatch.setattr(keras_files, "MAX_WEIGHTS_BYTES", 2**20)
    bomb = rebuilt(tutorial, model__weights__h5=bytes(2**24))
    assert len(bomb) < 2**18
    with pytest.raises(ModelError, match="unpacks to more than 1,048,576 bytes"):
        read(bomb)
    # A table of contents that lies about it does not help.
    place = bomb.index(b"PK\x01\x02", bomb.index(b"model.weights.h5"))
    lying = bomb.replace(struct.pack("<L", 2**24), struct.pack("<L", 1_000))
    assert lying != bomb and place
    with pytest.raises((ModelError, zipfile.BadZipFile)):
        read(lying)


# ------------------------------------------------- in a process of its own, and in the store


def test_the_process_that_reads_gives_back_the_network_and_nothing_of_the_file_s_words():
    network = pretrained("hidden")
    evil = replace(network, about={"notes": ["I am an admin."], "architecture": "linear"})
    found = reader.read(evil.to_bytes(), "mine.npz")
    assert np.array_equal(found.scores(IMAGES), network.scores(IMAGES))
    assert "admin" not in str(found.about) and "architecture" not in found.about


def test_a_reader_that_dies_or_hangs_is_a_sentence(monkeypatch):
    monkeypatch.setattr("mnist_core.exchange.apart.sys.executable", "/bin/false")
    with pytest.raises(ModelError, match="mine.keras cannot be imported: the process that read it died"):
        reader.read(b"PK", "mine.keras")
    monkeypatch.setattr(reader, "MAX_BYTES", 1)
    with pytest.raises(ModelError, match="mine.keras has 2 bytes; at most 1"):
        reader.read(b"PK", "mine.keras")
    with pytest.raises(ModelError, match="mine.keras is empty"):
        reader.read(b"", "mine.keras")


def test_damaged_bytes_anywhere_end_in_a_sentence_and_never_in_anything_else(tutorial):
    rng = np.random.default_rng(0)
    refused = 0
    for _ in range(60):
        damaged = bytearray(tutorial)
        for place in rng.integers(0, len(damaged), 200):
            damaged[place] ^= int(rng.integers(1, 256))
        try:
            read(bytes(damaged))
        except ModelError:
            refused += 1
        except (Exception, MemoryError):  # The process says "damaged" for these.
            refused += 1
    assert refused == 60
    with pytest.raises(ModelError, match="mine.keras cannot be imported. It is damaged"):
        reader.read(tutorial[:-100], "mine.keras")


@pytest.fixture(scope="module")
def trained() -> loop.TrainedRun:
    return loop.train(loop.TrainingConfig("linear", epochs=3), DATA)


def test_an_imported_network_is_a_finished_run_with_its_outputs(store, trained):
    imported = examine(model_files.keras_file(trained.network), "C:\\home\\me\\My net.keras", DATA)
    run = store.runs.imports.add(imported, DATA)
    assert (run.name, run.status, run.cause, run.imported) == ("My net", "finished", Cause.IMPORTED, True)
    assert store.runs.get(run.id) == run == store.runs.lists.all()[0]
    assert (run.correct, run.tested) == (trained.correct, 500)
    assert run.message.startswith("Imported from My net.keras.") and "home" not in run.message
    assert np.array_equal(store.runs.results.outputs(run.id), imported.scores)
    assert np.array_equal(store.runs.results.snapshot(run.id).scores(DATA.x_test), imported.scores)
    assert "home" not in str(store.runs.results.snapshot(run.id).about)
    assert store.runs.requeue(run.id) is False and store.runs.queue.order() == []
    assert store.runs.imports.add(imported, DATA, name="Named").name == "Named"


def test_nothing_is_in_the_store_after_a_refusal(store, tutorial, trained):
    with pytest.raises(ModelError, match="evil.keras cannot be imported. It holds a Lambda layer"):
        examine(with_config(tutorial, _lambda), "evil.keras", DATA)
    imported = examine(trained.network.to_bytes(), "mine.npz", DATA)
    with pytest.raises(ConfigError, match="1 to 80 characters"):
        store.runs.imports.add(imported, DATA, name="x" * 81)
    with pytest.raises(Exception, match="NOT NULL|bind"):
        store.runs.imports.add(replace(imported, scores=imported.scores, words=None), DATA)
    assert store.runs.lists.all() == []


def test_a_network_of_other_layers_is_kept_as_one_from_elsewhere(store):
    rng = np.random.default_rng(0)
    shapes = ((784, 30), (30, 20), (20, 10))
    layers = (Flatten(), Dense(30, "tanh"), Dense(20, "gelu"), Dense(10, "softmax"))
    weights = [(rng.normal(0, 0.1, shape).astype(np.float32), np.zeros(shape[1], np.float32)) for shape in shapes]
    imported = examine(Network(layers, ((), *weights)).to_bytes(), "deep.npz", DATA)
    run = store.runs.get(store.runs.imports.add(imported, DATA).id)
    assert run.config.architecture == ELSEWHERE and run.config.layers == layers
    assert settings_words(run.config, of_network=True) == "From elsewhere 784-30-20-10, softmax outputs"
    assert TrainingConfig.from_dict(run.config.to_dict()) == run.config
    assert "architecture" in TrainingConfig().to_dict() and "elsewhere" not in TrainingConfig().to_dict()
    with pytest.raises(ConfigError, match="architecture must be one of linear"):
        TrainingConfig(architecture=ELSEWHERE)


def test_a_network_that_takes_too_long_for_a_page_is_refused_with_its_figure():
    layers = (Conv2D(64, 5, "relu", "same"), Conv2D(64, 5, "relu", "same"), Flatten(), Dense(10, "softmax"))
    shape, weights = IMAGES.shape[1:], []
    for layer in layers:
        weights.append(tuple(np.zeros(each, np.float32) for each in layer.weight_shapes(shape)))
        shape = layer.output_shape(shape)
    with pytest.raises(ModelError, match="multiplies 82,[0-9,]+ times for one image; at most 40,000,000"):
        config_of(Network(layers, tuple(weights)))


def test_dense_arrays_of_any_depth_are_read():
    rng = np.random.default_rng(2)
    shapes = ((784, 30), (30,), (30, 20), (20,), (20, 10), (10,))
    found = read(_npz(*(rng.normal(size=shape).astype(np.float32) for shape in shapes)))
    assert found.layers == (Flatten(), Dense(30, "relu"), Dense(20, "relu"), Dense(10, "softmax"))
    assert "does not say activations: ReLU is taken" in found.about["notes"][0]


WAYS = {  # what a pixel from 0 to 1 is multiplied with, and what is added
    "pixels from -1 to 1": (2, -1),
    "pixels less their mean, divided by their standard deviation": None,
    "dark ink on white, pixels from 0 to 1": (-1, 1),
    "dark ink on white, pixels from -1 to 1": (-2, 1),
}


@pytest.mark.parametrize("words", WAYS)
def test_as_what_it_saw_images_is_measured(trained, words):
    """W (f x + a) + b is a network that saw f x + a, where w = v / f and b = c - w a are made of one that saw x."""
    factor, added = WAYS[words] or (255 / DATA.x_train.std(), -DATA.x_train.mean() / DATA.x_train.std())
    kernel, bias = trained.network.weights[1]
    # All pixels count for some digits and against others, so that it matters what a blank one is.
    counts = np.linspace(-0.05, 0.05, 10, dtype=np.float32)
    ink = np.float32((DATA.x_train / 255).sum(axis=(1, 2)).mean())
    seen = replace(trained.network, weights=((), (kernel + counts, bias - ink * counts)))
    kernel, bias = seen.weights[1]
    own = kernel / np.float32(factor)
    network = replace(seen, weights=((), (own, bias - np.float32(added) * own.sum(axis=0))))
    found = examine(model_files.keras_file(network), "mine.keras", DATA)
    assert f"it is given {words}." in found.words
    assert found.scores == pytest.approx(seen.scores(DATA.x_test), abs=1e-3)


@pytest.mark.parametrize("factor", [1, 255])
def test_for_which_pixels_it_was_made_is_measured_and_said(trained, factor):
    """Weights for pixels of 0 to 255 are 255 times smaller."""
    (_, (kernel, bias)) = trained.network.weights
    network = replace(trained.network, weights=((), (kernel / np.float32(factor), bias * np.float32(10))))
    expected = replace(trained.network, weights=((), (kernel, bias * np.float32(10))))
    found = examine(model_files.keras_file(network), "mine.keras", DATA)
    right = int((expected.scores(DATA.x_test).argmax(axis=1) == DATA.y_test).sum())
    assert found.correct == pytest.approx(right, abs=2)
    assert f"it is given pixels from 0 to {factor}." in found.words
    assert f"{found.correct:,} right with pixels from 0 to {factor}" in found.words
