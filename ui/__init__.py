"""What knows Streamlit: the parts that pages are made of; `docs/architecture.md` says which import which."""
