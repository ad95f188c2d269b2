"""How long tests wait: far longer than things take, since a busy machine is slow, which is no failure."""

SECONDS = 60.0
