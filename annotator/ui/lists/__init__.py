"""The lists beside the text: quotes, entities, articles."""
