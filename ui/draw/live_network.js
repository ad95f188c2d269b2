// The forward pass of `mnist_core.network.network.Network`, and networks as `ui.draw.live.packed` sends them.

const ACTIVATIONS = {
  relu: (z) => Math.max(z, 0),
  sigmoid: (z) => 0.5 * (Math.tanh(0.5 * z) + 1),
  tanh: Math.tanh,
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  linear: (z) => z,
};

/** The sums as parts of 1, in their place. */
function softmax(sums) {
  const largest = Math.max(...sums);
  let total = 0;
  for (let at = 0; at < sums.length; at++) total += sums[at] = Math.exp(sums[at] - largest);
  for (let at = 0; at < sums.length; at++) sums[at] /= total;
  return sums;
}

/** The header of packed networks, as text: it names each, and a name changes with the weights. */
export function headerOf(bytes) {
  return new TextDecoder().decode(bytes.subarray(4, weightsAt(bytes)));
}

const weightsAt = (bytes) => 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);

/**
 * Networks by their names.
 * The bytes are the length of a header as four bytes, the header as JSON, and all weights as float32.
 */
export function unpacked(bytes) {
  const copy = bytes.slice(); // Numbers must begin at whole words of their own memory.
  let at = weightsAt(copy);
  const take = (shape) => {
    const count = shape.reduce((product, size) => product * size, 1);
    at += 4 * count;
    return new Float32Array(copy.buffer, at - 4 * count, count);
  };
  const networks = {};
  for (const { name, straighten, temperature, layers } of JSON.parse(headerOf(copy))) {
    networks[name] = {
      straighten,
      temperature,
      layers: layers.map((layer) => ({ ...layer, weights: layer.shapes.map(take) })),
    };
  }
  return networks;
}

/** What `Network.answers` gives for a (28, 28) image, 0 to 255: `outputs` and `probabilities`, ten each (Float32Array). */
export function forward(network, image) {
  const seen = network.straighten ? straighten(image) : image;
  let values = new Float32Array(seen.length);
  for (let at = 0; at < seen.length; at++) values[at] = seen[at] / 255;
  let shape = [28, 28, 1];
  let sums;
  for (const layer of network.layers) {
    [values, shape] = LAYERS[layer.kind](layer, values, shape);
    if (layer.activation) {
      sums = values.slice();
      values = activated(values, layer.activation);
    }
  }
  return { outputs: values, probabilities: softmax(sums.map((sum) => sum / network.temperature)) };
}

const LAYERS = {
  flatten: (layer, values) => [values, [values.length]],
  dense,
  conv2d,
  max_pooling2d: maxPooling,
};

function activated(values, name) {
  if (name === "softmax") return softmax(values); // None of one value by itself.
  const activation = ACTIVATIONS[name];
  for (let at = 0; at < values.length; at++) values[at] = activation(values[at]);
  return values;
}

function dense(layer, values) {
  const [kernel, bias] = layer.weights, units = bias.length;
  const sums = new Float32Array(units);
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (!value) continue; // Most of an image is blank.
    for (let unit = 0, weight = at * units; unit < units; unit++, weight++) sums[unit] += value * kernel[weight];
  }
  for (let unit = 0; unit < units; unit++) sums[unit] += bias[unit];
  return [sums, [units]];
}

/** Sums under every window of a square kernel (rows, columns, channels, filters), without padding. */
function conv2d(layer, values, [height, width, channels]) {
  const [kernel, bias] = layer.weights, filters = bias.length, size = layer.kernel_size;
  const [rows, columns] = [height - size + 1, width - size + 1];
  const sums = new Float32Array(rows * columns * filters);
  // From each pixel to all windows that hold it: a blank pixel is passed over at once.
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const value = values[(y * width + x) * channels + channel];
        if (!value) continue;
        for (let i = Math.max(0, y - rows + 1); i <= Math.min(size - 1, y); i++) {
          for (let j = Math.max(0, x - columns + 1); j <= Math.min(size - 1, x); j++) {
            let sum = ((y - i) * columns + x - j) * filters;
            let weight = ((i * size + j) * channels + channel) * filters;
            for (let filter = 0; filter < filters; filter++) sums[sum++] += value * kernel[weight++];
          }
        }
      }
    }
  }
  for (let at = 0; at < sums.length; at++) sums[at] += bias[at % filters];
  return [sums, [rows, columns, filters]];
}

/** The largest of each `size` x `size` pixels; what is left over at the far edges is dropped. */
function maxPooling(layer, values, [height, width, channels]) {
  const size = layer.size, rows = Math.floor(height / size), columns = Math.floor(width / size);
  const largest = new Float32Array(rows * columns * channels).fill(-Infinity);
  for (let y = 0; y < rows * size; y++) {
    for (let x = 0; x < columns * size; x++) {
      const from = (y * width + x) * channels;
      const to = (Math.floor(y / size) * columns + Math.floor(x / size)) * channels;
      for (let channel = 0; channel < channels; channel++) {
        if (values[from + channel] > largest[to + channel]) largest[to + channel] = values[from + channel];
      }
    }
  }
  return [largest, [rows, columns, channels]];
}
