"""Sources of respondents; `open_survey.open_survey` returns the Survey at a location."""
