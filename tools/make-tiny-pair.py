"""Makes test/fixtures/tiny-pair/model.onnx: a cross-encoder that counts how often a token of the query stands in the text, for tests.

It has the inputs and the output of a BERT that classifies sequences, and no weights:

    logit = sum over i, j of [token i is of the query] * [token j is of the text] * [ids are equal]

    python tools/make-tiny-pair.py     (needs the package onnx)
"""

from pathlib import Path

from onnx import TensorProto, checker, helper, save

inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
          for name in ("input_ids", "attention_mask", "token_type_ids")]
output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 1])
axis = lambda name, at: helper.make_tensor(name, TensorProto.INT64, [len(at)], at)
nodes = [
    helper.make_node("Cast", ["token_type_ids"], ["types"], to=TensorProto.FLOAT),
    helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
    helper.make_node("Mul", ["types", "mask"], ["of_text"]),
    helper.make_node("Sub", ["mask", "of_text"], ["of_query"]),
    helper.make_node("Unsqueeze", ["of_query", "last"], ["query_column"]),
    helper.make_node("Unsqueeze", ["of_text", "middle"], ["text_row"]),
    helper.make_node("Mul", ["query_column", "text_row"], ["pairs"]),
    helper.make_node("Unsqueeze", ["input_ids", "last"], ["ids_column"]),
    helper.make_node("Unsqueeze", ["input_ids", "middle"], ["ids_row"]),
    helper.make_node("Equal", ["ids_column", "ids_row"], ["are_equal"]),
    helper.make_node("Cast", ["are_equal"], ["equal"], to=TensorProto.FLOAT),
    helper.make_node("Mul", ["pairs", "equal"], ["counted"]),
    helper.make_node("ReduceSum", ["counted", "both"], ["sum"], keepdims=0),
    helper.make_node("Unsqueeze", ["sum", "last_of_one"], ["logits"]),
]
constants = [axis("last", [2]), axis("middle", [1]), axis("both", [1, 2]), axis("last_of_one", [1])]
graph = helper.make_graph(nodes, "tiny-pair", inputs, [output], constants)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
checker.check_model(model)
save(model, Path(__file__).resolve().parent.parent / "test" / "fixtures" / "tiny-pair" / "model.onnx")
