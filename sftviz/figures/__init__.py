"""Result in, Plotly figure out; no torch, no streamlit."""
