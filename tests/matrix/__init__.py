"""Who may do what: every route asked by everybody, about everybody's records."""
