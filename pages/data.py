"""Are my pictures fit to learn from?"""

import streamlit as st

from sftviz.ui import selection
from sftviz.ui.audit.view import show_audit
from sftviz.ui.changes_view import show_changes
from sftviz.ui.data_intake import show_intake
from sftviz.ui.data_view import show_counts, show_grid, show_rejections, show_removal
from sftviz.ui.label_form import words_of
from sftviz.ui.navigation import go_to
from sftviz.ui.pickers import pick
from sftviz.ui.stores import data_store
from sftviz.ui.version_words import changes_words
from sftviz.ui.wording import plain

st.title("Data")
known = {stored.identity: stored for stored in data_store().list()}

with st.expander("Add pictures", expanded=not known, icon=":material/add_photo_alternate:"):
    show_intake()

if not known:
    st.stop()
identity = pick("Data set", "data", list(known), next(iter(known)), lambda each: known[each].name)
stored = data_store().get(identity)
selection.remember("data", identity)
listing = stored.listing

with st.container(horizontal=True, vertical_alignment="center"):
    where = "a copy kept by sftviz" if stored.is_copy else f"read in place from {plain(str(listing.root))}"
    where += words_of(stored.labels)
    st.markdown(
        f"**{len(listing.pictures):,} pictures** in **{len(listing.classes)} classes**{changes_words(stored)}, {where}."
    )
    st.space("stretch")
    if st.button("Choose a model", type="primary", icon=":material/arrow_forward:"):
        go_to("model")

show_rejections(listing)
show_counts(listing)
show_changes(stored)
show_audit(stored)
show_grid(stored)
show_removal(stored)
