"""English; the others follow its order."""

GENDERS, FIRST = "", True
QUALITIES = (
    "teal", "blue", "green", "golden", "silver", "violet", "orange", "emerald", "brave", "calm", "cheerful", "clever",
    "curious", "gentle", "lively", "lucky", "patient", "quick", "sunny", "kind", "nimble", "wise", "playful", "radiant",
)  # fmt: skip
ANIMALS = (
    "otter", "hedgehog", "squirrel", "koala", "panda", "kangaroo", "penguin", "dolphin", "lynx", "falcon", "eagle",
    "zebra", "gazelle", "antelope", "reindeer", "moose", "tiger", "lion", "leopard", "jaguar", "lemur", "gecko",
    "salamander", "finch", "robin", "sparrow", "hummingbird", "kingfisher", "nightingale", "lark", "swan", "toucan",
    "pelican", "flamingo", "puffin", "hamster", "alpaca", "pony", "dragonfly", "cricket", "seahorse", "starfish",
)  # fmt: skip
