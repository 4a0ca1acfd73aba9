"""The search page of wenxun's ancestor, in Streamlit: a query box, a range of days, the twenty nearest articles.

streamlit run page.py -- FOLDER                   index, table and encoder are loaded at each run of this script
streamlit run page.py -- FOLDER ENCODER_ADDRESS   they are loaded once and shared, and the encoder is a server of its own

The address may hold a range of days: ?from=2020-01-01&to=2020-12-31.
"""

import sqlite3
import sys
import time
from datetime import date
from html import escape
from pathlib import Path

import faiss
import numpy as np
import requests
import streamlit as st

TOP = 20
OPENING = 200

folder, encoder_address = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None
shared = st.cache_resource if encoder_address else lambda load: load


@shared
def load_index():
    return faiss.read_index(str(folder / "faiss.index"))


@shared
def open_articles():
    return sqlite3.connect(folder / "articles.db", check_same_thread=False)


@shared
def load_encoder():
    if encoder_address is None:
        from encoder import Encoder

        return Encoder(folder).encode
    session = requests.Session()

    def encode(text, t2s):
        reply = session.post(encoder_address, json={"text": text, "t2s": t2s}, timeout=60)
        reply.raise_for_status()
        return np.array(reply.json()["vector"], dtype=np.float32)

    return encode


def search(query, t2s, days):
    vector = load_encoder()(query, t2s)[np.newaxis]
    articles = open_articles()
    within = None
    if days is not None:
        first, last = articles.execute("SELECT min(row), max(row) FROM article WHERE day BETWEEN ? AND ?", days).fetchone()
        if first is None:
            return []
        within = faiss.SearchParameters(sel=faiss.IDSelectorRange(first, last + 1))
    _, rows = load_index().search(vector, TOP, params=within)
    found = [int(row) for row in rows[0] if row >= 0]
    places = ", ".join("?" * len(found))
    sql = f"SELECT row, title, source, day, substr(body, 1, {OPENING}) FROM article WHERE row IN ({places})"
    by_row = {row: article for row, *article in articles.execute(sql, found)}
    return [by_row[row] for row in found]


st.set_page_config(page_title="News")
st.title("News")
query = st.text_input("Query")
asked = [st.query_params[name] for name in ("from", "to") if name in st.query_params]
span = st.date_input("Days", value=[date.fromisoformat(day) for day in asked], min_value=date(1990, 1, 1))
t2s = st.checkbox("Traditional to Simplified", value=True)
if not query:
    st.stop()

began = time.perf_counter()
hits = search(query, t2s, [str(day) for day in span] if len(span) == 2 else None)
took_ms = (time.perf_counter() - began) * 1000
for title, source, day, opening in hits:
    st.markdown(f"**{title or opening[:20]}**  \n{day} · {source}  \n{opening}")
st.html(f'<p class="found" title="{escape(query)}" data-ms="{took_ms:.1f}">{len(hits)} found in {took_ms:.0f} ms</p>')
