"""The reference of a start: the smallest FastAPI program that answers a message over HTTP.

Usage: python -m benchmarks.echo PORT"""

import sys

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI(openapi_url=None)


class Words(BaseModel):
    """What is sent."""

    message: str


@app.post("/agent/chat")
async def chat(words: Words) -> Words:
    """Give the message back."""
    return words


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_config=None, access_log=False, server_header=False)
