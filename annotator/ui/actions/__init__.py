"""Actions, their keys, and where they are shown: menus, palette, sheet of shortcuts."""
