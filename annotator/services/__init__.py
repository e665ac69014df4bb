"""Services: jobs on whole projects, as plain functions for the command line and the window."""
