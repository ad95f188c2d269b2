"""The images behind a number, and one of them."""
