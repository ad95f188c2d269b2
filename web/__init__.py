"""What the server does before and beside Streamlit's pages, in Starlette's terms; never imports Streamlit."""
