"""The application object: `streamlit run app.py`. The pages' common script is sftviz/ui/main.py."""

from pathlib import Path

import streamlit as st

from sftviz.machine import prepare_process
from sftviz.ui.server import MIDDLEWARE, ROUTES, lifespan, say_what_went_wrong

prepare_process()
app = st.App(
    Path(__file__).parent / "sftviz" / "ui" / "main.py",
    lifespan=lifespan,
    routes=ROUTES,
    middleware=MIDDLEWARE,
    on_script_error=say_what_went_wrong,
)
