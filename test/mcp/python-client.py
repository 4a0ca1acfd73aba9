"""The official Python client: lists the tools, searches, and prints what it got as JSON. Arguments: an address, or a command and its own."""

import asyncio
import json
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client


async def ask(read, write):
    async with ClientSession(read, write) as session:
        await session.initialize()
        tools = (await session.list_tools()).tools
        found = await session.call_tool("search", {"query": "大桥"})
        answer = json.loads(found.content[0].text)
        print(json.dumps({"tools": [tool.name for tool in tools], "answer": answer}))


async def main(first, *others):
    if first.startswith("http"):
        async with streamable_http_client(first) as streams:
            await ask(streams[0], streams[1])
    else:
        async with stdio_client(StdioServerParameters(command=first, args=list(others))) as (read, write):
            await ask(read, write)


asyncio.run(main(*sys.argv[1:]))
