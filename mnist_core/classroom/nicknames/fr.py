"""French."""

GENDERS, FIRST = "mf", False
QUALITIES = (
    "turquoise", "bleu/bleue", "vert/verte", "doré/dorée", "argenté/argentée", "violet/violette", "orange", "émeraude",
    "courageux/courageuse", "calme", "joyeux/joyeuse", "ingénieux/ingénieuse", "curieux/curieuse", "doux/douce",
    "vif/vive", "chanceux/chanceuse", "patient/patiente", "rapide", "ensoleillé/ensoleillée", "gentil/gentille",
    "agile", "sage", "joueur/joueuse", "radieux/radieuse",
)  # fmt: skip
ANIMALS = (
    "loutre f", "hérisson m", "écureuil m", "koala m", "panda m", "kangourou m", "pingouin m", "dauphin m", "lynx m",
    "faucon m", "aigle m", "zèbre m", "gazelle f", "antilope f", "renne m", "élan m", "tigre m", "lion m", "léopard m",
    "jaguar m", "lémurien m", "gecko m", "salamandre f", "pinson m", "rouge-gorge m", "moineau m", "colibri m",
    "martin-pêcheur m", "rossignol m", "alouette f", "cygne m", "toucan m", "pélican m", "flamant m", "macareux m",
    "hamster m", "alpaga m", "poney m", "libellule f", "grillon m", "hippocampe m", "étoile de mer f",
)  # fmt: skip
