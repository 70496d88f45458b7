"""Words of questionnaires: one file a language, and the values that are read from them."""
