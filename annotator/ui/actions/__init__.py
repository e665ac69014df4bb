"""Actions, their keys, and where they are shown: menus, palette, shortcut sheet."""
