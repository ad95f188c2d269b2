"""The database: its tables, how they came to be, and what it refuses, in sentences."""
