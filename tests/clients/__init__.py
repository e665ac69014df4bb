"""Other tools' own importers read what we write. `make clients` runs these; nothing else does.

Each tool gets an environment of its own, since they ask for libraries that exclude each other.
The modules named after a tool run in its environment, and know nothing of Annotator.
"""
