"""Small widgets and dialogs that know nothing of annotation."""
