"""Guidelines: headings found, and the one that speaks of what is at hand."""

import pytest

from annotator.core.guidelines import find_heading, headings

TEXT = """# Names

Some words # that are no heading.

##  Person (**PER**) ##

```
# a comment in code
```

### Quotes: free indirect
#tag
"""


def test_the_headings_come_in_order_without_their_markup():
    assert headings(TEXT) == ["Names", "Person (PER)", "Quotes: free indirect"]


def test_a_text_without_headings_has_none():
    assert headings("") == headings("Just words.\n=====\n") == []


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (["Person"], 1),
        (["PER"], 1),
        (["free_indirect"], 2),
        (["direct", "Quotes"], 2),
        (["organisation", "names"], 0),
        (["tag"], None),
        ([""], None),
        (["erson"], None),
    ],
)
def test_the_heading_that_fits_is_found_whatever_its_case_and_signs(wanted, number):
    assert find_heading(headings(TEXT), wanted) == number


def test_the_same_words_win_over_more_words_and_these_over_words_inside():
    found = ["The quotes", "Quotes and marks", "Quotes"]
    assert find_heading(found, ["quotes"]) == 2
    assert find_heading(found[:2], ["quotes"]) == 1
