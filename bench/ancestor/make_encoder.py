"""Makes a sentence encoder of the shape of a Chinese TinyBERT (4 layers, 312 wide, 12 heads, 1200 inside, 21,128 tokens) with
random weights: encoder.onnx and tokenizer.json. What it costs does not depend on what it has learned.

python make_encoder.py FOLDER
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import BertWordPieceTokenizer

LAYERS, WIDTH, HEADS, INSIDE, TOKENS, POSITIONS = 4, 312, 12, 1200, 21_128, 512


class Graph:
    """Nodes and weights as they are added; each method returns the name of its output."""

    def __init__(self):
        self.nodes, self.weights, self.random = [], [], np.random.default_rng(1)

    def add(self, kind, *inputs, **attributes):
        output = f"{kind}-{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def keep(self, array):
        name = f"weight-{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def matrix(self, rows, columns):
        return self.keep(self.random.normal(0, 0.02, (rows, columns)).astype(np.float32))

    def zeros(self, size):
        return self.keep(np.zeros(size, np.float32))

    def linear(self, x, rows, columns):
        return self.add("Add", self.add("MatMul", x, self.matrix(rows, columns)), self.zeros(columns))

    def norm(self, x):
        return self.add("LayerNormalization", x, self.keep(np.ones(WIDTH, np.float32)), self.zeros(WIDTH), epsilon=1e-12)


def embed(graph):
    words = graph.add("Gather", graph.matrix(TOKENS, WIDTH), "input_ids")
    length = graph.add("Shape", "input_ids", start=1, end=2)
    positions = graph.add("Slice", graph.matrix(POSITIONS, WIDTH), graph.keep(np.array([0])), length)
    kind = graph.matrix(1, WIDTH)
    return graph.norm(graph.add("Add", graph.add("Add", words, positions), kind))


def attend(graph, x):
    split = graph.keep(np.array([0, 0, HEADS, WIDTH // HEADS]))
    query, key, value = (graph.add("Reshape", graph.linear(x, WIDTH, WIDTH), split) for _ in range(3))
    query, value = (graph.add("Transpose", part, perm=[0, 2, 1, 3]) for part in (query, value))
    scores = graph.add("MatMul", query, graph.add("Transpose", key, perm=[0, 2, 3, 1]))
    scale = graph.keep(np.float32((WIDTH / HEADS) ** -0.5))
    shares = graph.add("Softmax", graph.add("Mul", scores, scale), axis=-1)
    heads = graph.add("Transpose", graph.add("MatMul", shares, value), perm=[0, 2, 1, 3])
    joined = graph.add("Reshape", heads, graph.keep(np.array([0, 0, WIDTH])))
    return graph.linear(joined, WIDTH, WIDTH)


def make_model():
    graph = Graph()
    x = embed(graph)
    for _ in range(LAYERS):
        x = graph.norm(graph.add("Add", x, attend(graph, x)))
        inside = graph.add("Gelu", graph.linear(x, WIDTH, INSIDE))
        x = graph.norm(graph.add("Add", x, graph.linear(inside, INSIDE, WIDTH)))
    mean = graph.add("ReduceMean", x, graph.keep(np.array([1])), keepdims=0)
    vector = graph.add("LpNormalization", mean, axis=-1, p=2)
    graph.nodes.append(helper.make_node("Identity", [vector], ["vector"]))
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "length"])
    output = helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, WIDTH])
    made = helper.make_graph(graph.nodes, "tiny-bert", [ids], [output], graph.weights)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def make_tokenizer(folder):
    letters = [chr(c) for c in range(33, 127)]
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *("##" + c for c in letters), *"，。！？、；：“”（）《》"]
    tokens += [chr(c) for c in range(0x4E00, 0x4E00 + TOKENS - len(tokens))]
    (folder / "vocab.txt").write_text("\n".join(tokens) + "\n", encoding="utf8")
    BertWordPieceTokenizer(str(folder / "vocab.txt")).save(str(folder / "tokenizer.json"))


folder = Path(sys.argv[1])
make_tokenizer(folder)
onnx.save(make_model(), folder / "encoder.onnx")
