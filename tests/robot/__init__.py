"""A robot that drives the real window on a virtual X display, and holds it to what it shows.

`display` and `hands` are the screen and the person's hands, `window` is the program in a process
of its own with `probe` inside, `actor` decides what to do, `record` keeps what was called saved,
and `robot` puts them together. `tests/robot/test_robot.py` runs it for a minute,
`make bench ARGS=robot` for an hour.
"""
