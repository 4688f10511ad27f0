"""What the pages share. Besides app.py and pages/, the only room that knows streamlit."""
