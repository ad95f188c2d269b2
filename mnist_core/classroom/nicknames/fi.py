"""Finnish."""

GENDERS, FIRST = "", True
QUALITIES = (
    "turkoosi", "sininen", "vihreä", "kultainen", "hopeinen", "violetti", "oranssi", "smaragdinvihreä", "rohkea",
    "rauhallinen", "iloinen", "nokkela", "utelias", "lempeä", "vilkas", "onnekas", "kärsivällinen", "nopea",
    "aurinkoinen", "ystävällinen", "ketterä", "viisas", "leikkisä", "säteilevä",
)  # fmt: skip
ANIMALS = (
    "saukko", "siili", "orava", "koala", "panda", "kenguru", "pingviini", "delfiini", "ilves", "haukka", "kotka",
    "seepra", "gaselli", "antilooppi", "poro", "hirvi", "tiikeri", "leijona", "leopardi", "jaguaari", "lemuri", "gekko",
    "salamanteri", "peippo", "punarinta", "varpunen", "kolibri", "kuningaskalastaja", "satakieli", "kiuru", "joutsen",
    "tukaani", "pelikaani", "flamingo", "lunni", "hamsteri", "alpakka", "poni", "sudenkorento", "sirkka", "merihevonen",
    "meritähti",
)  # fmt: skip
