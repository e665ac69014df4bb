"""Finding: in the article on the desk and in the whole project."""
