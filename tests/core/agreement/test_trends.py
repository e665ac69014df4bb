"""Agreement by week and by annotator."""

from hypothesis import given
from hypothesis import strategies as st

from annotator.core.agreement.counts import LayerCounts, Matches
from annotator.core.agreement.trends import Dated, people_of, weeks_of

NAMES = ("ada", "ben", "cy")
PAIRS = (("ada", "ben"), ("ada", "cy"), ("ben", "cy"))


def matches() -> st.SearchStrategy[Matches]:
    numbers = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
    return numbers.map(lambda n: Matches(n[0], n[0] + n[1], n[0] + n[1] + n[2], sum(n)))


def counted(found: dict[tuple[str, str], Matches]) -> dict[str, LayerCounts]:
    return {"content": LayerCounts(pairs=dict(found))}


ARTICLES = st.lists(
    st.tuples(
        st.dates().map(lambda day: f"{day.isoformat()}T12:00:00Z"),
        st.dictionaries(st.sampled_from(PAIRS), matches(), min_size=1).map(counted),
    ),
    min_size=1,
    max_size=8,
)


@given(ARTICLES)
def test_every_dated_article_is_in_one_week_that_begins_on_its_monday_at_most(
    articles: list[Dated],
) -> None:
    weeks = weeks_of([*articles, (None, counted({PAIRS[0]: Matches(1, 1, 1, 1)}))])
    assert sum(week.articles for week in weeks) == len(articles)
    assert [week.start for week in weeks] == sorted({week.start for week in weeks})
    starts = [week.start for week in weeks]
    for day, _ in articles:
        assert max(start for start in starts if start <= day[:10]) in starts


@given(ARTICLES)
def test_a_week_adds_up_the_pairs_of_its_articles(articles: list[Dated]) -> None:
    day = "2026-03-04T09:00:00Z"
    (week,) = weeks_of([(day, counts) for _, counts in articles])
    assert week.start == "2026-03-02"
    pairs = [pair for _, counts in articles for pair in counts["content"].pairs.values()]
    marked = sum(pair.left + pair.right for pair in pairs)
    if marked:
        expected = 2 * sum(pair.overlap for pair in pairs) / marked
        assert week.figures["content"].value == expected
    else:
        assert week.figures["content"].value is None
    assert week.figures["entities"].value is None
    assert "nobody marked" in str(week.figures["entities"].why)


@given(ARTICLES)
def test_somebody_is_compared_with_all_others_and_nobody_else_with_them(
    articles: list[Dated],
) -> None:
    for person in people_of(articles, NAMES):
        pairs = [
            pair
            for _, counts in articles
            for names, pair in counts["content"].pairs.items()
            if person.name in names
        ]
        marked = sum(pair.left + pair.right for pair in pairs)
        for figure, same in (
            (person.exact["content"], sum(pair.exact for pair in pairs)),
            (person.overlap["content"], sum(pair.overlap for pair in pairs)),
        ):
            assert figure.value == (2 * same / marked if marked else None)
        there = sum(
            any(person.name in names for names in counts["content"].pairs) for _, counts in articles
        )
        assert person.articles == there
