"""Starts Digit Lab as one server: Streamlit's pages, and what `web` does in front of them and beside them.

`streamlit run app.py` finds `app` here; `home.py` is the first page, the others lie in `pages/`.
"""

import streamlit as st
from starlette.middleware import Middleware

from mnist_core.settings import Settings
from ui.frame import health
from ui.frame.uploads import held
from web.bounds import Bounds
from web.compressed import Compressed
from web.hosts import KnownHosts
from web.policy import OwnPagesOnly
from web.routes import routes
from web.visitors import VisitorCookie

middleware = [
    Middleware(KnownHosts, Settings.from_environment().hosts),
    Middleware(OwnPagesOnly),
    Middleware(Bounds, held=held),
    Middleware(VisitorCookie),
    Middleware(Compressed),
]
app = st.App("home.py", routes=routes(st.get_option("server.baseUrlPath"), looks=health.LOOKS), middleware=middleware)
