"""Work in other processes: what is asked of Dask's workers, and what they do."""
