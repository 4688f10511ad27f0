"""The script behind every page: page configuration, navigation, and what the sidebar always shows."""

from pathlib import Path

import streamlit as st

from sftviz.ui import selection
from sftviz.ui.navigation import pages
from sftviz.ui.sidebar import show_sidebar

st.set_page_config(page_title="sftviz", page_icon=str(Path(__file__).with_name("icon.png")), layout="wide")
page = st.navigation(pages())
selection.restore(page.url_path)
show_sidebar()
page.run()
