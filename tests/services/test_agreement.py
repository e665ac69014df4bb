"""Agreement over a project: known figures of a corpus, and what is compared with what."""

from pathlib import Path

import pytest

from annotator.core.annotation import Annotation
from annotator.services.agreement import ReviewError, measure_agreement
from annotator.services.comparison import compare
from annotator.services.importing import import_files
from annotator.store import Project
from tests.store.samples import SCHEME, annotation, record


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path / "news.annotator", SCHEME)


def add(project: Project, article: str, **works: Annotation | None) -> None:
    with project.importing() as target:
        for name, work in works.items():
            target.add(record(article, name, work, text=f"😀 Zoë Lee said “it works”. {article}"))


def test_six_people_agree_on_polnear_as_much_as_was_published_of_them(
    shared: Path, project: Project
) -> None:
    with project:
        import_files(project, [shared / "corpora" / "polnear_review.jsonl"])
        found = measure_agreement(project, samples=50)
        assert found is not None
        content = found.layers["content"]
        assert found.articles == 24
        assert content.overlap is not None
        assert content.exact is not None
        assert content.overlap.value == pytest.approx(0.82, abs=0.005)
        assert content.exact.value == pytest.approx(0.69, abs=0.005)
        assert content.overlap.low is not None
        assert content.overlap.high is not None
        assert content.overlap.low < content.overlap.value < content.overlap.high
        assert len(content.pairs) == 15
        differing = sum(len(one.differences) for one in compare(project, ["4b22", "ef2d"]))
        same = sum(one.same for one in compare(project, ["4b22", "ef2d"]))
        assert same > 100 < differing


def test_the_same_draws_give_the_same_intervals(project: Project) -> None:
    with project:
        for number in range(6):
            less = Annotation() if number % 2 else annotation()
            add(project, f"a{number}", ada=annotation(), ben=less)
        first, second = (measure_agreement(project, samples=40) for _ in range(2))
        assert first == second
        assert first is not None
        exact = first.layers["content"].exact
        assert exact is not None
        assert exact.value == pytest.approx(2 * 3 / 9)
        assert exact.low is not None
        assert exact.low < exact.value


def test_only_articles_of_two_count_and_gold_only_when_it_is_named(project: Project) -> None:
    with project:
        add(project, "a1", ada=annotation(), ben=annotation(), gold=annotation())
        add(project, "a2", ada=annotation())
        found = measure_agreement(project)
        assert found is not None
        assert (found.annotators, found.articles) == (("ada", "ben"), 1)
        named = measure_agreement(project, ["ada", "gold"])
        assert named is not None
        assert (named.annotators, named.articles) == (("ada", "gold"), 1)


def test_suggesters_are_no_people_unless_they_are_named(project: Project) -> None:
    with project:
        works = {"ada": annotation(), "ben": annotation(), "suggester-rules": Annotation()}
        add(project, "a1", **works)
        found = measure_agreement(project)
        assert found is not None
        assert found.annotators == ("ada", "ben")
        named = measure_agreement(project, ["ada", "suggester-rules"])
        assert named is not None
        assert named.annotators == ("ada", "suggester-rules")


def test_a_cancelled_measurement_gives_nothing(project: Project) -> None:
    with project:
        add(project, "a1", ada=annotation(), ben=annotation())
        assert measure_agreement(project, cancelled=lambda: True) is None


def test_without_two_people_it_says_who_is_there(project: Project) -> None:
    with project:
        add(project, "a1", ada=annotation())
        with pytest.raises(ReviewError, match=r"takes two annotators to compare, and there is ada"):
            measure_agreement(project)


def test_without_an_article_of_two_every_figure_says_why(project: Project) -> None:
    with project:
        add(project, "a1", ada=annotation())
        add(project, "a2", ben=annotation())
        found = measure_agreement(project)
        assert found is not None
        assert (found.articles, found.layers) == (0, {})
