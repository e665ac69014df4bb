"""Tests of the tests: the program is changed in one small place, and some test should fail.

`changes` makes the changes, `server` records which tests run which lines and runs the tests that
run a changed one, `parts` names the modules and the tests, `trials` puts these together, and `same`
holds the changes that a person found to change nothing. `make bench ARGS=mutants` runs it.
"""
