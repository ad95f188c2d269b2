"""Spanish."""

GENDERS, FIRST = "mf", False
QUALITIES = (
    "turquesa", "azul", "verde", "dorado/dorada", "plateado/plateada", "violeta", "naranja", "esmeralda", "valiente",
    "tranquilo/tranquila", "alegre", "ingenioso/ingeniosa", "curioso/curiosa", "apacible", "vivaz",
    "afortunado/afortunada", "paciente", "rápido/rápida", "soleado/soleada", "amable", "ágil", "sabio/sabia",
    "juguetón/juguetona", "radiante",
)  # fmt: skip
ANIMALS = (
    "nutria f", "erizo m", "ardilla f", "koala m", "panda m", "canguro m", "pingüino m", "delfín m", "lince m",
    "halcón m", "águila f", "cebra f", "gacela f", "antílope m", "reno m", "alce m", "tigre m", "león m", "leopardo m",
    "jaguar m", "lémur m", "geco m", "salamandra f", "pinzón m", "petirrojo m", "gorrión m", "colibrí m",
    "martín pescador m", "ruiseñor m", "alondra f", "cisne m", "tucán m", "pelícano m", "flamenco m", "frailecillo m",
    "hámster m", "alpaca f", "poni m", "libélula f", "grillo m", "caballito de mar m", "estrella de mar f",
)  # fmt: skip
