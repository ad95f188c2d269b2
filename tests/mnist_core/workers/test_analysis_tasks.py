"""Analyses that wait for workers: as many at a time as there are workers, and given up before they begin."""

from dataclasses import dataclass, field

from mnist_core.store.analyses import Analysis
from mnist_core.workers.analysis_tasks import AnalysisTasks


@dataclass
class Asked:
    """Stands for a task's future."""

    key: str
    status: str = "pending"

    def done(self):
        return self.status != "pending"

    def add_done_callback(self, callback):
        pass

    def release(self):
        pass


@dataclass
class Cluster:
    """Stands for the way to the workers: takes note of what they are asked."""

    asked: list[Asked] = field(default_factory=list)

    def submit(self, work, identity, analysis, *, workers, key, retries):
        self.asked.append(Asked(analysis.options["number"]))
        return self.asked[-1]


def questions(number: int) -> list[Analysis]:
    return [Analysis("map", "digest", "linear", "v", {"number": place}) for place in range(number)]


def hand_out(analyses: AnalysisTasks, cluster: Cluster, workers: int = 1) -> list[int]:
    """The numbers of the questions that workers have been asked by now."""
    warm = [f"tcp://{place}" for place in range(workers)]
    analyses.hand_out(cluster, warm, "store", lambda: None)
    return [each.key for each in cluster.asked]


def test_a_worker_is_asked_one_question_at_a_time_in_their_order():
    analyses, cluster, asked = AnalysisTasks(), Cluster(), questions(3)
    for each in asked:
        assert analyses.ask(each)
    assert hand_out(analyses, cluster) == [0] == hand_out(analyses, cluster)
    assert [analyses.before(each.key) for each in asked] == [0, 0, 1]
    cluster.asked[0].status = "finished"
    assert hand_out(analyses, cluster) == [0, 1]
    assert hand_out(analyses, cluster, workers=2) == [0, 1, 2]
    assert bool(analyses)


def test_what_waits_can_be_given_up_and_asked_again_and_what_was_begun_ends():
    analyses, cluster, (first, second) = AnalysisTasks(), Cluster(), questions(2)
    analyses.ask(first), analyses.ask(second)
    hand_out(analyses, cluster)
    for each in (first, second):
        analyses.give_up(each.key)
    cluster.asked[0].status = "finished"
    assert hand_out(analyses, cluster) == [0] and not analyses
    assert analyses.ask(second)
    assert hand_out(analyses, cluster) == [0, 1]
