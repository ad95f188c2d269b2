"""The Mistakes page: one network, seen from several sides; the address carries the side as `view`."""

from __future__ import annotations

from collections.abc import Mapping

from ui.frame.views import View
from ui.mistakes.figures import view as figures_view
from ui.mistakes.labels import view as labels
from ui.mistakes.map import view as map_view
from ui.mistakes.matrix import view as cells
from ui.mistakes.mystery import view as mystery
from ui.mistakes.stress import view as stress_view

KEY = "mistakes_view"  # of the menu


VIEWS: Mapping[str, View] = {
    "matrix": View("Matrix", ":material/grid_on:", cells.view),
    "map": View("Map", ":material/scatter_plot:", map_view.view),
    "figures": View("Figures", ":material/table_chart:", figures_view.view),
    "mystery": View("Mystery digits", ":material/help_center:", mystery.view),
    "labels": View("Suspected labels", ":material/label_off:", labels.view),
    "stress": View("Stress lab", ":material/fitness_center:", stress_view.view),
}
OF_ANYTHING: Mapping[str, View] = {key: VIEWS[key] for key in ("matrix", "figures")}  # the others are about digits
