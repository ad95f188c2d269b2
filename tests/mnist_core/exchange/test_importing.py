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
from mnist_core.network.network import Network, pretrained
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
            LAYERS.MaxPooling2D(),
            LAYERS.Conv2D(16, 5, activation="relu"),
            LAYERS.MaxPooling2D(),
            LAYERS.Flatten(),
            LAYERS.Dense(10, activation="sigmoid"),
        ],
        (28, 28, 1),
    ),
}


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
        (_class("LSTM"), r"holds a LSTM layer \(\w+\). Only these can be read: InputLayer"),
        (_nested, "holds a Sequential layer"),
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


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (_npz(np.array([{"a": 1}], object)), "array arr_0 is a pickle, which is code"),
        (_npz(weights=np.zeros((784, 10), np.float32)), r"name of its own.*numpy.savez\(path, \*model.get_weights"),
        (
            _npz(np.zeros((784, 11), np.float32), np.zeros(11, np.float32)),
            r"arrays are \[\(784, 11\), \(11,\)\]. Needed",
        ),
        (_npz(np.zeros((784, 10), int), np.zeros(10, int)), "of type int64, int64; weights are floating"),
        (_bomb(), "no network here is as large"),
        (pickle.dumps({"weights": 1}), "is a pickle, which is code"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "legacy .h5 file.*save it as .keras"),
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


def test_a_network_of_other_layers_is_told_what_it_has_and_what_is_needed():
    rng = np.random.default_rng(0)
    layers = (*pretrained("hidden").layers[:2], *pretrained("hidden").layers[1:2], pretrained("hidden").layers[2])
    shapes = ((784, 100), (100, 100), (100, 10))
    weights = [(rng.normal(size=shape).astype(np.float32), np.zeros(shape[1], np.float32)) for shape in shapes]
    deep = Network(layers, ((), *weights))
    with pytest.raises(ModelError, match=r"Dense, relu \(100\), Dense, relu \(100\).*Needed is one of these"):
        config_of(deep)


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
