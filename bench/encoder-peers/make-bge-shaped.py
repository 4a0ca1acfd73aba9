"""Makes a sentence-transformers folder of the shape of bge-small-zh (4 layers, 512 wide, 24 M parameters) with random
weights, as float32 and int8 ONNX, for bench/encoder-server.ts: the cost of a model does not depend on what it has learned.

    pip install torch transformers sentence-transformers onnx onnxruntime
    python bench/encoder-peers/make-bge-shaped.py FOLDER
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Normalize, Pooling, Transformer
from transformers import BertConfig, BertModel, BertTokenizerFast

folder = Path(sys.argv[1])
shutil.rmtree(folder, ignore_errors=True)
(folder / "onnx").mkdir(parents=True)
torch.manual_seed(1)
letters = [chr(c) for c in range(33, 127)]
tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *("##" + c for c in letters), *"，。！？、；：“”（）《》"]
tokens += [chr(c) for c in range(0x4E00, 0x4E00 + 21128 - len(tokens))]
(folder / "vocab.txt").write_text("\n".join(tokens) + "\n", encoding="utf8")
tokenizer = BertTokenizerFast(vocab=str(folder / "vocab.txt"), do_lower_case=True, model_max_length=512)
config = BertConfig(
    vocab_size=len(tokens), hidden_size=512, num_hidden_layers=4, num_attention_heads=8, intermediate_size=2048,
)
BertModel(config, add_pooling_layer=False).save_pretrained(folder / "hf")
tokenizer.save_pretrained(folder / "hf")
transformer = Transformer(str(folder / "hf"), max_seq_length=512)
SentenceTransformer(
    modules=[transformer, Pooling(512, pooling_mode="cls"), Normalize()],
    prompts={"query": "为这个句子生成表示以用于检索相关文章：", "document": ""},
    device="cpu",
).save_pretrained(str(folder))

# As older versions of sentence-transformers, which some peers bring along, write and read it.
classes = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
modules = [
    {"idx": index, "name": str(index), "path": path, "type": f"sentence_transformers.models.{name}"}
    for index, (path, name) in enumerate(classes)
]
(folder / "modules.json").write_text(json.dumps(modules))
pooling = {"word_embedding_dimension": 512, "pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
(folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
(folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 512, "do_lower_case": False}))

model = BertModel.from_pretrained(folder / "hf", add_pooling_layer=False, attn_implementation="eager").eval()


class LastHiddenState(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)[0]


names = ["input_ids", "attention_mask", "token_type_ids"]
example = torch.ones((2, 5), dtype=torch.int64)
path = folder / "onnx" / "model.onnx"
torch.onnx.export(
    LastHiddenState(), (example, example, torch.zeros_like(example)), str(path), input_names=names,
    output_names=["last_hidden_state"], dynamo=False,
    dynamic_axes={name: {0: "batch", 1: "length"} for name in [*names, "last_hidden_state"]},
)
quantize_dynamic(str(path), str(folder / "onnx" / "model_int8.onnx"), weight_type=QuantType.QInt8, per_channel=True)
