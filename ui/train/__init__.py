"""The Train page: the form, a run as it trains, the list of runs."""
