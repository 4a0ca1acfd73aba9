"""The sentence encoder that make_encoder.py made: text to a unit vector, converted to Simplified Chinese first where wished."""

import numpy as np
import onnxruntime
import opencc
from tokenizers import Tokenizer

MAX_TOKENS = 512


class Encoder:
    def __init__(self, folder):
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.session = onnxruntime.InferenceSession(folder / "encoder.onnx", providers=["CPUExecutionProvider"])
        self.converter = opencc.OpenCC("t2s")

    def encode(self, text, t2s):
        ids = self.tokenizer.encode(self.converter.convert(text) if t2s else text).ids
        return self.session.run(None, {"input_ids": np.array([ids], dtype=np.int64)})[0][0]
