"""Small widgets and dialogs without knowledge of annotation."""
