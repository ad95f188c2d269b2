"""German."""

GENDERS, FIRST = "mfn", True
_STEMS = (
    "türkis", "blau", "grün", "golden", "silbern", "violett", "orangefarben", "smaragdgrün", "mutig", "ruhig",
    "fröhlich", "klug", "neugierig", "sanft", "lebhaft", "glücklich", "geduldig", "schnell", "sonnig", "freundlich",
    "flink", "weise", "verspielt", "strahlend",
)  # fmt: skip
QUALITIES = tuple("/".join(stem.removesuffix("e") + ending for ending in ("er", "e", "es")) for stem in _STEMS)
ANIMALS = (
    "Otter m", "Igel m", "Eichhörnchen n", "Koala m", "Panda m", "Känguru n", "Pinguin m", "Delfin m", "Luchs m",
    "Falke m", "Adler m", "Zebra n", "Gazelle f", "Antilope f", "Rentier n", "Elch m", "Tiger m", "Löwe m",
    "Leopard m", "Jaguar m", "Lemur m", "Gecko m", "Salamander m", "Fink m", "Rotkehlchen n", "Spatz m", "Kolibri m",
    "Eisvogel m", "Nachtigall f", "Lerche f", "Schwan m", "Tukan m", "Pelikan m", "Flamingo m", "Papageitaucher m",
    "Hamster m", "Alpaka n", "Pony n", "Libelle f", "Grille f", "Seepferdchen n", "Seestern m",
)  # fmt: skip
