"""Finding in all articles: words, labels, flags and notes, and never an error."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from annotator.core.annotation import Annotation
from annotator.core.models import Entity, Head, Mention
from annotator.core.text_search import FoldedText, TextQuery
from annotator.store import Hit, Project, SearchQuery
from tests.store.samples import NAMED, SAID, ZOE, annotation, record
from tests.strategies import texts

TEXTS = {
    "en": "The prime minister, Zoë Lee, said: “It's done.” Zoe left U.S. soil.",
    "ar": "قال أحمد محمد إن العربية لغة جميلة.",
    "zh": "伊朗国防部长访问巴格达。",
    "em": 'A 👍🏽 for C++ and a+b*(c) — 100 % "sure". NEAR(x) AND OR NOT col:',
    "fr": "Un café\ncréme à l’été.",
}


@pytest.fixture
def filled(project: Project) -> Project:
    with project.importing() as target:
        for id_, text in TEXTS.items():
            target.add(record(id_, text=text, title=f"Title {id_}"))
    return project


def hits(project: Project, words: str = "", **more: object) -> list[Hit]:
    exact, whole = bool(more.pop("exact", False)), bool(more.pop("whole", False))
    wanted = SearchQuery(TextQuery(words, exact=exact, whole=whole), "ada", **more)  # type: ignore[arg-type]
    found = project.search(wanted).page(1000, 60)
    assert found.next is None
    return found.hits


def where(project: Project, words: str, **more: object) -> list[str]:
    return [hit.title.removeprefix("Title ") for hit in hits(project, words, **more)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("prime min", ["en"]), ("zoe", ["en"]), ("ZOË LEE", ["en"]), ("it's", ["en"]),
        ("u.s.", ["en"]), ("inister", []), ("احمد", ["ar"]), ("أحمد محمد", ["ar"]),
        ("العرب", ["ar"]),
        ("国防部", ["zh"]), ("巴格达", ["zh"]), ("👍🏽", ["em"]), ("c++", ["em"]),
        ("a+b*(c", ["em"]), ('"sure"', ["em"]), ("NEAR(x) AND OR", ["em"]), ("col:", ["em"]),
        ("100 %", ["em"]), ("cafe creme", ["fr"]), ("l'ete", ["fr"]), ("a", ["em", "fr"]),
        ("*", ["em"]), ("“", ["en", "em"]), ("—", ["em"]), ("nowhere", []), ("\0", []),
    ],
)  # fmt: skip
def test_words_are_found_whatever_signs_are_among_them(filled, words, expected) -> None:
    assert where(filled, words) == expected


def test_a_hit_says_where_it_stands_and_what_is_around(filled: Project) -> None:
    (hit,) = hits(filled, "zoe")
    text = TEXTS["en"]
    assert (text[hit.start : hit.end], hit.words, hit.times) == ("Zoë", "Zoë", 2)
    assert hit.before == "The prime minister, "
    assert text.startswith(hit.before + hit.words + hit.after)


def test_case_and_whole_words_count_if_they_shall(filled: Project) -> None:
    assert where(filled, "zoe", exact=True) == []
    assert where(filled, "Zoe", exact=True) == ["en"]
    assert where(filled, "minist", whole=True) == []
    assert where(filled, "minister", whole=True) == ["en"]


def test_status_narrows_the_articles_down(filled: Project) -> None:
    with filled.importing() as target:
        head = Head("done", "look again", ("discuss",))
        work = Annotation(head=head)
        target.add(record("en", "ada", work, text=TEXTS["en"], title="Title en"))
    assert where(filled, "", status="done") == ["en"]
    assert where(filled, "a", status="todo") == ["em", "fr"]
    assert [hit.status for hit in hits(filled, "zoe")] == ["done"]


def test_labels_flags_and_notes_are_found_with_their_places(project: Project) -> None:
    flagged = NAMED._replace(flags=("discuss",), note="which Lee?")
    company = Entity("e2", "ORG", "Works", 2)
    other = Mention("m2", "e2", 19, 24, "works", 2)
    said = SAID._replace(flags=("discuss",))
    with project.importing() as target:
        target.add(record("a1", "ada", annotation(ZOE, flagged, company, other, said)))
        target.add(record("a2", "bob", annotation()))
        target.add(record("a3", "ada", annotation(head=Head("doing", "odd text"))))
    assert [h.words for h in hits(project, label="ORG")] == ["works"]
    assert [(h.title, h.words) for h in hits(project, label="PERSON")] == [
        ("a1", "Zoë Lee"), ("a3", "Zoë Lee"),
    ]  # fmt: skip
    assert [h.words for h in hits(project, "lee", label="PERSON", status="doing")] == ["Zoë Lee"]
    assert [(h.words, h.label) for h in hits(project, marker="flag")] == [
        ("Zoë Lee", "PERSON"), ("it works", "quote"),
    ]  # fmt: skip
    assert [h.words for h in hits(project, marker="note")] == ["which Lee?", "odd text"]
    assert [h.words for h in hits(project, "which", marker="note")] == ["which Lee?"]
    assert [h.words for h in hits(project, label="ORG", marker="flag")] == []
    bob = SearchQuery(TextQuery(""), "bob", label="PERSON")
    assert [h.title for h in project.search(bob).page(9, 60).hits] == ["a2"]


def test_a_search_goes_on_where_it_stopped(project: Project) -> None:
    with project.importing() as target:
        for number in range(30):
            target.add(record(f"a{number}", text=f"Ann {number} 👍"))
    for words in ("ann", "👍"):
        searching, seen = project.search(SearchQuery(TextQuery(words), "ada")), []
        while True:
            found = searching.page(1, 60)
            seen += found.hits
            if found.next is None:
                break
        assert [hit.title for hit in seen] == [f"a{number}" for number in range(30)]


def test_a_search_stops_when_its_time_is_over(project: Project) -> None:
    with project.importing() as target:
        for number in range(30):
            target.add(record(f"a{number}", text=f"Ann {number}"))
    clock = iter(range(1000))
    wanted = SearchQuery(TextQuery("ann"), "ada")
    found = project.search(wanted).page(100, 5, clock=lambda: float(next(clock)))
    assert len(found.hits) == 5
    assert found.next == found.hits[-1].key


@given(st.text(max_size=12) | texts(max_pieces=4))
@example('"')
@example("a OR")
@example("\ud800")
def test_whatever_is_typed_is_no_error(searched: Project, words: str) -> None:
    for label, marker in ((None, None), ("PERSON", None), (None, "flag")):
        wanted = SearchQuery(TextQuery(words), "ada", label=label, marker=marker)  # type: ignore[arg-type]
        for hit in searched.search(wanted).page(99, 60).hits:
            article = searched.article(hit.key)
            assert article.text[hit.start : hit.end] == hit.words or not words.strip()


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Project:
    from tests.store.samples import SCHEME

    project = Project.create(tmp_path_factory.mktemp("search") / "news.db", SCHEME)
    with project.importing() as target:
        for id_, text in TEXTS.items():
            target.add(record(id_, text=text))
        target.add(record("z", "ada"))
    yield project
    project.close()


@given(st.sampled_from(sorted(TEXTS)), st.data())
def test_every_run_of_whole_words_is_found_in_its_article(searched, id_: str, data) -> None:
    words = TEXTS[id_].split()
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    piece = " ".join(words[first:last])
    found = searched.search(SearchQuery(TextQuery(piece), "ada")).page(99, 60).hits
    assert id_ in [hit.title for hit in found], piece
    assert TextQuery(piece).first(FoldedText(TEXTS[id_])) is not None


def test_a_hit_has_ninety_letters_around_it_as_far_as_there_are(project: Project) -> None:
    for number, (before, after) in enumerate(((89, 89), (90, 90), (91, 91), (0, 0), (200, 1))):
        with project.importing() as target:
            target.add(record(f"{number}", text=f"{'b' * before}❦{'a' * after}"))
        *_, hit = hits(project, "❦")
        assert (hit.before, hit.after) == ("b" * min(before, 90), "a" * min(after, 90))
        assert (hit.start, hit.end, hit.words, hit.times, hit.label) == (
            *(before, before + 1, "❦", 1, ""),
        )
    with project.importing() as target:
        target.add(record("long", text="x" * 300, title="Long"))
    (hit,) = [hit for hit in hits(project) if hit.title == "Long"]
    assert (hit.start, hit.end, hit.words, hit.before) == (0, 0, "", "")
    assert hit.after == "x" * 180


@pytest.mark.parametrize("marked", [False, True])
def test_a_search_tells_of_each_article_once(project: Project, marked: bool) -> None:
    with project.importing() as target:
        for number in range(205):
            work = annotation() if marked else None
            text = f"😀 Zoë Lee said “it works”. {number} ❦"
            target.add(record(f"{number}", "ada" if marked else None, work, text=text))
    wanted = SearchQuery(TextQuery("" if marked else "❦"), "ada", "PERSON" if marked else None)
    found = project.search(wanted).page(1000, 60)
    assert [hit.title for hit in found.hits] == [f"{number}" for number in range(205)]
    assert found.next is None
    searching = project.search(wanted)
    first = searching.page(1, 60)
    assert ([hit.title for hit in first.hits], first.next) == (["0"], 1)
    second = searching.page(1000, 60)
    assert ([hit.key for hit in second.hits], second.next) == ([*range(2, 206)], None)
    assert project.search(wanted, after=205).page(9, 60) == ([], None)
    assert {hit.times for hit in found.hits} == {1}
    if not marked:
        with project.importing() as target:
            target.add(record("last", text="❦"))
        assert project.search(wanted, after=204).page(9, 60).hits[-1].title == "last"


def test_a_search_stops_at_the_limit_and_when_its_time_is_over(project: Project) -> None:
    with project.importing() as target:
        for number in range(3):
            target.add(record(f"{number}", text=f"Ann {number}"))
    wanted = SearchQuery(TextQuery("ann"), "ada")
    searching = project.search(wanted)
    assert searching.page(2, 60).next == 2
    assert [hit.key for hit in searching.page(2, 60).hits] == [3]
    clock = iter((0.0, 5.0, 9.0)).__next__
    assert len(project.search(wanted).page(100, 5, clock=clock).hits) == 1
    clock = iter((0.0, 4.9, 5.0, 9.0)).__next__
    assert len(project.search(wanted).page(100, 5, clock=clock).hits) == 2


def test_an_article_that_changes_between_two_pages_is_found_or_not_as_it_is_by_then(
    project: Project,
) -> None:
    with project.importing() as target:
        for number in range(6):
            target.add(record(f"{number}", text=f"Ann {number}"))
    searching = project.search(SearchQuery(TextQuery("ann"), "ada"))
    assert [hit.key for hit in searching.page(2, 60).hits] == [1, 2]
    with project.trashing() as trash:
        gone = trash.take(4, "ada")
    assert [hit.key for hit in searching.page(1, 60).hits] == [3]
    assert [hit.key for hit in searching.page(9, 60).hits] == [5, 6]
    with project.trashing() as trash:
        trash.restore(gone.number)
    assert [
        hit.key for hit in project.search(SearchQuery(TextQuery("ann"), "ada")).page(99, 60).hits
    ] == [1, 2, 3, 4, 5, 6]


def test_notes_are_those_on_the_article_on_names_and_on_quotes_with_their_places(
    project: Project,
) -> None:
    note, flag = {"note": "look"}, {"flags": ("unsure",)}
    silent = Entity("e2", "ORG", "Nobody", 2, note="none", flags=("unsure",))
    second = NAMED._replace(id="m2", start=27, end=30, text="She", ordinal=2)
    items = (ZOE._replace(**note, **flag), silent, second, NAMED, SAID._replace(note="long"))
    head = Head("doing", "whole", ("unsure",))
    with project.importing() as target:
        target.add(record("a1", "ada", Annotation.of(head, items), title="A"))
        target.add(record("a2", "ada", annotation(ZOE, NAMED._replace(**note)), title="B"))
        target.add(record("a3", "ada", annotation(), title="C"))
    found = [(h.title, h.label, h.start, h.end, h.words) for h in hits(project, marker="note")]
    assert found == [
        ("A", "", 0, 0, "whole"),
        ("A", "ORG", 0, 0, "none"),
        ("A", "PERSON", 2, 9, "look"),
        ("A", "quote", 16, 24, "long"),
        ("B", "PERSON", 2, 9, "look"),
    ]
    flags = [(h.title, h.label, h.words) for h in hits(project, marker="flag")]
    assert flags == [("A", "", ""), ("A", "ORG", ""), ("A", "PERSON", "Zoë Lee")]
    assert [h.label for h in hits(project, "lo", marker="note")] == ["PERSON", "quote", "PERSON"]
    assert [h.label for h in hits(project, marker="note", label="ORG")] == ["ORG"]
    assert [h.status for h in hits(project, marker="note", status="doing")] == ["doing"] * 4
