"""Articles of a server by month, and the newest as a table: Python's own library, nothing to install.

    python3 search.py http://127.0.0.1:8600 台风
"""

import json
import sys
import urllib.parse
import urllib.request


def ask(server, path, **params):
    """One request of the API; lists become repeated parameters."""
    query = urllib.parse.urlencode(params, doseq=True)
    with urllib.request.urlopen(f"{server}/{path}?{query}") as reply:
        return reply.read().decode()


def search_all(server, **params):
    """Every article that a search counts, page after page, of one state of the archive."""
    cursor = {}
    while True:
        page = json.loads(ask(server, "api/v1/search", limit=100, **cursor, **params))
        counted = [hit for hit in page["hits"] if hit["match"] != "related"]
        yield from counted
        if len(counted) < 100:
            return
        if "list-cut" in page["notices"]:
            raise RuntimeError(f"{page['total']} articles match, more than a search lists: see export.jsonl?all=on")
        if "nextCursor" not in page:
            return
        cursor = {"cursor": page["nextCursor"]}


server, query = sys.argv[1].rstrip("/"), sys.argv[2]
found = json.loads(ask(server, "api/v1/search", q=query, limit=0))
print(f"{found['total']} articles, read as {found['readAs']}")
for bucket in found["histogram"]["buckets"]:
    if bucket["count"] > 0:
        print(bucket["start"], "█" * bucket["count"], bucket["count"])
for hit in search_all(server, q=query, sort="newest"):
    print(hit["published"][:10], hit["source"], hit["title"], sep="\t")
# With pandas, an export is a table at once:
#   pandas.read_json(f"{server}/export.jsonl?q={urllib.parse.quote(query)}", lines=True)
