"""The encoder in a process of its own: POST / {"text", "t2s"} gives {"vector", "vectors"}, both the one vector.

python server.py FOLDER PORT
"""

import sys
from pathlib import Path

import uvicorn
from encoder import Encoder
from fastapi import FastAPI
from pydantic import BaseModel

folder, port = sys.argv[1:3]
encoder = Encoder(Path(folder))
app = FastAPI()


class Request(BaseModel):
    text: str
    t2s: bool = False


@app.post("/")
def encode(request: Request):
    vector = encoder.encode(request.text, request.t2s).tolist()
    return {"vector": vector, "vectors": vector}


uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")
